"""The evidence of a metric as rows: those that count, and those left out with the rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from holdfast.metrics.asked import Asked, with_data
from holdfast.metrics.catalog import Metric
from holdfast.metrics.counting import evidence, laid_rows, of_own
from holdfast.segments.attributes import OF_PHASES
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import column_of

Listed = tuple[pa.Table, pa.Table]
EXACT = pa.decimal128(38, 9)
"""What counts and money have in common, so that the rows of several parts stand in one table."""


def evidence_table(metric: Metric, layout: Layout, asked: Asked) -> Any:
    """The evidence of a metric over the periods asked for, as an Ibis expression."""
    periods = with_data(asked, layout)
    return evidence(metric, laid_rows(metric, layout, periods, asked), asked.as_of or datetime.max)


def metric_has_no_denominator(rows: Any) -> bool:
    """Whether the evidence is a plain total."""
    return bool(rows.denominator.type().is_null())


def listed(metric: Metric, layout: Layout, asked: Asked) -> Listed:
    """The rows of one metric that count, and those left out, in the order of account and subject."""
    rows = evidence_table(metric, layout, asked)
    rows = of_own(rows, metric, metric.of_columns)
    adds = (
        rows.numerator != 0
        if metric_has_no_denominator(rows)
        else (rows.numerator != 0) | (rows.denominator != 0)
    )
    columns = [
        "period_start",
        "account_id",
        "subject_id",
        *map(column_of, asked.by),
        "numerator",
        "denominator",
        *metric.shows,
    ]
    order = ["account_id", "subject_id"]
    counted = rows.filter(rows.excluded_because.isnull() & adds).select(*columns)
    left_out = rows.filter(rows.excluded_because.notnull()).select(*columns, "excluded_because")
    return tuple(_once(part, asked.by).order_by(order).to_pyarrow() for part in (counted, left_out))


def _once(rows: Any, by: Sequence[str]) -> Any:
    """Each subject once: one that is in several overlapping segments names all of them."""
    several = [column_of(name) for name in by if name in OF_PHASES]
    if not several:
        return rows
    own = [name for name in rows.columns if name not in several]
    named = {name: rows[name].group_concat(", ", order_by=rows[name]) for name in several}
    return rows.distinct().group_by(own).agg(**named).select(*rows.columns)


def listed_by_part(parts: Sequence[Metric], layout: Layout, asked: Asked) -> Listed:
    """The rows of several metrics one after the other, the first column naming whose they are."""
    tables = [(part.full_name, listed(part, layout, asked)) for part in parts]
    counted = [_of_part(name, rows) for name, (rows, _) in tables]
    left_out = [_of_part(name, rows) for name, (_, rows) in tables]
    return pa.concat_tables(counted), pa.concat_tables(left_out)


def _of_part(name: str, rows: pa.Table) -> pa.Table:
    for column in ("numerator", "denominator"):
        place = rows.schema.get_field_index(column)
        rows = rows.set_column(place, column, rows[column].cast(EXACT))
    named = pa.array([name] * rows.num_rows, pa.string())
    return rows.add_column(0, "part", named)
