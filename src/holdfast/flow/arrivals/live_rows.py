"""Rows made in memory of what came in live, appended as the business's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import pyarrow as pa

from holdfast.collect.sources.told import Act
from holdfast.tables import table as declared
from holdfast.tables.schema import arrow_type
from holdfast.timelines.identity import OWN
from holdfast.warehouse import NOTHING, Appended, Writing

PLACE = "row_number"


def append(writing: Writing, name: str, rows: Sequence[Mapping[str, Any]]) -> Appended:
    """Append rows to a table within the caller's transaction, in their order."""
    return _append(writing, name, as_arrow(name, rows)) if rows else NOTHING


def append_acts(writing: Writing, acts: Sequence[Act]) -> Appended:
    """The same for events of which the caller has seen that none is kept."""
    return _append(writing, "events", acts_as_arrow(acts), unknown=True) if acts else NOTHING


def _append(writing: Writing, name: str, rows: pa.Table, *, unknown: bool = False) -> Appended:
    writing.con.register("holdfast_live_rows", _in_order(rows))
    try:
        return writing.append(name, "holdfast_live_rows", source=OWN, unknown=unknown)
    finally:
        writing.con.unregister("holdfast_live_rows")


def acts_as_arrow(acts: Sequence[Act]) -> pa.Table:
    """Events column by column, each of its kind."""
    kinds = {column.name: arrow_type(column.kind) for column in declared("events").columns}
    return pa.table(
        {name: pa.array([*map(attrgetter(name), acts)], kinds[name]) for name in Act.__struct_fields__}
    )


def as_arrow(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of a table column by column, each of its kind; what a row does not say is null."""
    return pa.table(
        {
            column.name: pa.array([row.get(column.name) for row in rows], arrow_type(column.kind))
            for column in declared(name).columns
        }
    )


def _in_order(rows: pa.Table) -> pa.Table:
    if PLACE in rows.column_names:
        return rows
    return rows.append_column(PLACE, pa.array(range(1, rows.num_rows + 1), pa.int64()))
