"""The causes that a loss is told by, and what customers and teams call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from holdfast.errors import UsageError, unknown

EXAMPLE = "never got started = poor_adoption; too dear = price"

Cause: TypeAlias = Literal[
    "payment", "price", "product", "service", "poor_adoption", "fading_value", "other", "unexplained"
]
CAUSES: tuple[Cause, ...] = get_args(Cause)

CALLED: dict[Cause, tuple[str, ...]] = {
    "payment": ("payment", "payment_failure", "payment_failed", "card_expired", "involuntary"),
    "price": ("price", "pricing", "too_expensive", "expensive", "cost", "budget"),
    "product": (
        "product", "missing_features", "missing_feature", "low_quality", "bug", "bugs", "too_complex",
        "performance", "switched_service", "competitor",
    ),
    "service": ("service", "customer_service", "support", "billing", "bad_service"),
    "poor_adoption": ("poor_adoption", "adoption", "unused", "not_used", "low_usage", "onboarding"),
    "fading_value": ("fading_value", "lacking_value", "no_value", "value", "no_longer_needed"),
    "other": ("other", "business_closed", "closed", "acquired", "seasonal"),
}  # fmt: skip
"""Names of each cause: our own, those of Stripe's cancellations, and what is common besides."""


def cause_called(text: str, called: Mapping[str, Cause]) -> Cause | None:
    """The cause that a reason or a theme names, in any case of letters and before any colon; else None.

    `called` are names of the workspace's own, as `plain` writes them; they go before ours.
    """
    names = (plain(text), plain(text.partition(":")[0]))
    own = next((called[name] for name in names if name in called), None)
    return own or next((cause for cause, ours in CALLED.items() if names[1].replace(" ", "_") in ours), None)


def plain(text: str) -> str:
    """A reason in small letters, its words apart by one space."""
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())


def read_causes(text: str) -> dict[str, Cause]:
    """Names of causes as `reason = cause`, separated by semicolons; UsageError with what would be right."""
    found: dict[str, Cause] = {}
    for part in filter(str.strip, text.split(";")):
        reason, sign, wanted = (each.strip() for each in part.rpartition("="))
        if not (sign and reason):
            raise UsageError(f"{part.strip()!r} names no cause.", hint=f"Such as: {EXAMPLE}")
        cause = next((each for each in CALLED if each == plain(wanted).replace(" ", "_")), None)
        if cause is None:
            raise unknown("cause", wanted, CALLED)
        found[plain(reason)] = cause
    return found
