"""Asking Stripe, patiently: every request to its interface, by its official library."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from holdfast.collect.sources.brought import brought
from holdfast.errors import Sentence, Unreachable, UsageError

if TYPE_CHECKING:
    import stripe

TRIES = 8
LONGEST_WAIT_SECONDS = 60.0

Answered = tuple[dict[str, Any], datetime]


class NotThere(Exception):
    """Stripe, or what stands in for it, has no such list."""


class NotExpanded(Exception):
    """What answers does not know some of what it was asked to write out in full."""


def _library() -> Any:
    return brought("stripe")


@dataclass(frozen=True)
class Asker:
    """Requests with one key; waits where Stripe asks to, or does not answer."""

    client: stripe.StripeClient
    wait: Callable[[float], None] = time.sleep

    @classmethod
    def with_key(cls, key: str, url: str | None, wait: Callable[[float], None] = time.sleep) -> Asker:
        """One that asks Stripe, or what answers like it at another address."""
        addresses: Any = {"api": url.rstrip("/")} if url else None
        # Waiting is done here: the library does not wait where a rate is exceeded.
        return cls(_library().StripeClient(key, base_addresses=addresses, max_network_retries=0), wait)

    def get(self, path: str, **asked: Any) -> Answered:
        """The answer, and a time by Stripe's clock at which what it says was not older.

        Raises UsageError where the key is wrong or may not, NotThere, NotExpanded, and Unreachable
        in the end.
        """
        for turn in range(TRIES):
            begun = time.monotonic()
            try:
                answer = self.client.raw_request("get", path, **asked)
            except (_library().RateLimitError, _library().APIConnectionError) as problem:
                last: stripe.StripeError = problem
            except _library().StripeError as problem:
                if (problem.http_status or 500) < 500:
                    raise _refused(problem, path) from None
                last = problem
            else:
                return dict(answer.data), _read_at(answer.headers, time.monotonic() - begun)
            if turn + 1 < TRIES:
                self.wait(_pause(last, turn))
        raise Unreachable(
            Sentence(
                "{service} did not answer {path} in {count} tries ({said}).",
                service="Stripe",
                path=path,
                count=TRIES,
                said=type(last).__name__,
            ),
            hint=Sentence("Run it again later: it goes on where it stopped."),
        ) from None


def _refused(problem: stripe.StripeError, path: str) -> Exception:
    if isinstance(problem, _library().AuthenticationError):
        return UsageError(
            "Stripe does not know the key.",
            hint="Put a secret or restricted key into HOLDFAST_STRIPE_KEY (docs/stripe.md).",
        )
    if isinstance(problem, _library().PermissionError):
        return UsageError(
            f"The key may not read {path}.",
            hint="Give the restricted key read access to it, and run this again: it goes on there.",
        )
    if problem.http_status == 404:
        return NotThere(path)
    if problem.http_status == 400 and "expand" in str(problem):
        return NotExpanded(path)
    return UsageError(f"Stripe refused {path}: {problem.user_message}.", hint="See docs/stripe.md.")


def _read_at(headers: Any, seconds: float) -> datetime:
    """When the request was made, by the clock of the service: its answer's date less the time it took."""
    told = email.utils.parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
    asked = told.astimezone(UTC).replace(tzinfo=None) - timedelta(seconds=seconds)
    return asked.replace(microsecond=0)


def _pause(problem: stripe.StripeError, turn: int) -> float:
    """How long to wait: as long as was asked for, else twice as long each time, and never all at once."""
    told = (problem.headers or {}).get("Retry-After", "")
    if told.isdigit():
        return min(float(told), LONGEST_WAIT_SECONDS)
    return min(0.5 * float(2**turn), LONGEST_WAIT_SECONDS) * (0.5 + random.random() / 2)  # noqa: S311 - no secret
