"""The warehouse of a workspace: append-only tables with two clocks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import duckdb
import ibis
import ibis.expr.types as ir

from holdfast.errors import HoldfastError, NoWorkspace, UsageError
from holdfast.tables import table as declared
from holdfast.warehouse import checks, derived, files, known, purge, refused
from holdfast.warehouse.catalog import Catalog, catalog_of, new_catalog
from holdfast.warehouse.compact import KEPT_FOR, Compacted, compact
from holdfast.warehouse.connect import DATA, connect
from holdfast.warehouse.erase import Erased, Objects, erase
from holdfast.warehouse.findings import Finding
from holdfast.warehouse.layout import changes, stored_columns
from holdfast.warehouse.memory import sufficing
from holdfast.warehouse.writing import Writing

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
TICK = timedelta(microseconds=1)


class Warehouse:
    """One workspace's store. One object belongs to one thread; several processes may open it."""

    def __init__(
        self, folder: Path, con: duckdb.DuckDBPyConnection, catalog: Catalog, read_only: bool
    ) -> None:
        self.folder = folder
        self.con = con
        self.catalog = catalog
        self.lock = catalog.write_lock
        self.files_lock = catalog.read_lock
        self.remembered = catalog.remembered
        self.read_only = read_only
        self._columns = stored_columns(con)
        self._backend: ibis.BaseBackend | None = None
        self._seen: tuple[int, known.Journal] | None = None
        self._within: known.Journals | None = None
        self._small = known.Small()

    @classmethod
    def create(cls, folder: Path, *, memory: str | None = None, threads: int | None = None) -> Warehouse:
        """Make a workspace in `folder` and open it; raises UsageError where there is one."""
        folder.mkdir(parents=True, exist_ok=True)
        catalog = new_catalog(folder.resolve())
        try:
            with catalog.write_lock.hold(PATIENCE_SECONDS):
                catalog.vacant()
                (folder / DATA).mkdir(exist_ok=True)
                catalog.create()
        finally:
            catalog.close()
        return cls.open(folder, memory=memory, threads=threads)

    @classmethod
    def open(
        cls, folder: Path, *, read_only: bool = False, memory: str | None = None, threads: int | None = None
    ) -> Warehouse:
        """Open the workspace in `folder`; raises NoWorkspace where there is none.

        Opening to write brings a workspace of an older version up to date: tables and nullable
        columns that it does not have yet are added.
        """
        folder = folder.resolve()
        catalog = catalog_of(folder)
        try:
            con = connect(folder, catalog, read_only=read_only, memory=memory, threads=threads)
        except HoldfastError:
            catalog.close()
            raise
        except duckdb.Error as problem:
            catalog.close()
            raise NoWorkspace(
                f"The workspace in {folder} cannot be opened: {str(problem).splitlines()[0]}",
                hint="Restore the folder from a backup, or make a new workspace and import again.",
            ) from problem
        warehouse = cls(folder, con, catalog, read_only)
        if not read_only:
            warehouse._grow()
        return warehouse

    def close(self) -> None:
        """Let the connection go; a warehouse is closed once and not used after."""
        self.con.close()
        self.catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def ibis(self) -> ibis.BaseBackend:
        """The Ibis backend over the same connection; made when first asked for."""
        if self._backend is None:
            # To merge selects is a sixth of a board's time in Ibis, and engines do it themselves.
            ibis.options.sql.fuse_selects = False
            self._backend = ibis.duckdb.from_connection(self.con)
        return self._backend

    def records(self, name: str, known_at: datetime | None = None) -> ir.Table:
        """The rows of a table in force, as known now or at `known_at`, without tombstones.

        Columns: the table's own, `source` and `recorded_at`. "Now" is the moment of the call:
        what is appended later is not in this expression, whenever it is run.
        """
        table, journal = declared(name), self._journal()
        moment = min(known_at, journal.known_at) if known_at and journal.known_at else journal.known_at
        rows = known.latest(self._versions(name), table, moment, name in journal.revised)
        return rows.filter(~rows.deleted).drop("deleted", "replaces")

    def rows(self, name: str, known_at: datetime | None = None) -> Sequence[known.Row]:
        """The rows of a small table, as `records` gives them; read anew where something of it is new."""
        return self.made_once(name, [name], known_at, lambda: known.read(self.records(name, known_at)))

    def made_once(self, what: str, of: Sequence[str], known_at: datetime | None, make: Callable[[], T]) -> T:
        """What `make` gives of some tables as known at an instant; made anew where any of them has news."""
        return self._small.of((what, known_at), self._journal().newest(of), make)

    def history(self, name: str) -> ir.Table:
        """Every version of every row, tombstones too, with source, recorded_at and deleted."""
        return self._versions(name).drop("replaces")

    def touched(self, name: str, since: datetime | None) -> ir.Table:
        """All versions, old ones and tombstones too, of the keys with one newer than `since`."""
        if since is None:
            return self.history(name)
        revised = self._journal().revised.get(name, since) > since
        return known.touched(self.history(name), declared(name), since, revised)

    def derived(self, name: str) -> ir.Table:
        """A derived table as it is kept now; raises UsageError where it is not kept."""
        return derived.read(self.con, self.ibis, name)

    def hold(self, name: str, rows: ir.Table) -> ir.Table:
        """A temp table of this connection with the rows of an expression, made once."""
        return derived.hold(self.con, self.ibis, name, rows)

    def derived_states(self) -> dict[str, tuple[str, datetime]]:
        """The fingerprint of every derived table and the recorded_at it has consumed, by name."""
        return derived.states(self.con)

    def news(self) -> dict[str, list[tuple[datetime, datetime]]]:
        """By what there was news about: up to which recorded_at a refresh read, and since when they hold."""
        return derived.news(self.con)

    def check(self) -> list[Finding]:
        """What is wrong with what is stored, each with what to do about it; empty where nothing is."""
        with self.reading():
            found = [*purge.check(self.folder), *files.check(self.con, self.folder)]
            if not any(finding.code == "missing_file" for finding in found):
                found += checks.check(self.con, lambda name: str(self.ibis.compile(self.records(name))))
        return found

    def known_at(self) -> datetime | None:
        """The greatest recorded_at stored, naive UTC; None where nothing is stored yet."""
        return self._journal().known_at

    def appended_since(self, moment: datetime) -> set[str]:
        """The tables that something was recorded in after `moment`."""
        return {table for table, newest in self._journal().appended.items() if newest > moment}

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """A transaction in which every read sees one state of the store; compaction waits for it.

        Reads that must agree with each other, or that take long, belong in one. Within another
        one, or within a write, it is that one. Temp tables made in it go with it.
        """
        if self._within is not None:
            yield
            return
        with self.files_lock.share(PATIENCE_SECONDS):
            self.con.execute("begin transaction")
            self._within = known.Journals(self.con)
            try:
                yield
            finally:
                self._within = None
                derived.roll_back(self.con, self._backend)

    @contextlib.contextmanager
    def write(self, timeout: float = PATIENCE_SECONDS) -> Iterator[Writing]:
        """Hold the write lock and a transaction: all that is appended in it is stored, or nothing.

        Raises Busy when another process holds the lock for longer than `timeout` seconds.
        """
        with self._locked(timeout), self._transaction() as journals:
            key = refused.read_key(self.folder)
            writing = Writing(self.con, lambda: self.ibis, journals, self._next_moment(), key)
            yield writing
            writing.finish()

    def compact(
        self, *, keep: timedelta = KEPT_FOR, timeout: float = PATIENCE_SECONDS, lightly: bool = False
    ) -> Compacted:
        """Merge small files and remove what is not needed, or `lightly` only what costs little.

        Replaced files stay for `keep`. Raises Busy where somebody writes or reads for longer than `timeout`.
        """
        with self._locked(timeout), self.files_lock.hold(timeout):
            if purge.is_pending(self.folder):
                purge.purge(self.con, self.folder, self.catalog.clean)
            return compact(self.con, self.folder, keep, lightly)

    def erase(
        self,
        kind: str,
        person: str,
        source: str | None = None,
        objects: Objects = (),
        timeout: float = PATIENCE_SECONDS,
    ) -> Erased:
        """Erase a user, or an account with its users, from every version of every table and file.

        `kind` is user or account, `person` the id, `source` the one that gave it (default: any), `objects`
        what services told of that is the person's. Personal columns are blanked and the ids made random;
        rows that name the person are dropped when they are imported again. Raises UsageError where nobody
        has that id, Busy where another process keeps files from being cleaned: erasing again finishes it.
        """
        with self._locked(timeout):
            pending, key = purge.is_pending(self.folder), refused.make_key(self.folder)
            with self._transaction():
                done = erase(self.con, key, self._next_moment(), kind, person, source, objects)
                if not (done.ids or pending):
                    raise UsageError(f"No {kind} has the id {person!r}.", hint="Ids are written exactly.")
                purge.begin(self.folder)
            self.remembered.forget()
            with self.files_lock.hold(timeout):
                purge.purge(self.con, self.folder, self.catalog.clean)
        return done

    @contextlib.contextmanager
    def _locked(self, timeout: float) -> Iterator[None]:
        if self.read_only:
            raise UsageError("This workspace is open for reading only.", hint="Open it to write.")
        with self.lock.hold(timeout):
            yield

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[known.Journals]:
        self.con.execute("begin transaction")
        self._within = journals = known.Journals(self.con)
        # What is read between two appends of one write, which have one recorded_at, is not to be kept.
        outside, self._small = self._small, self._small.copy()
        try:
            with sufficing("this write"):
                yield journals
                self.lock.confirm()
                self.con.execute("commit")
        except BaseException:
            derived.roll_back(self.con, self._backend)
            raise
        finally:
            self._within = None
            self._small = outside

    def _next_moment(self) -> datetime:
        """Now, or just after the last recorded_at where the machine's clock says less."""
        now, last = datetime.now(UTC).replace(tzinfo=None), self.known_at()
        return now if last is None else max(now, last + TICK)

    def _versions(self, name: str) -> ir.Table:
        return known.versions(self.ibis, declared(name), self._columns.get(name, []))

    def _journal(self) -> known.Journal:
        """The journal; outside a write it is read again only when the store has moved on."""
        if self._within is not None:
            return self._within.now()
        row = self.con.execute("from ducklake_current_snapshot('lake')").fetchone()
        snapshot: int = row[0] if row else -1
        if self._seen is None or self._seen[0] != snapshot:
            self._seen = (snapshot, known.read_journal(self.con))
        return self._seen[1]

    def _grow(self) -> None:
        if changes(self._columns):
            with self._locked(PATIENCE_SECONDS):
                if self._columns:
                    # What a change of tables leaves of the old ones is told by the catalog alone.
                    self.catalog.copy(self.folder / purge.BEFORE)
                with self._transaction():
                    for statement in changes(stored_columns(self.con)):
                        self.con.execute(statement)
            self._columns = stored_columns(self.con)
