"""Members as a table shows them: each with the facts that the rule read, as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day_of_calendar
from decimal import Decimal

import pyarrow as pa

from holdfast.report.rows import as_field
from holdfast.words.amounts import date, number

IDENTITY = ("account_id", "name")


@dataclass(frozen=True)
class Seen:
    """Some members: `columns` are the facts that the rule read, each row its id, name and cells."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, str, Sequence[str]]]
    count: int


def seen(rows: pa.Table, most: int, language: str) -> Seen:
    """The first members of a table and how many there are."""
    columns = [name for name in rows.column_names if name not in IDENTITY]
    shown = rows.slice(0, most).to_pylist()
    told = [
        (row["account_id"], row["name"] or row["account_id"], _cells(row, columns, language)) for row in shown
    ]
    return Seen(columns, told, rows.num_rows)


def _cells(row: Mapping[str, object], columns: Sequence[str], language: str) -> Sequence[str]:
    return [_cell(row[name], language) for name in columns]


def _cell(value: object, language: str) -> str:
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return number(value, language)
    return date(value, language) if isinstance(value, day_of_calendar) else as_field(value)
