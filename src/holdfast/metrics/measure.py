"""Figures: sums turned into values with interval, status and reason, for boards and explanations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.errors import UsageError
from holdfast.metrics import intervals
from holdfast.metrics.asked import Asked, blank_figure, with_data
from holdfast.metrics.catalog import Metric
from holdfast.metrics.cells import Cell
from holdfast.metrics.composed import composed_figures, parts_counted
from holdfast.metrics.counting import Counted, count, laid_rows, pooled, together
from holdfast.metrics.figure import Explanation, Figure
from holdfast.metrics.fused import Sums
from holdfast.metrics.kaplan_meier import Curve
from holdfast.metrics.listing import evidence_table, listed, listed_by_part, metric_has_no_denominator
from holdfast.metrics.resampling import Few, resampled
from holdfast.metrics.splits import check_splits
from holdfast.metrics.survival import survival_curves, survival_figures, survival_steps
from holdfast.periods import Period
from holdfast.rulebook import Rulebook
from holdfast.timelines.basis import FAR
from holdfast.timelines.layout import Layout, first_known

__all__ = [
    "Asked",
    "Layouts",
    "curve_of",
    "curves_of",
    "evidence_table",
    "explain",
    "measure",
    "metric_has_no_denominator",
]

Layouts = Callable[[Rulebook], Layout]


def measure(asked: Asked, layouts: Layouts, rules: Rulebook) -> list[Figure]:
    """Every figure asked for, ordered by metric, then segment, then period."""
    check_splits(asked)
    figures: dict[str, list[Figure]] = {}
    lines = [line for metric in asked.metrics if not metric.parts for line in metric.apart()]
    for metrics in together(lines, asked):
        layout = replace(layouts(metrics[0].rulebook(rules)), as_of=asked.as_of or FAR)
        for name, made in _measured(metrics, layout, asked):
            figures.setdefault(name, []).extend(made)
    figures |= composed_figures([m for m in asked.metrics if m.parts], asked, layouts, rules)
    return [figure for name in dict.fromkeys(m.full_name for m in asked.metrics) for figure in figures[name]]


def explain(metric: Metric, period: Period, asked: Asked, layouts: Layouts, rules: Rulebook) -> Explanation:
    """The figure of one metric and period, its evidence rows, and the rows left out with the rule.

    With segments, the rows say which each is in; the figure is still that of all of them.
    """
    asked = replace(asked, metrics=[metric], periods=[period], resampled_below=intervals.MANY)
    figures = measure(replace(asked, by=()), layouts, rules)
    figure = figures[0]
    if metric.of_columns and any(other.of != figure.of for other in figures):
        own = ", ".join(metric.of_columns)
        hint = f"Ask for one: {metric.full_name}[{metric.of_columns[0]}=NAME]"
        raise UsageError(f"{metric.full_name} is counted apart by {own}.", hint=hint)
    metric = replace(metric, of=(figure.of,))
    layout = replace(layouts(metric.rulebook(rules)), as_of=asked.as_of or FAR)
    if metric.parts:
        rows, left_out = listed_by_part(parts_counted(metric, layout.basis), layout, asked)
    else:
        rows, left_out = listed(metric, layout, asked)
    days = period.days if metric.per_day else None
    return Explanation(figure=figure, rows=rows, left_out=left_out, days=days)


def curve_of(metric: Metric, asked: Asked, layouts: Layouts, rules: Rulebook) -> list[Figure]:
    """Every step of a survival metric's curve, for one period; raises UsageError for another metric."""
    return survival_steps(metric, _spells(metric, asked, layouts, rules), asked)


def curves_of(metric: Metric, asked: Asked, layouts: Layouts, rules: Rulebook) -> dict[Cell, Curve]:
    """The curve of one period by segment (the cell without its period); UsageError for another metric."""
    found = survival_curves(metric, _spells(metric, asked, layouts, rules), asked)
    return {cell[1:]: found[cell] for cell in sorted(found, key=repr)}


def _spells(metric: Metric, asked: Asked, layouts: Layouts, rules: Rulebook) -> Any:
    check_splits(asked)
    if metric.statistic != "survival":
        raise UsageError(f"{metric.full_name} has no curve.", hint="survival has one.")
    layout = replace(layouts(metric.rulebook(rules)), as_of=asked.as_of or FAR)
    periods = with_data(asked, layout)
    return laid_rows(metric, layout, periods, asked) if periods else None


def _measured(metrics: list[Metric], layout: Layout, asked: Asked) -> Iterator[tuple[str, list[Figure]]]:
    periods, as_of = with_data(asked, layout), asked.as_of or datetime.max
    rows = laid_rows(metrics[0], layout, periods, asked) if periods else None
    summed = [metric for metric in metrics if metric.statistic == "sums"]
    for metric in metrics:
        if metric.statistic != "sums":
            yield metric.full_name, survival_figures(metric, rows, asked)
    counted: Counted = []
    if periods and summed and summed[0].pooled:
        counted = pooled(summed, layout, periods, asked, as_of)
    elif periods and summed:
        counted = count(summed, rows, asked.by, as_of)
    counted = counted or [(metric, {}) for metric in summed]
    small = resampled(counted, rows, asked)
    for (metric, cells), few in zip(counted, small, strict=True):
        yield metric.full_name, _figures(metric, cells, few, asked, layout)


def _figures(
    metric: Metric, cells: Mapping[Cell, Sums], few: Few, asked: Asked, layout: Layout
) -> list[Figure]:
    segments = sorted({cell[1:] for cell in cells}, key=repr) if asked.by else [()]
    begins = first_known(layout, metric.since) if metric.since else None
    figures = []
    for segment in segments:
        for period in asked.periods:
            cell = (period.start, *segment)
            blank = blank_figure(metric, period, asked, segment, layout)
            if asked.as_of is not None and period.start >= asked.as_of:
                figures.append(replace(blank, reason="no_data", status="provisional"))
                continue
            if metric.since and (begins is None or period.end <= begins):
                figures.append(replace(blank, reason="no_data"))
                continue
            sums = cells.get(cell)
            if sums is None and metric.interval == "poisson":
                figures.append(replace(blank, reason=metric.empty))
                continue
            figures.append(_figure(metric, sums or _nothing(metric), blank, period, few.get(cell)))
    return figures


def _nothing(metric: Metric) -> Sums:
    has_denominator = metric.interval != "none" or metric.per_day
    return Sums(0, 0 if has_denominator and metric.interval != "poisson" else None, 0)


def _figure(
    metric: Metric, sums: Sums, blank: Figure, period: Period, resampled: intervals.Bounds | None
) -> Figure:
    """One value from its sums: a total, a mean per day, or the one division of a ratio (R15, R16)."""
    numerator, denominator = sums.numerator or 0, sums.denominator
    status = "provisional" if sums.pending else blank.status
    if metric.per_day:
        denominator = period.days
    shown = replace(blank, numerator=numerator, denominator=denominator, n=sums.n, status=status)
    if sums.no_rate is not None:
        return replace(shown, reason=f"no_rate:{sums.no_rate.isoformat()}")
    if denominator is None:
        low, high = _poisson(metric, numerator, sums.n)
        return replace(shown, value=numerator, low=low, high=high)
    low, high = _bounds(metric, numerator, denominator, sums) if resampled is None else resampled
    if denominator == 0:
        return replace(shown, reason=metric.empty, low=low, high=high)
    return replace(shown, value=_divided(numerator, denominator), low=low, high=high)


def _divided(numerator: Any, denominator: Any) -> Decimal | float:
    if isinstance(numerator, float) or isinstance(denominator, float):
        return float(numerator) / float(denominator)
    return Decimal(numerator) / Decimal(denominator)


def _bounds(
    metric: Metric, numerator: Any, denominator: Any, sums: Sums
) -> tuple[float | None, float | None]:
    if metric.interval == "wilson" and denominator:
        return intervals.wilson(int(numerator), int(denominator))
    if metric.interval == "inverse_wilson" and numerator:
        low, high = intervals.wilson(int(denominator), int(numerator))
        return 1 / high, (1 / low if low else None)
    if metric.interval == "ratio" and sums.squares is not None:
        found = intervals.linearised(float(numerator), float(denominator), sums.squares, sums.n)
        return found or (None, None)
    return None, None


def _poisson(metric: Metric, value: Any, events: int) -> tuple[float | None, float | None]:
    """A rate that sums `events` unlike shares: the exact interval of the count, scaled to the value."""
    if metric.interval != "poisson" or not events:
        return None, None
    low, high = intervals.poisson(events)
    return float(value) * low / events, float(value) * high / events
