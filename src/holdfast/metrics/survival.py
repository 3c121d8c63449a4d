"""Figures of Kaplan-Meier curves: spells of customers, times to value, reply and resolution."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, Any

from holdfast.metrics.catalog import Metric
from holdfast.metrics.cells import Cell, runs
from holdfast.metrics.counting import evidence
from holdfast.metrics.figure import Figure
from holdfast.metrics.kaplan_meier import Curve, curve
from holdfast.periods import Period
from holdfast.timelines.subjects import column_of

if TYPE_CHECKING:
    from holdfast.metrics.asked import Asked


def survival_figures(metric: Metric, rows: Any, asked: Asked) -> list[Figure]:
    """A figure per period, segment and horizon of the metric, from the spells seen by then."""
    curves = survival_curves(metric, rows, asked)
    segments = sorted({cell[1:] for cell in curves}, key=repr) if asked.by else [()]
    wanted = product(segments, metric.of, asked.periods)
    return [
        _one(metric, curves.get((period.start, *segment)), of, _blank(metric, period, asked, segment, of))
        for segment, of, period in wanted
    ]


def survival_steps(metric: Metric, rows: Any, asked: Asked) -> list[Figure]:
    """The whole curve of one period, by segment: a figure at 0, wherever it falls, and at its end."""
    (period,) = asked.periods
    curves = survival_curves(metric, rows, asked)
    steps = []
    for cell in sorted(curves, key=repr):
        found = curves[cell]
        for months in dict.fromkeys((0.0, *found.times.tolist(), float(found.lasted.max()))):
            of = {"months": months}
            steps.append(_figure(metric, found, of, _blank(metric, period, asked, cell[1:], of)))
    return steps


def _one(metric: Metric, found: Curve | None, of: Mapping[str, Any], blank: Figure) -> Figure:
    return blank if found is None else _figure(metric, found, of, blank)


def _blank(
    metric: Metric, period: Period, asked: Asked, segment: tuple[Any, ...], of: Mapping[str, Any]
) -> Figure:
    return Figure(
        metric=metric.name,
        variant=metric.variant,
        grain=period.grain,
        period_label=period.label,
        period_start=period.start,
        period_end=period.end,
        segment=asked.segment(segment),
        of=of,
        value=None,
        unit=metric.unit,
        status="provisional" if asked.as_of is not None and period.end > asked.as_of else "final",
        reason="no_data",
    )


def _figure(metric: Metric, found: Curve, of: Mapping[str, Any], blank: Figure) -> Figure:
    shown = replace(blank, n=len(found.lasted), numerator=found.ended, denominator=len(found.lasted))
    if metric.statistic in ("median", "median_of_ended"):
        return _median(metric, found, shown)
    months = float(of["months"])
    at_risk, alive = found.at_risk(months), found.at(months)
    if at_risk == 0 and alive > 0:
        return replace(shown, n=0)
    if metric.statistic == "restricted_mean":
        return replace(shown, value=found.restricted_mean(months), reason=None)
    low, high = found.bounds(months) or (None, None)
    return replace(shown, value=alive, n=at_risk, low=low, high=high, reason=None)


def _median(metric: Metric, found: Curve, shown: Figure) -> Figure:
    if metric.statistic == "median_of_ended":
        median = found.median_of_ended()
        return replace(shown, n=found.ended, value=median, reason=metric.empty if median is None else None)
    median = found.median()
    low, high = found.median_bounds()
    by_then = f"not_reached:{found.lasted.max():.1f}" if median is None else None
    return replace(shown, value=median, low=low, high=high, reason=by_then)


def survival_curves(metric: Metric, rows: Any, asked: Asked) -> dict[Cell, Curve]:
    """The curve of each period and segment, from the spells that count; none where there are no rows."""
    if rows is None:
        return {}
    keys = ["period_start", *map(column_of, asked.by)]
    made = evidence(metric, rows, asked.as_of or datetime.max)
    counted = made.filter(made.excluded_because.isnull())
    spells = counted.select(*keys, "lasted", "ended", "entered").order_by(keys)
    table = spells.to_pyarrow()
    lasted, ended, entered = (table[name].to_numpy() for name in ("lasted", "ended", "entered"))
    return {
        cell: curve(lasted[rows], ended[rows].astype(bool), entered[rows]) for cell, rows in runs(table, keys)
    }
