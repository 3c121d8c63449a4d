"""Figures of survival curves, from spells (K12, K13's restricted mean)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from holdfast.metrics.catalog import Metric
from holdfast.metrics.cells import Cell, runs
from holdfast.metrics.figure import Figure
from holdfast.metrics.kaplan_meier import Curve, curve
from holdfast.periods import Period
from holdfast.timelines.attributes import column_of

if TYPE_CHECKING:
    from holdfast.metrics.measure import Asked


def survival_figures(metric: Metric, rows: Any, asked: Asked) -> list[Figure]:
    """A figure per period, segment and horizon of the metric, from the spells seen by then."""
    curves = _curves(rows, asked.by) if rows is not None else {}
    segments = sorted({cell[1:] for cell in curves}, key=repr) if asked.by else [()]
    wanted = product(segments, metric.of, asked.periods)
    return [
        _one(metric, curves.get((period.start, *segment)), of, _blank(metric, period, asked, segment, of))
        for segment, of, period in wanted
    ]


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
        segment=dict(zip(asked.by, segment, strict=True)),
        of=of,
        value=None,
        unit=metric.unit,
        status="provisional" if asked.as_of is not None and period.end > asked.as_of else "final",
        reason="no_data",
    )


def _figure(metric: Metric, found: Curve, of: Mapping[str, Any], blank: Figure) -> Figure:
    shown = replace(blank, n=len(found.months), numerator=found.churns, denominator=len(found.months))
    if metric.variant == "median":
        median = found.median()
        return replace(shown, value=median, reason=None if median is not None else "not_reached")
    months = float(of["months"])
    at_risk, alive = found.at_risk(months), found.at(months)
    if at_risk == 0 and alive > 0:
        return replace(shown, n=0)
    if metric.variant == "km_restricted_mean":
        return replace(shown, value=found.restricted_mean(months), reason=None)
    low, high = found.bounds(months) or (None, None)
    return replace(shown, value=alive, n=at_risk, low=low, high=high, reason=None)


def _curves(rows: Any, by: Sequence[str]) -> dict[Cell, Curve]:
    keys = ["period_start", *map(column_of, by)]
    spells = rows.filter(rows.left_out.isnull()).select(*keys, "months", "churned", "entered").order_by(keys)
    table = spells.to_pyarrow()
    months, churned, entered = (table[name].to_numpy() for name in ("months", "churned", "entered"))
    return {
        cell: curve(months[rows], churned[rows].astype(bool), entered[rows])
        for cell, rows in runs(table, keys)
    }
