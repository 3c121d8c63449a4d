"""A session with the database of a team, and the locks that the server holds for it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import errors, sql

from holdfast.errors import Unreachable
from holdfast.installation import Database
from holdfast.warehouse.lock import taken_for

OURS = 0x486F6C64
"""The first half of the numbers of our advisory locks; the second says which."""

AT_ONCE = {"connect_timeout": "10", "application_name": "holdfast", "keepalives_idle": "30"}
LET_GO = "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3"
"""A host that is gone without a word lets its locks go within a minute."""


@dataclass
class Session:
    """One connection, opened when it is first needed, and again where the server has ended it."""

    database: Database
    _open: psycopg.Connection[Any] | None = None

    def fresh(self) -> psycopg.Connection[Any]:
        """The connection, after it was seen to answer; raises Unreachable where none can be had."""
        if self._open is not None:
            with contextlib.suppress(psycopg.Error):
                self._open.execute("select 1")
                return self._open
        self.close()
        with answering():
            facts: dict[str, Any] = {**AT_ONCE, **self.database.facts}
            if self.database.password:
                facts["password"] = self.database.password
            self._open = psycopg.connect(**facts, autocommit=True)
            self._open.execute(LET_GO)
        return self._open

    def close(self) -> None:
        """Let the connection go, and every lock with it."""
        held, self._open = self._open, None
        if held is not None:
            held.close()


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Say in words that the database does not answer."""
    try:
        yield
    except psycopg.OperationalError as problem:
        raise Unreachable(
            f"The database of the workspace does not answer: {str(problem).strip().splitlines()[0]}",
            hint="Is it running, and does HOLDFAST_DATABASE_URL name it? The same will work once it answers.",
        ) from problem


@dataclass
class AdvisoryLock:
    """A lock that the server holds for a session, and frees when that ends."""

    session: Session
    number: int
    _held_by: psycopg.Connection[Any] | None = None

    @contextlib.contextmanager
    def hold(self, timeout: float) -> Iterator[None]:
        """Hold the lock alone; raises Busy when it is not free within `timeout` seconds."""
        with self._taken("pg_advisory_lock", "pg_advisory_unlock", timeout) as con:
            self._held_by = con
            try:
                yield
            finally:
                self._held_by = None

    @contextlib.contextmanager
    def share(self, timeout: float) -> Iterator[None]:
        """Hold the lock beside others who share it; raises Busy as `hold` does."""
        with self._taken("pg_advisory_lock_shared", "pg_advisory_unlock_shared", timeout):
            yield

    def confirm(self) -> None:
        """Raise Unreachable where the session that holds the lock has ended, and the lock with it."""
        if self._held_by is not None:
            with answering():
                self._held_by.execute("select 1")

    @contextlib.contextmanager
    def _taken(
        self, take: LiteralString, give: LiteralString, timeout: float
    ) -> Iterator[psycopg.Connection[Any]]:
        con, which = self.session.fresh(), (OURS, self.number)
        with answering():
            con.execute(sql.SQL("set lock_timeout = {}").format(max(1, int(timeout * 1000))))
            try:
                con.execute(f"select {take}(%s, %s)", which)
            except errors.LockNotAvailable:
                raise taken_for(timeout) from None
        try:
            yield con
        finally:
            with contextlib.suppress(psycopg.Error):
                con.execute(f"select {give}(%s, %s)", which)
