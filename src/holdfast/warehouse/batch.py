"""One write: what a source tells, compared with what is known and appended in bulk SQL.

Nothing is done row by row, and the first import from a source compares with nothing. A
partitioned table is compared month by month and only with the days that the batch speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from holdfast.tables import Table
from holdfast.warehouse.arrange import BATCH, TOLD, arrange, tidy
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
from holdfast.warehouse.personal import TOKEN, owner_columns

SEEN = "holdfast_seen"


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


NOTHING = Appended(rows=0, new=0, changed=0, unchanged=0, buried=0)
"""What comes of no rows."""


@dataclass(frozen=True)
class Batch:
    """Rows of one table from one source, on their way into the lake.

    `among` is what a complete batch is all of: the values of a column in a relation that has it.
    `once` keeps the first row of a key for good.
    """

    con: duckdb.DuckDBPyConnection
    table: Table
    relation: str
    source: str
    recorded_at: datetime
    key: str | None = None
    among: tuple[str, str] | None = None
    once: bool = False

    def append(self, journal: Journal | None, complete: bool) -> Appended:
        """Store what is new or changed, and tombstones for what is gone; log it.

        Without a journal there is nothing that it could be compared with.
        """
        erased = arrange(self.con, self.table, self.relation, self.source, self.key)
        rows, kept = self._count(TOLD), self._count(BATCH)
        told = journal is not None and (self.table.name, self.source) in journal.told
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
        new, repeated = kept - changed - unchanged, rows - kept - erased
        done = Appended(rows, new, changed, unchanged, buried, repeated, erased)
        self._log(done)
        self.con.execute(f"drop table if exists {SEEN}")
        tidy(self.con)
        return done

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
        if self.once:
            differs = "false"
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
        """Tombstones for the keys of this source, among those it speaks of, that a batch no longer holds.

        Rows of someone erased stay: their ids are random now, so no batch can hold them.
        """
        erased = [f"coalesce(l.{quote(name)}, '') like '{TOKEN}%'" for name in owner_columns(self.table)]
        held = f"{TOLD} b on {self._same_key('l', 'b')}"
        gone = (
            f"from {self._latest(self._concerned())} l anti join {held}"
            f" where not l.deleted and not ({' or '.join(erased) or 'false'})"
        )
        count: int = self._one(f"select count(*) {gone}")[0]
        if count:
            columns = listed(self.table.column_names, "l.")
            self.con.execute(
                f"insert into {lake(self.table.name)} ({listed(list(stored_types(self.table)))})"
                f" select {columns}, l.source, timestamp '{self.recorded_at}', true, l.recorded_at {gone}"
                f" order by {sorted_by(self.table)}"
            )
        return count

    def _concerned(self) -> str:
        """SQL that is true for the stored rows that a complete batch speaks of."""
        if self.among is None:
            return "true"
        column, relation = quote(self.among[0]), quote(self.among[1])
        return f"{column} in (select {column} from {relation})"

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
