"""The weights of a health score: five components, and profiles of weights for kinds of accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from holdfast.errors import UsageError, unknown

COMPONENTS = ("usage", "outcome", "sentiment", "support", "commercial")
DEFAULT, ONBOARDING = "default", "onboarding"
ONBOARDING_DAYS = 30
"""How old an account must be before it is judged by more than its beginnings."""

PUBLISHED: Mapping[str, Mapping[str, int]] = {
    DEFAULT: dict(zip(COMPONENTS, (35, 20, 15, 15, 15), strict=True)),
    ONBOARDING: dict(zip(COMPONENTS, (40, 40, 0, 10, 10), strict=True)),
}
"""The weights that Holdfast brings, each profile adding up to 100."""


@dataclass(frozen=True)
class Profile:
    """Weights by component for the accounts that `rule` is true of.

    The first profile by `place` that fits an account is its own. `version` tells since when it has these
    weights: another one begins a new series.
    """

    name: str
    weights: Mapping[str, Fraction]
    rule: str | None = None
    place: int = 0
    version: str = "published"


def published(name: str) -> Profile:
    """A profile that Holdfast brings."""
    return Profile(name, {each: Fraction(weight) for each, weight in PUBLISHED[name].items()})


def weights_of(given: Mapping[str, object]) -> dict[str, Fraction]:
    """Weights as given, those not named 0; raises UsageError for another component, or none above 0."""
    for name in given:
        if name not in COMPONENTS:
            raise unknown("component of health", name, COMPONENTS)
    try:
        found = {name: Fraction(str(given.get(name, 0))) for name in COMPONENTS}
    except (ValueError, ZeroDivisionError):
        raise UsageError("A weight is a number, such as usage=40.") from None
    if min(found.values()) < 0 or not any(found.values()):
        raise UsageError("Weights are 0 or more, and one of them above 0.", hint="usage=40 outcome=60")
    return found


def in_order(kept: Iterable[Profile]) -> list[Profile]:
    """The profiles in the order in which they are tried: onboarding, own ones by place, the default."""
    found = {each.name: each for each in kept}
    own = sorted((each for each in found.values() if each.rule), key=lambda each: (each.place, each.name))
    first, last = (found.get(name, published(name)) for name in (ONBOARDING, DEFAULT))
    return [first, *own, last]
