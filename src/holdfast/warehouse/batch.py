"""One write: what a source tells, compared with what is known and appended in bulk SQL.

Nothing is done row by row, and the first import from a source compares with nothing. A
partitioned table is compared month by month and only with the days that the batch speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from holdfast.errors import UsageError
from holdfast.tables import Table
from holdfast.warehouse.connect import quoted
from holdfast.warehouse.known import Journal
from holdfast.warehouse.layout import (
    JOURNAL,
    JOURNAL_TYPES,
    PARTITIONED,
    lake,
    listed,
    quote,
    sorted_by,
    stored_types,
)

BATCH = "holdfast_batch"
SEEN = "holdfast_seen"
REPEATS = "holdfast_repeats"
LAST = "holdfast_last"


@dataclass(frozen=True)
class Appended:
    """What came of a batch: `rows` read, each new, changed, unchanged, repeated or erased.

    `repeated` rows have a later row of the same key in the batch; `erased` ones speak of
    someone who was erased on request. `buried` keys were missing from a complete batch.
    """

    rows: int
    new: int
    changed: int
    unchanged: int
    buried: int
    repeated: int = 0
    erased: int = 0


@dataclass(frozen=True)
class Batch:
    """Rows of one table from one source, on their way into the lake."""

    con: duckdb.DuckDBPyConnection
    table: Table
    relation: str
    source: str
    recorded_at: datetime

    def append(self, journal: Journal, complete: bool) -> Appended:
        """Store what is new or changed, and tombstones for what is gone; log it."""
        self._arrange()
        rows = self._count(quote(self.relation))
        kept = self._count(BATCH)
        told = (self.table.name, self.source) in journal.told
        changed = unchanged = buried = 0
        if told:
            self._compare()
            changed, unchanged = self._one(
                f"select count(*) filter (differs), count(*) filter (not differs) from {SEEN}"
            )
        if kept > unchanged:
            self._insert(compared=changed + unchanged > 0)
        if told and complete:
            buried = self._bury()
        done = Appended(rows, kept - changed - unchanged, changed, unchanged, buried, rows - kept)
        self._log(done)
        self._tidy()
        return done

    def _arrange(self) -> None:
        """The batch with all columns typed, and one row per key: the last one in file order."""
        described = self.con.execute(f"describe {quote(self.relation)}").fetchall()
        given = {row[0]: row[1] for row in described}
        columns = self.table.column_names
        select = ", ".join(f"{self._column(name, given)} as {quote(name)}" for name in columns)
        arranged = f"select {select}, row_number from {quote(self.relation)}"
        self.con.execute(f"create or replace temp view {BATCH} as {arranged}")
        key = listed(self.table.key)
        self.con.execute(
            f"create or replace temp table {REPEATS} as"
            f" select hash({key}) as h from {BATCH} group by h having count(*) > 1"
        )
        if not self._count(REPEATS):
            return
        self.con.execute(
            f"create or replace temp table {LAST} as select * from ({arranged})"
            f" where hash({key}) in (select h from {REPEATS})"
            f" qualify row_number() over (partition by {key} order by row_number desc) = 1"
        )
        self.con.execute(
            f"create or replace temp view {BATCH} as from ({arranged})"
            f" where hash({key}) not in (select h from {REPEATS}) union all from {LAST}"
        )

    def _column(self, name: str, given: dict[str, str]) -> str:
        column, kind = self.table.column(name), stored_types(self.table)[name]
        fallback = f"cast({quote(column.default_from)} as {kind})" if column.default_from else None
        if name in given:
            value = quote(name) if given[name] == kind else f"cast({quote(name)} as {kind})"
            return f"coalesce({value}, {fallback})" if fallback else value
        if column.required:
            raise UsageError(f"The batch for {self.table.name} has no column {name!r}.")
        return fallback or f"cast(null as {kind})"

    def _latest(self, condition: str = "true") -> str:
        """SQL for the newest version of each key of this source, tombstones too."""
        same = " and ".join(f"r.{quote(k)} is not distinct from h.{quote(k)}" for k in self.table.key)
        mine = f"source = {quoted(self.source)} and ({condition})"
        return (
            f"(select * from {lake(self.table.name)} h where {mine} and not exists"
            f" (select 1 from {lake(self.table.name)} r where {mine} and r.replaces is not null"
            f" and r.replaces = h.recorded_at and {same}))"
        )

    def _compare(self) -> None:
        """Fill SEEN with the keys of the batch already stored, and whether the rows differ."""
        keys = ", ".join(f"b.{quote(name)}" for name in self.table.key)
        same = self._same_key("b", "l")
        others = [name for name in self.table.column_names if name not in self.table.key]
        differs = " or ".join(
            ["l.deleted", *(f"b.{quote(name)} is distinct from l.{quote(name)}" for name in others)]
        )
        select = (
            f"select {keys}, {differs} as differs, l.recorded_at as was"
            f" from (select * from {BATCH} where %s) b join %s l on {same}"
        )
        first, *rest = self._conditions()
        empty = select % ("false", f"(select * from {lake(self.table.name)} where false)")
        self.con.execute(f"create or replace temp table {SEEN} as {empty}")
        for condition in [first, *rest]:
            self.con.execute(f"insert into {SEEN} {select % (condition, self._latest(condition))}")

    def _conditions(self) -> list[str]:
        """The parts in which the batch is compared: by month of its partition, else whole."""
        day = PARTITIONED.get(self.table.name)
        if day is None:
            return ["true"]
        spans = self.con.execute(
            f"select min({quote(day)}), max({quote(day)}) from {BATCH}"
            f" group by year({quote(day)}), month({quote(day)}) order by 1"
        ).fetchall()
        return [f"{quote(day)} between date '{a}' and date '{b}'" for a, b in spans] or ["false"]

    def _insert(self, compared: bool) -> None:
        columns, chosen, replaces = listed(self.table.column_names), BATCH, "cast(null as timestamp)"
        if compared:
            chosen = (
                f"(select b.*, s.was from {BATCH} b left join {SEEN} s on {self._same_key('b', 's')}"
                " where s.differs is not false)"
            )
            replaces = "was"
        self.con.execute(
            f"insert into {lake(self.table.name)} ({listed(list(stored_types(self.table)))})"
            f" select {columns}, {quoted(self.source)}, timestamp '{self.recorded_at}', false, {replaces}"
            f" from {chosen} order by {sorted_by(self.table)}"
        )

    def _bury(self) -> int:
        """Tombstones for the keys of this source that a complete batch no longer holds."""
        held = f"{BATCH} b on {self._same_key('l', 'b')}"
        gone = f"from {self._latest()} l anti join {held} where not l.deleted"
        count: int = self._one(f"select count(*) {gone}")[0]
        if count:
            columns = listed(self.table.column_names, "l.")
            self.con.execute(
                f"insert into {lake(self.table.name)} ({listed(list(stored_types(self.table)))})"
                f" select {columns}, l.source, timestamp '{self.recorded_at}', true, l.recorded_at {gone}"
                f" order by {sorted_by(self.table)}"
            )
        return count

    def _log(self, done: Appended) -> None:
        if not (done.new or done.changed or done.buried):
            return
        self.con.execute(
            f"insert into {lake(JOURNAL)} ({listed(list(JOURNAL_TYPES))}) values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self.recorded_at,
                self.table.name,
                self.source,
                done.rows,
                done.new,
                done.changed,
                done.unchanged,
                done.buried,
            ],
        )

    def _tidy(self) -> None:
        self.con.execute(f"drop view {BATCH}")
        for name in (SEEN, REPEATS, LAST):
            self.con.execute(f"drop table if exists {name}")

    def _same_key(self, left: str, right: str) -> str:
        """Two rows have one key; an equality where no part is empty, so that joins stay fast."""
        terms = []
        for name in self.table.key:
            column = self.table.column(name)
            equal = "=" if column.required or column.default_from else "is not distinct from"
            terms.append(f"{left}.{quote(name)} {equal} {right}.{quote(name)}")
        return " and ".join(terms)

    def _count(self, relation: str) -> int:
        count: int = self._one(f"select count(*) from {relation}")[0]
        return count

    def _one(self, query: str) -> tuple[int, ...]:
        row = self.con.execute(query).fetchone()
        return row or ()
