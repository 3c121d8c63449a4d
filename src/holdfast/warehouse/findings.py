"""What a check finds, and the query that finds it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import duckdb

from holdfast.tables import Table
from holdfast.warehouse.connect import quoted
from holdfast.warehouse.layout import quote

Severity = Literal["error", "warning"]
EXAMPLES = 5


@dataclass(frozen=True)
class Finding:
    """Something wrong: how often, where, and what a person can do about it.

    An error makes figures wrong or undefined; a warning may be right but is worth a look.
    `examples` are a few of the rows, as text.
    """

    code: str
    severity: Severity
    table: str
    message: str
    what_to_do: str
    count: int = 0
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """A finding that is there when the query `bad`, with its column `example`, has rows."""

    finding: Finding
    bad: str

    def run(self, con: duckdb.DuckDBPyConnection) -> Finding | None:
        """The finding with its count and examples, or None where there is nothing to find."""
        row = con.execute(f"select count(*), min(example, {EXAMPLES}) from ({self.bad})").fetchone()
        if row is None or not row[0]:
            return None
        return replace(self.finding, count=row[0], examples=tuple(row[1] or ()))


def told(table: Table, alias: str, *more: str) -> str:
    """SQL for a row as an example: its source, key, and the columns `more`."""
    names = dict.fromkeys((*table.key, *more))
    parts = [
        f"coalesce({quoted(f', {name} ')} || cast({alias}.{quote(name)} as varchar), '')" for name in names
    ]
    return " || ".join([f"{quoted('source ')} || {alias}.source", *parts])
