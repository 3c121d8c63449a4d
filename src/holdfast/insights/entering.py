"""Reads what a person writes, the value of a target or a day, and refuses what cannot be right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from math import isinf

from holdfast.errors import UsageError
from holdfast.insights.bounds import bounds_of
from holdfast.metrics import Metric

FAR_SHARE = 10
"""Above this a share was surely meant as percent."""


def value_of(text: str, metric: Metric, unit: str) -> Decimal:
    """`2.5%` or `0.025` of a share, `50000` or `50000 USD` of money, a plain number of anything else.

    Raises UsageError for what is no number, for percent of what is no share, for another
    currency than `unit`, and for a value that the metric cannot have.
    """
    number = text.strip().replace(",", "")
    is_percent = number.endswith("%")
    if is_percent and unit != "share":
        raise UsageError(
            f"{text!r} is no value of {metric.full_name}, which is in {unit}.", hint="Leave % off."
        )
    number = number.removesuffix("%").removesuffix(unit).removeprefix(unit).strip()
    try:
        value = Decimal(number)
    except InvalidOperation:
        raise UsageError(f"{text!r} is no value of {metric.full_name}.", hint=_example(unit)) from None
    if not value.is_finite():
        raise UsageError(f"{text!r} is no value of {metric.full_name}.", hint=_example(unit))
    value = value / 100 if is_percent else value
    _refuse_outside(value, metric, unit, text)
    return value


def _refuse_outside(value: Decimal, metric: Metric, unit: str, text: str) -> None:
    low, high = bounds_of(metric)
    if unit == "share" and not low <= value <= min(high, FAR_SHARE):
        percent = f"{(value * 100).normalize():f}"
        if high == 1.0:
            raise UsageError(
                f"{metric.full_name} cannot be {percent} %: it lies between 0 % and 100 %.",
                hint="2.5% and 0.025 are the same.",
            )
        raise UsageError(f"{metric.full_name} cannot be {percent} %.", hint=f"Was {text}% meant?")
    if not low <= value <= high:
        ends = [f"{end:g}" for end in (low, high) if not isinf(end)]
        between = f"lies between {ends[0]} and {ends[1]}" if len(ends) == 2 else "is never below 0"
        raise UsageError(f"{metric.full_name} cannot be {text}: it {between}.", hint=_example(unit))


def _example(unit: str) -> str:
    if unit == "share":
        return "A share such as 2.5% or 0.025."
    return f"A number, such as 50000, in {unit}."


def day_of(text: str, name: str) -> date:
    """A calendar day as `2025-04-30`; raises UsageError, which says the `name`, for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{name} cannot be {text!r}.", hint="A day such as 2025-04-30.") from None
