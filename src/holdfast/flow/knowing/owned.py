"""Rows that Holdfast writes about itself: settings, imports, rejects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import pyarrow as pa

from holdfast.tables import table as declared
from holdfast.tables.schema import arrow_type
from holdfast.warehouse import Appended, Writing

SOURCE = "holdfast"


def fresh_id() -> str:
    """An id that nothing else has."""
    return uuid4().hex


def write_rows(
    writing: Writing, name: str, rows: Iterable[Mapping[str, Any]], *, complete: bool = False
) -> None:
    """Append rows to an owned table within the caller's transaction; `complete` buries all others."""
    given = list(rows)
    if not given and not complete:
        return
    with registered(writing, name, given) as batch:
        writing.append(name, batch, source=SOURCE, complete=complete)


def as_batch(name: str, rows: Iterable[Mapping[str, Any]], first: int = 1) -> pa.Table:
    """Rows of a table in their order, numbered from `first` where they bear no number."""
    kinds = [(column.name, arrow_type(column.kind)) for column in declared(name).columns]
    own = [] if "row_number" in dict(kinds) else [("row_number", pa.int64())]
    given = [{**row, "row_number": row.get("row_number", place)} for place, row in enumerate(rows, first)]
    return pa.Table.from_pylist(given, schema=pa.schema([*kinds, *own]))


@contextmanager
def registered(
    writing: Writing, name: str, rows: Iterable[Mapping[str, Any]] | pa.Table, part: str = "rows"
) -> Iterator[str]:
    """Rows of a table as a relation of the connection, in their order; gives its name."""
    relation = f"holdfast_owned_{part}"
    writing.con.register(relation, rows if isinstance(rows, pa.Table) else as_batch(name, rows))
    try:
        yield relation
    finally:
        writing.con.unregister(relation)


def import_row(
    import_id: str, table: str, done: Appended, *, rejected: int, through: datetime | None
) -> dict[str, Any]:
    """A row of `imports` for what was appended to a table."""
    return {
        "import_id": import_id,
        "table": table,
        "rows": done.rows,
        "new": done.new,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "buried": done.buried,
        "rejected": rejected,
        "through": through,
    }
