"""What is known: the stored tables as Ibis expressions, at a moment of knowledge.

Nothing stored is overwritten. A row that takes the place of another names it in `replaces`,
so the rows in force at T are those recorded by T that no row recorded by T replaces. Where no
key of a table has two versions this is a plain filter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
from ibis.backends.sql.datatypes import DuckDBType

from holdfast.tables import Table
from holdfast.warehouse.layout import JOURNAL, lake, row_key, stored_types

Row: TypeAlias = dict[str, Any]
T = TypeVar("T")
NEVER = datetime(1, 1, 1)


@dataclass(frozen=True)
class Journal:
    """The appends so far: the greatest recorded_at, of each table too, who told what, what was revised.

    A table that no key of has a second version is not in `revised`.
    """

    known_at: datetime | None
    appended: dict[str, datetime]
    told: frozenset[tuple[str, str]]
    revised: dict[str, datetime]

    def newest(self, tables: Sequence[str]) -> list[datetime | None]:
        """When something was last recorded in each of some tables, and when anybody was last erased."""
        return [self.appended.get(name) for name in (*tables, "erasures")]


def read_journal(con: duckdb.DuckDBPyConnection) -> Journal:
    """What the journal of appends says, as the current transaction sees it."""
    rows = con.execute(
        'select "table", source, max(recorded_at), max(recorded_at) filter (changed + buried > 0)'
        f" from {lake(JOURNAL)} group by all"
    ).fetchall()
    revised: dict[str, datetime] = {}
    appended: dict[str, datetime] = {}
    for table, _, newest, at in rows:
        appended[table] = max(newest, appended.get(table, newest))
        if at:
            revised[table] = max(at, revised.get(table, at))
    return Journal(
        known_at=max(appended.values(), default=None),
        appended=appended,
        told=frozenset((row[0], row[1]) for row in rows),
        revised=revised,
    )


class Journals:
    """The journal as one transaction sees it: read again only after an append of its own."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._read: Journal | None = None

    def now(self) -> Journal:
        """What the journal says."""
        if self._read is None:
            self._read = read_journal(self._con)
        return self._read

    def moved(self) -> None:
        """Say that something was appended."""
        self._read = None


def stored(backend: ibis.BaseBackend, name: str, types: dict[str, str], present: list[str]) -> ir.Table:
    """A table of the lake; a column that the lake does not have yet reads as NULL."""
    kinds = {column: DuckDBType.from_string(kind) for column, kind in types.items()}
    schema = ibis.schema({column: kind for column, kind in kinds.items() if column in present})
    rows = ops.DatabaseTable(
        name, schema=schema, source=backend, namespace=ops.Namespace(catalog="lake", database="main")
    ).to_expr()
    missing = {column: ibis.null(kind) for column, kind in kinds.items() if column not in present}
    return rows.mutate(**missing).select(*types) if missing else rows


def versions(backend: ibis.BaseBackend, table: Table, present: list[str]) -> ir.Table:
    """Every version of every row, tombstones too, with all system columns."""
    return stored(backend, table.name, stored_types(table), present)


def latest(history: ir.Table, table: Table, known_at: datetime | None, revised: bool) -> ir.Table:
    """The newest version of each key recorded by `known_at`, tombstones too."""
    by_then = history.filter(history.recorded_at <= ibis.timestamp(known_at or NEVER))
    if not revised:
        return by_then
    replaced = by_then.filter(by_then.replaces.notnull()).select(*row_key(table), "replaces")
    optional = {name for name in table.key if not table.column(name).required}
    same = [
        by_then[name].identical_to(replaced[name]) if name in optional else by_then[name] == replaced[name]
        for name in row_key(table)
    ]
    return by_then.anti_join(replaced, [*same, by_then.recorded_at == replaced.replaces])


def read(rows: ir.Table) -> list[Row]:
    """The rows of an expression, now."""
    found: list[Row] = rows.to_pyarrow().to_pylist()
    return found


def touched(history: ir.Table, table: Table, since: datetime, revised: bool) -> ir.Table:
    """All versions of each key with one newer than `since`; no key has others where none was revised."""
    news = history.filter(history.recorded_at > ibis.timestamp(since))
    if not revised:
        return news
    keys = news.select(*row_key(table)).distinct()
    return history.semi_join(keys, [history[key].identical_to(keys[key]) for key in row_key(table)])


class Small:
    """What is made of small tables and asked for many times for one question, such as settings."""

    remembered = 24

    def __init__(self) -> None:
        self._made: dict[Any, tuple[Any, Any]] = {}

    def of(self, asked: tuple[str, datetime | None], newest: Any, make: Callable[[], T]) -> T:
        """What was made for this when the newest rows were these, or what `make` gives now."""
        if asked not in self._made or self._made[asked][0] != newest:
            if len(self._made) >= self.remembered:
                self._made.clear()
            self._made[asked] = newest, make()
        found: T = self._made[asked][1]
        return found

    def copy(self) -> Small:
        """The same to begin with; what is made of one is not known to the other."""
        found = Small()
        found._made.update(self._made)
        return found
