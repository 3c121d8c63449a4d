"""Pages of a long answer: a cursor names the last row that was given, and the next page begins after it.

Rows that came meanwhile are met or not by where they stand in the order; none is met twice. Who wants
every page from one state of the records says `known_at`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, overload

import pyarrow as pa

from holdfast.errors import HoldfastError, UsageError
from holdfast.report.rows import as_field
from holdfast.web.reads.read import Answer, Row

BEGIN = "Ask for the first page again, without a cursor."


class Gone(HoldfastError):
    """The row that a cursor names is not in the answer any more."""

    code = "gone"


class TableRows(Sequence[Row]):
    """The rows of a table, each made when it is looked at."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            first, last, _ = place.indices(len(self))
            found: list[dict[str, Any]] = self._table.slice(first, max(last - first, 0)).to_pylist()
            return [*found]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        row: Row = self._table.slice(place % len(self), 1).to_pylist()[0]
        return row


def page_of(answer: Answer, limit: int, cursor: str | None) -> tuple[Sequence[Row], str | None]:
    """The rows of one page and the cursor of the next, None where it is the last.

    Raises UsageError for what is no cursor, and Gone where its row is gone.
    """
    first = _after(answer, cursor) if cursor else 0
    rows = answer.rows[first : first + limit]
    last = first + len(rows) - 1
    more = last + 1 < len(answer.rows)
    return rows, _written([str(last), *_name(rows[-1], answer.key)]) if more else None


def _after(answer: Answer, cursor: str) -> int:
    """The place after the row that the cursor names: most often where it was, else wherever it is now."""
    place, name = _read(cursor)
    if place < len(answer.rows) and _name(answer.rows[place], answer.key) == name:
        return place + 1
    for found, row in enumerate(answer.rows):
        if _name(row, answer.key) == name:
            return found + 1
    raise Gone("The row that this cursor names is not there any more.", hint=BEGIN)


def _name(row: Row, key: Sequence[str]) -> list[str]:
    return [as_field(row.get(column)) for column in key]


def _written(name: list[str]) -> str:
    text = json.dumps(name, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, list[str]]:
    try:
        place, *name = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return max(int(place), 0), [str(each) for each in name]
    except (ValueError, TypeError):
        raise UsageError(f"{cursor!r} is no cursor.", hint=BEGIN) from None
