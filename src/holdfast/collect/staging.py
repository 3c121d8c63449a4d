"""Staging: the files of one import as typed rows and rejects, in temporary tables.

Each file is read once, into one table with the typed columns, a fate per row (good,
rejected, left out by `where`, blank) and, for rejected rows only, the faults and the whole
row. Good rows are a view over it; their numbers come from the order of the rows, since
numbering by a window would read the file with one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import duckdb

from holdfast.collect.ends import refuse_to_guess
from holdfast.collect.faults import FaultBook, rejects_sql
from holdfast.collect.mapping import Mapping
from holdfast.collect.plan import Plan, plan_file
from holdfast.collect.quoting import literals, name
from holdfast.collect.readers import Mode, Source, open_source
from holdfast.collect.readers.parquet import first_line
from holdfast.collect.watching import Progress, watched
from holdfast.errors import BadInput, Sentence
from holdfast.periods import Calendar
from holdfast.tables import Kind, Table, sql_type

GOOD, REJECTED, LEFT_OUT, BLANK = 0, 1, 2, 3
_UNREADABLE = (duckdb.InvalidInputException, duckdb.NotImplementedException, duckdb.ConversionException)
_serial = count()


@dataclass(frozen=True)
class Staged:
    """What an import brings: `good` and `bad` name temporary relations on the connection.

    `good` holds the table's typed columns with `row_number` (rising over all files) and
    `file`; `bad` the columns of `rejects` but its ids. rows = good rows + rejected + left_out.
    """

    good: str
    bad: str
    rows: int
    rejected: int
    left_out: int
    through: datetime | None
    table: str
    source: str
    kept: str

    def drop(self, con: duckdb.DuckDBPyConnection) -> None:
        """Frees the temporary tables."""
        con.execute(f"DROP VIEW IF EXISTS {self.good}")
        con.execute(f"DROP TABLE IF EXISTS {self.bad}")
        con.execute(f"DROP TABLE IF EXISTS {self.kept}")


def stage(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    files: Sequence[Path],
    mapping: Mapping | None = None,
    calendar: Calendar | None = None,
    progress: Progress | None = None,
    *,
    now: datetime | None = None,
) -> Staged:
    """The rows of `files` for `table`, read as `mapping` says.

    The workspace's `calendar` gives dates alone their midnight; `through` is the latest
    instant of the good rows that is not later than `now`. Not for use inside an open
    transaction: a file that must be read again would have ended it.

    Raises BadInput where a file, its headers or the mapping do not fit; a row that does not
    fit is a reject.
    """
    if not files:
        raise BadInput(f"No files for {table.name}.", hint="Name at least one file.")
    staging = _Staging(con, table, mapping or Mapping(), calendar or Calendar(), progress)
    try:
        for path in files:
            staging.take(path)
        return staging.finish(now or datetime.now(UTC).replace(tzinfo=None))
    except BaseException:
        staging.drop()
        raise


class _Staging:
    """The import under way: one table that the files are read into, one after the other."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        table: Table,
        mapping: Mapping,
        calendar: Calendar,
        progress: Progress | None,
    ) -> None:
        self.con, self.table, self.mapping = con, table, mapping
        self.calendar, self.progress = calendar, progress
        serial = next(_serial)
        self.kept, self.good, self.bad = f"staged_{serial}", f"good_{serial}", f"bad_{serial}"
        self.book = FaultBook()
        self.paths: list[Path] = []
        self.offsets: list[int] = []
        self.own_offsets: list[int] = []
        self.malformed = 0
        self.last_number = 0
        self.columns: list[str] = []
        self._create()

    def _create(self) -> None:
        typed = [f"{name(c.name)} {sql_type(c.kind)}" for c in self.table.columns]
        self.days = [f"_day_{c.name}" for c in self.table.columns if c.is_end and self.mapping.ends is None]
        internal = [
            "_fate UTINYINT",
            "_faults STRUCT(n USMALLINT, v VARCHAR)[]",
            "_row VARCHAR",
            "_n BIGINT",
            "_file USMALLINT",
        ]
        days = [f"{name(day)} DATE" for day in self.days]
        self.con.execute(f"CREATE TEMP TABLE {self.kept} ({', '.join(typed + internal + days)})")
        rejects = (
            "row_number BIGINT, file VARCHAR, value VARCHAR, problem VARCHAR, wanted VARCHAR, row VARCHAR"
        )
        self.con.execute(f"CREATE TEMP TABLE {self.bad}_lines ({rejects})")

    def take(self, path: Path) -> None:
        """Reads one file; with its malformed lines set aside where it has some."""
        mode = Mode.NUMBERED if self.mapping.numbered else Mode.DIRECT
        try:
            self._insert(path, mode)
        except _UNREADABLE:
            try:
                self._insert(path, Mode.TOLERANT)
            except _UNREADABLE as error:
                raise BadInput(
                    Sentence("{file} cannot be read: {error}", file=path.name, error=first_line(error))
                ) from error

    def _insert(self, path: Path, mode: Mode) -> None:
        source = open_source(self.con, path, self.mapping, self.table.column_names, mode)
        try:
            before = self._count()
            plan = plan_file(self.con, self.table, self.mapping, self.calendar, source, self.book)
            with watched(self.con, self._reporter(source, before)):
                self.con.execute(self._insert_sql(plan, source, len(self.paths)))
            self._keep_malformed(source)
            self._place(path, source, before)
        finally:
            source.close()

    def _insert_sql(self, plan: Plan, source: Source, place: int) -> str:
        columns = [name(column) for column, _ in plan.values]
        values = [value for _, value in plan.values]
        columns += ["_fate", "_faults", "_row", "_n", "_file", *(name(day) for day in plan.days)]
        number = source.number or "CAST(NULL AS BIGINT)"
        values += ["_fate", plan.faults, plan.whole_row, number, str(place), *plan.days.values()]
        return (
            f"INSERT INTO {self.kept} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {plan.relation}"
        )

    def _keep_malformed(self, source: Source) -> None:
        if source.malformed is None:
            return
        file = literals([source.path.name])
        self.con.execute(
            f"INSERT INTO {self.bad}_lines BY NAME SELECT *, {file} AS file FROM {source.malformed}"
        )

    def _place(self, path: Path, source: Source, before: int) -> None:
        """How the numbers of this file's rows follow from their places."""
        added = self._count() - before
        lines = self._single(f"SELECT count(*) FROM {self.bad}_lines") - self.malformed
        self.malformed += lines
        own = source.first_row - before if source.number is None else 0
        self.paths.append(path)
        self.own_offsets.append(own)
        self.offsets.append(self.last_number + own)
        self.last_number += self._last_number(source, len(self.paths) - 1, added + lines)
        if self.progress is not None:
            rejected = self._single(f"SELECT count(*) FROM {self.kept} WHERE _fate = {REJECTED}")
            self.progress("reading", self._count(), None, rejected + self.malformed)

    def _last_number(self, source: Source, place: int, rows: int) -> int:
        """The greatest number of a row in the file, or more."""
        if source.number is None:
            return source.first_row + rows
        own = self._single(f"SELECT coalesce(max(_n), 0) FROM {self.kept} WHERE _file = {place}")
        aside = f"SELECT coalesce(max(row_number), 0) FROM {self.bad}_lines"
        return max(own, 0 if source.malformed is None else self._single(aside))

    def _reporter(self, source: Source, before: int) -> Callable[[float], None] | None:
        progress, total = self.progress, source.estimate
        if progress is None:
            return None

        def report(part: float) -> None:
            done = int(part * total) if total else 0
            progress("reading", before + done, None if total is None else before + total, self.malformed)

        return report

    def finish(self, now: datetime) -> Staged:
        """The good rows as a view, the rejects as a table, and what to say of them."""
        refuse_to_guess(self.con, self.kept, self.days)
        rows, rejected, left_out, through = self._sums(now)
        columns = [name(c.name) for c in self.table.columns]
        number = self._number(self.offsets)
        self.con.execute(
            f"CREATE TEMP VIEW {self.good} AS SELECT {', '.join(columns)}, {number} AS row_number, "
            f"{self._file()} AS file FROM {self.kept} WHERE _fate = {GOOD}"
        )
        fixed = {"table": self.table.name, "source": self.mapping.source, "mapping": self.mapping.to_json()}
        rejects = rejects_sql(
            self.kept, f"{self.bad}_lines", self._number(self.own_offsets), self._file(), self.book, fixed
        )
        self.con.execute(f"CREATE TEMP TABLE {self.bad} AS {rejects}")
        self.con.execute(f"DROP TABLE {self.bad}_lines")
        return Staged(
            good=self.good,
            bad=self.bad,
            rows=rows + self.malformed,
            rejected=rejected + self.malformed,
            left_out=left_out,
            through=through,
            table=self.table.name,
            source=self.mapping.source,
            kept=self.kept,
        )

    def drop(self) -> None:
        """Frees what an import that failed has left."""
        self.con.execute(f"DROP VIEW IF EXISTS {self.good}")
        for table in (self.kept, self.bad, f"{self.bad}_lines"):
            self.con.execute(f"DROP TABLE IF EXISTS {table}")

    def _sums(self, now: datetime) -> tuple[int, int, int, datetime | None]:
        kinds = {column.name: column.kind for column in self.table.columns}
        timed = [c for c in kinds if kinds[c] is Kind.INSTANT] or [c for c in kinds if kinds[c] is Kind.DAY]
        latest = [f"max({name(c)}) FILTER (_fate = {GOOD} AND {name(c)} <= TIMESTAMP '{now}')" for c in timed]
        fates = ", ".join(
            f"count(*) FILTER (_fate {test})" for test in (f"< {BLANK}", f"= {REJECTED}", f"= {LEFT_OUT}")
        )
        through = f"CAST(greatest({', '.join(latest)}) AS TIMESTAMP)" if latest else "NULL"
        [found] = self.con.execute(f"SELECT {fates}, {through} FROM {self.kept}").fetchall()
        return found[0], found[1], found[2], found[3]

    def _number(self, offsets: list[int]) -> str:
        """SQL for a row's number: what its reader says, else its place in the kept table."""
        several = ", ".join(str(offset) for offset in offsets)
        offset = several if len(offsets) == 1 else f"[{several}][_file + 1]"
        return f"(coalesce(_n, rowid) + {offset})"

    def _file(self) -> str:
        names = [path.name for path in self.paths]
        return literals(names) if len(names) == 1 else f"[{literals(names)}][_file + 1]"

    def _count(self) -> int:
        return self._single(f"SELECT count(*) FROM {self.kept}")

    def _single(self, sql: str) -> int:
        row = self.con.execute(sql).fetchone()
        return int(row[0]) if row else 0
