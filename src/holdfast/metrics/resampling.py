"""Bootstrap intervals of figures that stand on few subjects, all metrics of a timeline in one pass (R22)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from holdfast.metrics import intervals
from holdfast.metrics.asked import Asked
from holdfast.metrics.catalog import Metric
from holdfast.metrics.cells import Cell, runs
from holdfast.metrics.counting import Counted, with_subject
from holdfast.metrics.fused import Fused, Plan, added
from holdfast.timelines.subjects import column_of

Few = dict[Cell, intervals.Bounds]
"""Intervals by period start and segment."""


def resampled(counted: Counted, rows: Any, asked: Asked) -> list[Few]:
    """For each metric counted over `rows`, the intervals of its cells of few enough subjects."""
    found: list[Few] = [{} for _ in counted]
    below = asked.resampled_below
    every = {place: _small(metric, sums, below) for place, (metric, sums) in enumerate(counted)}
    small = {place: cells for place, cells in every.items() if cells}
    for cluster in dict.fromkeys(counted[place][0].cluster for place in small):
        places = [place for place in small if counted[place][0].cluster == cluster]
        metrics = [counted[place][0] for place in places]
        wanted = set().union(*(small[place] for place in places))
        table, plans = _by_cluster(metrics, rows, asked, wanted)
        for place, metric, plan in zip(places, metrics, plans, strict=True):
            found[place].update(_intervals(metric, small[place], table, plan, asked.by))
    return found


def _small(metric: Metric, sums: dict[Cell, Any], below: int) -> set[Cell]:
    """The cells whose interval is drawn by resampling."""
    if metric.interval != "ratio":
        return set()
    return {cell for cell, each in sums.items() if 2 <= each.n < below}


def _by_cluster(
    metrics: Sequence[Metric], rows: Any, asked: Asked, cells: set[Cell]
) -> tuple[pa.Table, list[Plan]]:
    """What each cluster adds to each metric, in the order of cells and clusters."""
    rows = with_subject(rows)
    rows = rows.filter(rows.left_out.isnull() & rows.period_start.isin(sorted({cell[0] for cell in cells})))
    fused = Fused()
    plans = [added(fused, metric, rows, asked.as_of or datetime.max) for metric in metrics]
    keys = [*_keys(metrics[0], asked.by), metrics[0].cluster]
    return fused.over(rows, keys).order_by(keys).to_pyarrow(), plans


def _intervals(
    metric: Metric, cells: set[Cell], table: pa.Table, plan: Plan, by: Sequence[str]
) -> Iterator[tuple[Cell, intervals.Bounds]]:
    numerators, denominators, adds = (
        table[plan[name]].to_numpy() for name in ("numerator", "denominator", "adds")
    )
    own = tuple(metric.of[0].get(name) for name in metric.of_columns)
    for whole, inside in runs(table, _keys(metric, by)):
        cell = whole[len(own) :]
        if whole[: len(own)] != own or cell not in cells:
            continue
        there = adds[inside] > 0
        seed = "|".join([metric.full_name, *map(str, (*metric.of[0].values(), *cell))])
        bounds = intervals.bootstrap(numerators[inside][there], denominators[inside][there], seed)
        if bounds:
            yield cell, bounds


def _keys(metric: Metric, by: Sequence[str]) -> list[str]:
    return [*metric.of_columns, "period_start", *map(column_of, by)]
