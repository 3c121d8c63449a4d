"""A catalog in the PostgreSQL database of a team: several hosts write to one workspace.

Its schemas: `catalog` is DuckLake's, `holdfast` says which workspace it is and keeps what was counted,
`web` is the server's. Why so is told in docs/adr/0068-postgresql-for-a-team.md.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import LiteralString

import duckdb
import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from holdfast import extensions
from holdfast.errors import NoWorkspace, Unreachable, UsageError
from holdfast.installation import MARK, Database
from holdfast.warehouse.connect import RETRIES, quoted
from holdfast.warehouse.moved import copied, filled
from holdfast.warehouse.remembered import Entry
from holdfast.warehouse.sessions import AT_ONCE, AdvisoryLock, Session, answering
from holdfast.warehouse.sqlite_file import WIDER

SCHEMA = "catalog"
EXTENSIONS = ("postgres_scanner", "ducklake")
PATIENCE_SECONDS = 30
WRITING, READING = 1, 2

CREATE: LiteralString = f"""
create schema if not exists {SCHEMA};
create schema if not exists holdfast;
create table if not exists holdfast.workspace (id text not null);
create table if not exists holdfast.remembered (
    stamp text not null, asked text not null, part text not null,
    consumed text not null, body bytea not null, primary key (asked, part)
);
"""

KEEP: LiteralString = """
insert into holdfast.remembered values (%s, %s, %s, %s, %s)
on conflict (asked, part) do update
set stamp = excluded.stamp, consumed = excluded.consumed, body = excluded.body
"""


@dataclass
class RememberedRows:
    """Answers in the database, for every host."""

    session: Session
    place: str = "the rows of holdfast.remembered from the database"

    @property
    def is_empty(self) -> bool:
        """Whether there is no row; False where the database does not answer."""
        with contextlib.suppress(psycopg.Error, Unreachable):
            return not self.session.fresh().execute("select 1 from holdfast.remembered limit 1").fetchall()
        return False

    def read(self, stamp: str) -> dict[tuple[str, str], Entry]:
        """Every answer kept under a stamp; nothing where they cannot be read."""
        with contextlib.suppress(psycopg.Error, Unreachable):
            rows = self.session.fresh().execute(
                "select asked, part, consumed, body from holdfast.remembered where stamp = %s", [stamp]
            )
            entries = [Entry(asked, part, datetime.fromisoformat(at), body) for asked, part, at, body in rows]
            return {(entry.asked, entry.part): entry for entry in entries}
        return {}

    def keep(self, stamp: str, entries: Iterable[Entry]) -> None:
        """Keep answers in the place of those to the same; where that cannot be, keep nothing."""
        rows = [(stamp, e.asked, e.part, e.consumed.isoformat(), e.body) for e in entries]
        with contextlib.suppress(psycopg.Error, Unreachable):
            con = self.session.fresh()
            with con.transaction():
                con.execute("delete from holdfast.remembered where stamp <> %s", [stamp])
                con.cursor().executemany(KEEP, rows)

    def forget(self) -> None:
        """Let everything go that was kept; raises Unreachable where that cannot be said."""
        with answering():
            self.session.fresh().execute("truncate holdfast.remembered")


@dataclass
class Postgres:
    """The catalog of a workspace in a database; its data files are in the folder, which all hosts share."""

    folder: Path
    database: Database
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is asked of the database yet."""
        self.session = Session(self.database)

    @cached_property
    def write_lock(self) -> AdvisoryLock:
        """Stands around every write."""
        return AdvisoryLock(self.session, WRITING)

    @cached_property
    def read_lock(self) -> AdvisoryLock:
        """Shared by those who read, held by whoever removes files."""
        return AdvisoryLock(self.session, READING)

    @cached_property
    def remembered(self) -> RememberedRows:
        """Figures that were counted before."""
        return RememberedRows(self.session)

    def vacant(self) -> None:
        """Raise UsageError where the database holds a workspace already."""
        if self._id() is not None:
            raise UsageError(
                f"The database {self.database.name} already holds a workspace.",
                hint="Open it in the folder where it was made, or name another database.",
            )

    def create(self) -> None:
        """Make an empty catalog, and the mark in the folder that says where it is."""
        self._prepare()
        self._name()

    def fill(self, source: Path) -> None:
        """Take the catalog of a file of SQLite in place of none."""
        self._prepare()
        filled(self._as_postgres, SCHEMA, source)
        self.remembered.forget()
        self._name()

    def _prepare(self) -> None:
        """Make the schemas and DuckLake's tables; the workspace is none before it has its name."""
        self.vacant()
        with answering():
            self.session.fresh().execute(CREATE)
        con = duckdb.connect(config=extensions.TRUSTED)
        try:
            extensions.load(con, *EXTENSIONS)
            self._attach(con, "")
        finally:
            con.close()

    def _name(self) -> None:
        name = secrets.token_hex(16)
        (self.folder / MARK).write_text(name + "\n", encoding="ascii")
        with answering():
            self.session.fresh().execute("insert into holdfast.workspace values (%s)", [name])

    def attach(self, con: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        """Attach the lake as `lake`; raises NoWorkspace where the database holds another than the folder."""
        if self._id() != (self.folder / MARK).read_text(encoding="ascii").strip():
            raise NoWorkspace(
                f"The database {self.database.name} does not hold the workspace of {self.folder}.",
                hint="HOLDFAST_DATABASE_URL names the one that was told when the workspace was made.",
            )
        extensions.load(con, *EXTENSIONS)
        for setting in RETRIES:
            con.execute(setting)
        self._attach(con, "read_only" if read_only else "")

    def copy(self, to: Path) -> None:
        """Write the catalog as it is now to a file of SQLite."""
        copied(self._as_postgres, SCHEMA, to)

    def clean(self) -> bool:
        """Take what was erased out of statistics and freed pages; False where others use the catalog."""
        con = self.session.fresh()
        try:
            with answering():
                con.execute(f"set search_path = {SCHEMA}")
                con.execute(WIDER)
                con.execute(f"set lock_timeout = '{PATIENCE_SECONDS}s'")
                for table in ("ducklake_table_column_stats", "ducklake_file_column_stats"):
                    con.execute(sql.SQL("vacuum (full, analyze) {}").format(sql.Identifier(table)))
        except errors.LockNotAvailable:
            return False
        finally:
            with contextlib.suppress(psycopg.Error):
                con.execute("reset search_path")
        return True

    def close(self) -> None:
        """Let go of whatever is open."""
        self.session.close()

    def _id(self) -> str | None:
        with answering():
            try:
                row = self.session.fresh().execute("select id from holdfast.workspace").fetchone()
            except (errors.UndefinedTable, errors.InvalidSchemaName):
                return None
        return str(row[0]) if row else None

    def _attach(self, con: duckdb.DuckDBPyConnection, option: str) -> None:
        options = [
            f"data_path {quoted(str(self.folder / 'data') + '/')}",
            "override_data_path true",
            "data_inlining_row_limit 0",
            f"meta_schema {quoted(SCHEMA)}",
            *self._secret(con, "meta_secret"),
            *([option] if option else []),
        ]
        path = quoted(f"ducklake:postgres:{self._address()}")
        con.execute(f"attach {path} as lake ({', '.join(options)})")

    def _as_postgres(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        """Attach the database itself, not the lake."""
        extensions.load(con, "postgres_scanner")
        options = ", ".join(["type postgres", *self._secret(con, "secret")])
        con.execute(f"attach {quoted(self._address())} as {name} ({options})")

    def _address(self) -> str:
        return make_conninfo("", **{**AT_ONCE, **self.database.facts})

    def _secret(self, con: duckdb.DuckDBPyConnection, option: str) -> list[str]:
        """The option that names the password, which would stand in messages were it in the address."""
        if not self.database.password:
            return []
        con.execute(
            "create or replace temporary secret holdfast"
            f" (type postgres, password {quoted(self.database.password)})"
        )
        return [f"{option} 'holdfast'"]
