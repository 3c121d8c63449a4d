"""Rows made in memory of what came in live, appended as the business's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from holdfast.tables import table as declared
from holdfast.tables.schema import arrow_type
from holdfast.timelines.identity import OWN
from holdfast.warehouse import Appended, Writing

PLACE = "row_number"


def append(
    writing: Writing, name: str, rows: Sequence[Mapping[str, Any]], *, unknown: bool = False
) -> Appended:
    """Append rows to a table within the caller's transaction, in their order.

    Of rows that are `unknown` the caller has seen that none of their keys is stored.
    """
    if not rows:
        return Appended(0, 0, 0, 0, 0)
    writing.con.register("holdfast_live_rows", _in_order(as_arrow(name, rows)))
    try:
        return writing.append(name, "holdfast_live_rows", source=OWN, unknown=unknown)
    finally:
        writing.con.unregister("holdfast_live_rows")


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
