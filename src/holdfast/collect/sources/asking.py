"""Asking a service's interface, patiently: JSON over HTTP, waiting where it asks to or does not answer."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from holdfast.collect.sources.brought import brought
from holdfast.errors import Sentence, Unreachable, UsageError

if TYPE_CHECKING:
    import requests

TRIES = 8
LONGEST_WAIT_SECONDS = 90.0
TIMEOUT_SECONDS = 60.0
PASSING = (408, 425, 429, 500, 502, 503, 504)

Answered = tuple[dict[str, Any], datetime]


@dataclass(frozen=True)
class Asker:
    """Requests to one service with one key; what it says of a fault never holds the key."""

    name: str
    url: str
    session: requests.Session
    wait: Callable[[float], None] = field(default=time.sleep)

    @classmethod
    def with_headers(
        cls,
        name: str,
        url: str,
        headers: Mapping[str, str],
        auth: tuple[str, str] | None = None,
        wait: Callable[[float], None] | None = None,
    ) -> Asker:
        """One that sends these headers with each request; `auth` is a user and password of Basic."""
        session: requests.Session = brought("requests").Session()
        session.headers.update({"Accept": "application/json", **headers})
        session.auth = auth
        session.trust_env = False
        return cls(name, url.rstrip("/"), session, wait or time.sleep)

    def get(self, path: str, asked: Mapping[str, Any] | None = None) -> Answered:
        """The answer, and a time by the service's clock at which what it says was not older.

        Raises UsageError where the key is wrong or may not, and Unreachable in the end.
        """
        return self._ask("GET", path, params=asked)

    def post(self, path: str, body: Mapping[str, Any]) -> Answered:
        """The same where what is asked for is written in a body."""
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **more: Any) -> Answered:
        library, said = brought("requests"), ""
        for turn in range(TRIES):
            begun = time.monotonic()
            try:
                answer = self.session.request(method, self.url + path, timeout=TIMEOUT_SECONDS, **more)
                if answer.status_code not in PASSING:
                    return self._read(answer, path), _read_at(answer, time.monotonic() - begun)
                said, told = f"{answer.status_code}", answer.headers.get("Retry-After", "")
            except (library.ConnectionError, library.Timeout, library.JSONDecodeError) as problem:
                said, told = type(problem).__name__, ""
            if turn + 1 < TRIES:
                self.wait(_pause(told, turn))
        raise Unreachable(
            Sentence(
                "{service} did not answer {path} in {count} tries ({said}).",
                service=self.name,
                path=path,
                count=TRIES,
                said=said,
            ),
            hint=Sentence("Run it again later: it goes on where it stopped."),
        )

    def _read(self, answer: requests.Response, path: str) -> dict[str, Any]:
        if answer.status_code == 401:
            hint = f"Look at HOLDFAST_{self.name.upper()}_KEY (docs/{self.name.lower()}.md)."
            raise UsageError(Sentence("{service} does not know the key.", service=self.name), hint=hint)
        if answer.status_code == 403:
            hint = "Give it read access to that, and run this again: it goes on there."
            raise UsageError(
                Sentence("The key may not read {path} of {service}.", path=path, service=self.name), hint=hint
            )
        if answer.status_code >= 400:
            raise UsageError(
                Sentence(
                    "{service} refused {path} ({code}).",
                    service=self.name,
                    path=path,
                    code=answer.status_code,
                ),
                hint=f"See docs/{self.name.lower()}.md.",
            )
        found: dict[str, Any] = answer.json()
        return found


def _read_at(answer: requests.Response, seconds: float) -> datetime:
    """When it was asked, by the clock of the service: its answer's date less the time it took."""
    stamp = answer.headers.get("Date")
    told = email.utils.parsedate_to_datetime(stamp) if stamp else datetime.now(UTC)
    asked = told.astimezone(UTC).replace(tzinfo=None) - timedelta(seconds=seconds)
    return asked.replace(microsecond=0)


def _pause(told: str, turn: int) -> float:
    """How long to wait: as long as was asked for, else twice as long each time, and never all at once."""
    if told.isdigit():
        return min(float(told), LONGEST_WAIT_SECONDS)
    return min(0.5 * float(2**turn), LONGEST_WAIT_SECONDS) * (0.5 + random.random() / 2)  # noqa: S311 - no secret
