"""Reads what a person writes, the value of a target or a day, and refuses what cannot be right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from math import isinf

from holdfast.errors import Sentence, UsageError
from holdfast.insights.bounds import bounds_of
from holdfast.metrics import Metric

FAR_SHARE = 10
"""Above this a share was surely meant as percent."""


def value_of(text: str, metric: Metric, unit: str) -> Decimal:
    """`2.5%` or `0.025` of a share, `50000` or `50000 USD` of money, a plain number of anything else.

    Raises UsageError for what is no number, for percent of what is no share, for another
    currency than `unit`, and for a value that the metric cannot have.
    """
    number, name = text.strip().replace(",", ""), metric.full_name
    is_percent = number.endswith("%")
    if is_percent and unit != "share":
        raise UsageError(
            Sentence(
                "{text!r} is no value of {metric}, which is in {unit}.", text=text, metric=name, unit=unit
            ),
            hint=Sentence("Leave % off."),
        )
    number = number.removesuffix("%").removesuffix(unit).removeprefix(unit).strip()
    try:
        value = Decimal(number)
    except InvalidOperation:
        raise _no_value(text, name, unit) from None
    if not value.is_finite():
        raise _no_value(text, name, unit)
    value = value / 100 if is_percent else value
    _refuse_outside(value, metric, unit, text)
    return value


def _refuse_outside(value: Decimal, metric: Metric, unit: str, text: str) -> None:
    (low, high), name = bounds_of(metric), metric.full_name
    if unit == "share" and not low <= value <= min(high, FAR_SHARE):
        percent = f"{(value * 100).normalize():f}"
        if high == 1.0:
            raise UsageError(
                Sentence(
                    "{metric} cannot be {percent} %: it lies between 0 % and 100 %.",
                    metric=name,
                    percent=percent,
                ),
                hint=Sentence("2.5% and 0.025 are the same."),
            )
        raise UsageError(
            Sentence("{metric} cannot be {percent} %.", metric=name, percent=percent),
            hint=Sentence("Was {text}% meant?", text=text),
        )
    if not low <= value <= high:
        ends = [f"{end:g}" for end in (low, high) if not isinf(end)]
        said = Sentence("{metric} cannot be {text}: it is never below 0.", metric=name, text=text)
        if len(ends) == 2:
            between = {"metric": name, "text": text, "low": ends[0], "high": ends[1]}
            said = Sentence("{metric} cannot be {text}: it lies between {low} and {high}.", **between)
        raise UsageError(said, hint=_example(unit))


def _no_value(text: str, name: str, unit: str) -> UsageError:
    said = Sentence("{text!r} is no value of {metric}.", text=text, metric=name)
    return UsageError(said, hint=_example(unit))


def _example(unit: str) -> Sentence:
    if unit == "share":
        return Sentence("A share such as 2.5% or 0.025.")
    return Sentence("A number, such as 50000, in {unit}.", unit=unit)


def day_of(text: str, name: str) -> date:
    """A calendar day as `2025-04-30`; raises UsageError, which says the `name`, for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            Sentence("{option} cannot be {text!r}.", option=name, text=text),
            hint=Sentence("A day such as 2025-04-30."),
        ) from None
