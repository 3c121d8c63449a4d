"""Figures of numbers entered by hand, for metrics that are a plain product of them (K03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace

from holdfast.errors import UsageError, unknown
from holdfast.metrics.catalog import Metric
from holdfast.metrics.figure import Figure
from holdfast.periods import Period


def given_figures(
    metric: Metric, given: Mapping[str, str], periods: Sequence[Period], currency: str
) -> list[Figure]:
    """The metric over the numbers given, the same for each period.

    Raises UsageError where a number is missing, unknown or none.
    """
    for name in given:
        if name not in metric.given:
            raise unknown(f"number for {metric.full_name}", name, metric.given)
    row = SimpleNamespace(**{name: _number(metric, name, given) for name in metric.given})
    value = metric.evidence(row).numerator
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


def _number(metric: Metric, name: str, given: Mapping[str, str]) -> Decimal:
    if name not in given:
        raise UsageError(f"{metric.full_name} needs {name}.", hint=f"--given {name}=1000")
    try:
        return Decimal(given[name])
    except InvalidOperation:
        raise UsageError(f"{name} cannot be {given[name]!r}.", hint="A plain number, such as 1000.") from None
