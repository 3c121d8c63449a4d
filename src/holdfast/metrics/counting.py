"""Counting: the evidence of a metric, and all metrics of a timeline in one pass over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, product
from typing import Any

import ibis

from holdfast.metrics.asked import Asked
from holdfast.metrics.catalog import Evidence, Metric
from holdfast.metrics.cells import Cell
from holdfast.metrics.fused import Fused, Sums, planned, read
from holdfast.metrics.health import by_period
from holdfast.periods import Period
from holdfast.segments import grouped
from holdfast.timelines import (
    active_users,
    answers,
    beginnings,
    bills,
    cohorts,
    costs,
    first_days,
    invitations,
    losses,
    returns,
    sessions,
    subjects,
    terms,
    themes,
    tickets,
    trials,
    usage,
)
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import column_of

TIMELINES: dict[str, Callable[[Layout, Sequence[Period]], Any]] = {
    "accounts_by_period": subjects.accounts_by_period,
    "accounts_by_day": subjects.accounts_by_day,
    "new_accounts": subjects.new_accounts,
    "new_users": subjects.new_users,
    "one_off_lines": subjects.one_off_lines,
    "usage_lines": subjects.usage_lines,
    "spells": subjects.first_spells,
    "last_spells": subjects.last_spells,
    **bills.TIMELINES,
    **losses.TIMELINES,
    **terms.TIMELINES,
    **cohorts.TIMELINES,
    **costs.TIMELINES,
    **active_users.TIMELINES,
    **sessions.TIMELINES,
    **usage.TIMELINES,
    **first_days.TIMELINES,
    **beginnings.TIMELINES,
    **returns.TIMELINES,
    **trials.TIMELINES,
    **answers.TIMELINES,
    **invitations.TIMELINES,
    **tickets.TIMELINES,
    **themes.TIMELINES,
    **by_period.TIMELINES,
}

SPLITS: dict[str, tuple[str, ...]] = {
    **bills.SPLITS,
    **losses.SPLITS,
    **terms.SPLITS,
    **trials.SPLITS,
    **answers.SPLITS,
    **invitations.SPLITS,
    **tickets.SPLITS,
}
"""What rows of a timeline can be split by besides what their accounts are."""


Counted = list[tuple[Metric, dict[Cell, Sums]]]
"""Metrics, each with one value of its own dimension, and their sums by period start and segment."""


def together(metrics: Sequence[Metric], asked: Asked) -> Iterator[list[Metric]]:
    """Metrics that one pass can count: same timeline, rules, dimension and end at which segments are read."""

    def key(metric: Metric) -> tuple[str, bool, str, str, str]:
        own = repr((metric.of_columns, metric.of)) if metric.of_columns else ""
        rules = repr(sorted(metric.rules.items()))
        return (metric.timeline, metric.pooled, metric.at if asked.of_some else "", rules, own)

    for _, group in groupby(sorted(metrics, key=key), key=key):
        yield list(group)


def laid_rows(metric: Metric, layout: Layout, periods: Sequence[Period], asked: Asked) -> Any:
    """The metric's timeline over the periods, within the segments asked for and split by others."""
    if metric.pooled:
        windows = subjects.trailing_months(periods, layout.basis.calendar)
        return subjects.over_trailing_months(_by_month(metric, layout, windows, asked), windows)
    rows = _grouped(metric, layout, periods, asked)
    rows = of_own(rows, metric, tuple(metric.of[0]))
    return _with_day_share(rows, asked.by) if metric.timeline == "accounts_by_day" else rows


def of_own(rows: Any, metric: Metric, columns: Sequence[str]) -> Any:
    """The rows of the value asked for of the metric's own dimension; null where the value has no such part.

    What is left out may lack the value for the very reason that it is left out.
    """
    own = metric.of[0] if metric.of_columns else {}
    for name in columns if own else ():
        unknown = rows[name].isnull()
        value = own.get(name)
        same = rows[name].cast("string") == str(value)
        rows = rows.filter(unknown if value in (None, "") else same | (rows.left_out.notnull() & unknown))
    return rows


def pooled(
    metrics: Sequence[Metric], layout: Layout, periods: Sequence[Period], asked: Asked, as_of: Any
) -> Counted:
    """The sums of metrics that pool the last twelve months: each month counted once, then added up."""
    windows = subjects.trailing_months(periods, layout.basis.calendar)
    months = count(metrics, _by_month(metrics[0], layout, windows, asked), asked.by, as_of)
    return [(metric, _added(cells, windows)) for metric, cells in months]


def _by_month(metric: Metric, layout: Layout, windows: subjects.Windows, asked: Asked) -> Any:
    months = list(dict.fromkeys(month for several in windows.values() for month in several))
    return _grouped(metric, layout, months, asked)


def _grouped(metric: Metric, layout: Layout, periods: Sequence[Period], asked: Asked) -> Any:
    rows = TIMELINES[metric.timeline](layout, periods)
    return grouped(rows, layout, periods, asked.by, asked.segments, at=metric.at)


def _added(cells: Mapping[Cell, Sums], windows: subjects.Windows) -> dict[Cell, Sums]:
    found: dict[Cell, Sums] = {}
    segments = {cell[1:] for cell in cells}
    for (period, months), segment in product(windows.items(), segments):
        inside = [cells[(month.start, *segment)] for month in months if (month.start, *segment) in cells]
        if inside:
            found[(period.start, *segment)] = Sums(
                numerator=sum(sums.numerator or 0 for sums in inside),
                denominator=sum(sums.denominator or 0 for sums in inside),
                n=sum(sums.n for sums in inside),
            )
    return found


def with_subject(rows: Any) -> Any:
    """The rows with the subject that each is of: the account, where the timeline names no other."""
    return rows if "subject_id" in rows.columns else rows.mutate(subject_id=rows.account_id)


def evidence(metric: Metric, rows: Any, as_of: Any) -> Any:
    """`rows` with `numerator`, `denominator` and `excluded_because` (null where the row counts)."""
    rows = with_subject(rows)
    made = metric.made(rows)
    denominator = ibis.null().cast("int64") if made.denominator is None else made.denominator
    return rows.mutate(
        numerator=made.numerator,
        denominator=denominator,
        excluded_because=ibis.coalesce(rows.left_out, _reason(made, as_of)),
    )


def count(metrics: Sequence[Metric], rows: Any, by: Sequence[str], as_of: Any) -> Counted:
    """Every metric's sums by period start and segment, in one aggregation over `rows`.

    All metrics must stand on the same timeline, read segments at the same end and bring the
    same dimension of their own.
    """
    counted = rows.filter(rows.left_out.isnull())
    fused = Fused()
    plans = [(metric, planned(fused, metric, counted, as_of)) for metric in metrics]
    own, keys = metrics[0].of_columns, ["period_start", *(column_of(name) for name in by)]
    table = fused.over(counted, [*own, *keys]).to_pyarrow().to_pylist()
    parts: dict[Cell, list[dict[str, Any]]] = {}
    for row in table:
        parts.setdefault(tuple(row[name] for name in own), []).append(row)
    return [
        (
            _with_own(metric, value),
            {tuple(row[key] for key in keys): read(row, plan) for row in parts[value]},
        )
        for metric, plan in plans
        for value in sorted(parts, key=repr)
    ]


def _with_own(metric: Metric, value: Cell) -> Metric:
    """The metric for one value of the dimension that its rows bring."""
    own = {name: part for name, part in zip(metric.of_columns, value, strict=True) if part is not None}
    return replace(metric, of=(own,)) if metric.of_columns else metric


def _reason(made: Evidence, as_of: Any) -> Any:
    rules = list(made.excluded)
    if made.matures is not None:
        rules.append(("pending", made.matures > ibis.literal(as_of)))
    if not rules:
        return ibis.null().cast("string")
    return ibis.cases(*[(condition, rule) for rule, condition in rules], else_=ibis.null().cast("string"))


def _with_day_share(rows: Any, by: Sequence[str]) -> Any:
    """Each row's share of the customers that began its day in its segment."""
    keys = ["period_start", "day_start", *(column_of(name) for name in by)]
    there = rows.left_out.isnull().cast("int64")
    beside = there.sum().over(ibis.window(group_by=keys)).nullif(0)
    # As a decimal: a sum of doubles would depend on the order of the rows.
    return rows.mutate(day_share=(1.0 / beside).cast("decimal(38, 18)"))
