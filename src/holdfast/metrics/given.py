"""Figures of numbers entered by hand, for metrics that are a plain product of them (K03, K14)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from types import SimpleNamespace

from holdfast.errors import UsageError, unknown
from holdfast.metrics.catalog import CATALOG, Metric
from holdfast.metrics.composed import Parts, as_decimal
from holdfast.metrics.figure import Figure
from holdfast.periods import Period
from holdfast.timelines import Basis


def given_figures(
    metric: Metric, given: Mapping[str, str], periods: Sequence[Period], currency: str
) -> list[Figure]:
    """The metric over the numbers given, the same for each period.

    Raises UsageError where a number is missing, unknown or none.
    """
    for name in given:
        if name not in metric.given:
            raise unknown(f"number for {metric.full_name}", name, metric.given)
    numbers = {name: _number(metric, name, given) for name in metric.given}
    value = (
        _composed(metric, numbers) if metric.parts else metric.evidence(SimpleNamespace(**numbers)).numerator
    )
    return [
        Figure(
            metric=metric.name,
            variant=metric.variant,
            grain=period.grain,
            period_label=period.label,
            period_start=period.start,
            period_end=period.end,
            value=value,
            numerator=value,
            unit=currency if metric.unit == "money" else metric.unit,
        )
        for period in periods
    ]


def made_by_hand(metric: Metric) -> UsageError:
    """The refusal to look for the records behind numbers that somebody gives."""
    numbers = " ".join(f"--given {name}=1000" for name in metric.given)
    hint = f"holdfast kpis {metric.full_name} {numbers}"
    return UsageError(f"{metric.full_name} is made of numbers that you give, not of records.", hint=hint)


def undefined(metric: Metric, period: Period, reason: str) -> Figure:
    """A figure that cannot be counted at all, with the reason."""
    return Figure(
        metric=metric.name,
        variant=metric.variant,
        grain=period.grain,
        period_label=period.label,
        period_start=period.start,
        period_end=period.end,
        value=None,
        unit=metric.unit,
        reason=reason,
    )


def _composed(metric: Metric, numbers: Mapping[str, Decimal | Fraction]) -> Decimal:
    """A composed metric with a number given for each of its parts."""
    sums = {name: (Fraction(number), None) for name, number in numbers.items()}
    return as_decimal(Fraction(metric.evidence(Parts(sums, {}, {}, Basis(), days=0))))


def _number(metric: Metric, name: str, given: Mapping[str, str]) -> Decimal | Fraction:
    kind = next((part.unit for part in metric.parts if part.full_name == name), "")
    example = EXAMPLES.get(kind, "1000")
    if name not in given:
        raise UsageError(f"{metric.full_name} needs {name}.", hint=f"--given {name}={example}")
    if kind in EXAMPLES:
        return _timed(name, given[name], kind)
    try:
        return Decimal(given[name])
    except InvalidOperation:
        hint = f"A plain number, such as {example}."
        raise UsageError(f"{name} cannot be {given[name]!r}.", hint=hint) from None


def _timed(name: str, text: str, kind: str) -> Fraction:
    """A time in months, or how often a month: `2 years` is 24, `1/week` is 52/12 (R10)."""
    found = (OFTEN if kind == "per_month" else LASTING).fullmatch(text.strip())
    if not found:
        hint = f"A number with its unit of time, such as {EXAMPLES[kind]}: days, weeks, months or years."
        raise UsageError(f"{name} cannot be {text!r}.", hint=hint)
    number, months = Fraction(found[1]), MONTHS_OF[found[2]]
    return number / months if kind == "per_month" else number * months


LASTING = re.compile(r"(\d+(?:\.\d+)?)\s*(day|week|month|quarter|year)s?")
OFTEN = re.compile(r"(\d+(?:\.\d+)?)\s*(?:/|per)\s*(day|week|month|quarter|year)")
EXAMPLES = {"months": "24months", "per_month": "3/month"}
MONTHS_OF = {
    "day": Fraction(12, 365),
    "week": Fraction(12, 52),
    "month": Fraction(1),
    "quarter": Fraction(3),
    "year": Fraction(12),
}
"""How many months a unit of time is (R10)."""


def refuse_unasked(given: Mapping[str, str], metrics: Sequence[Metric]) -> None:
    """Numbers entered by hand that no metric asked for would read are a mistake, not nothing."""
    taken = {name for metric in metrics for name in metric.given}
    for name in given:
        if name not in taken:
            takers = sorted(metric.full_name for metric in CATALOG.values() if metric.given)
            near = f"They take: {', '.join(sorted(taken))}." if taken else f"These do: {', '.join(takers)}."
            raise UsageError(f"No metric asked for takes the number {name!r}.", hint=near)
