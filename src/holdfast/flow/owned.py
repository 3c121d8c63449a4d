"""Rows that Holdfast writes about itself: settings, imports, rejects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import pyarrow as pa

from holdfast.tables import table as declared
from holdfast.tables.schema import arrow_type
from holdfast.warehouse import Writing

SOURCE = "holdfast"


def fresh_id() -> str:
    """An id that nothing else has."""
    return uuid4().hex


def write_rows(
    writing: Writing, name: str, rows: Iterable[Mapping[str, Any]], *, complete: bool = False
) -> None:
    """Append rows to an owned table within the caller's transaction; `complete` buries all others."""
    table = declared(name)
    kinds = [(column.name, arrow_type(column.kind)) for column in table.columns]
    schema = pa.schema([*kinds, ("row_number", pa.int64())])
    given = [{**row, "row_number": number} for number, row in enumerate(rows, start=1)]
    if not given and not complete:
        return
    writing.con.register("holdfast_owned_rows", pa.Table.from_pylist(given, schema=schema))
    try:
        writing.append(name, "holdfast_owned_rows", source=SOURCE, complete=complete)
    finally:
        writing.con.unregister("holdfast_owned_rows")
