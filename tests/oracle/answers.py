"""What the oracle answers: a value, its two sums, and a reason where there is no value."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

Number = Decimal | Fraction | int | float


@dataclass(frozen=True)
class Answer:
    """One figure of the oracle."""

    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    reason: str = ""
    low: float | None = None
    high: float | None = None
    aside: dict[str, Any] = field(default_factory=dict)


def exact(number: Number) -> Fraction:
    """Any number without loss."""
    return Fraction(number)


def total(value: Number, **aside: Any) -> Answer:
    """A plain total."""
    return Answer(value, value, None, aside=aside)


def ratio(numerator: Number, denominator: Number, reason: str = "empty_denominator", **rest: Any) -> Answer:
    """One sum over another; undefined where the second is 0."""
    if denominator == 0:
        return Answer(None, numerator, denominator, reason, **rest)
    return Answer(exact(numerator) / exact(denominator), numerator, denominator, **rest)
