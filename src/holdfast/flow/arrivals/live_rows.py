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


def append(writing: Writing, name: str, rows: Sequence[Mapping[str, Any]]) -> Appended:
    """Append rows to a table within the caller's transaction, in their order."""
    if not rows:
        return Appended(0, 0, 0, 0, 0)
    kinds = {column.name: arrow_type(column.kind) for column in declared(name).columns}
    given = [{PLACE: number, **row} for number, row in enumerate(rows, start=1)]
    schema = pa.schema(list((kinds | {PLACE: pa.int64()}).items()))
    writing.con.register("holdfast_live_rows", pa.Table.from_pylist(given, schema=schema))
    try:
        return writing.append(name, "holdfast_live_rows", source=OWN)
    finally:
        writing.con.unregister("holdfast_live_rows")
