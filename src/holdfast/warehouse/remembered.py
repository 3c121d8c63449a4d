"""What was counted before, kept beside the store: losing it costs only time.

An entry is found by what was asked and of which part, and says up to which recorded_at it was
counted. Entries of another stamp (other rules, another version) make way when something is kept.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

FILE = "remembered.sqlite"
PATIENCE_SECONDS = 1.0
CREATE = """
create table if not exists answers (
    stamp text not null, asked text not null, part text not null,
    consumed text not null, body blob not null, primary key (asked, part)
) without rowid
"""


@dataclass(frozen=True)
class Entry:
    """One answer kept: of which part of what was asked, counted up to which recorded_at."""

    asked: str
    part: str
    consumed: datetime
    body: bytes


class Remembered(Protocol):
    """Where answers are kept."""

    @property
    def place(self) -> str:
        """In words, what to remove to have everything counted again."""
        ...

    @property
    def is_empty(self) -> bool:
        """Whether nothing is kept, under whatever stamp; False where that cannot be told."""
        ...

    def read(self, stamp: str) -> dict[tuple[str, str], Entry]:
        """Every answer kept under a stamp; nothing where they cannot be read."""
        ...

    def keep(self, stamp: str, entries: Iterable[Entry]) -> None:
        """Keep answers in the place of those to the same; where that cannot be, keep nothing."""
        ...

    def forget(self) -> None:
        """Let everything go that was kept."""
        ...


@dataclass(frozen=True)
class RememberedFile:
    """Answers in a file of SQLite in the workspace's folder."""

    folder: Path
    place: str = f"the file {FILE} from the workspace"

    @property
    def is_empty(self) -> bool:
        """Whether there is no file: it is made with the first answer."""
        return not (self.folder / FILE).is_file()

    def read(self, stamp: str) -> dict[tuple[str, str], Entry]:
        """Every answer kept under a stamp; nothing where the file cannot be read."""
        if not (self.folder / FILE).is_file():
            return {}
        with contextlib.suppress(sqlite3.Error), self._opened() as con:
            rows = con.execute("select asked, part, consumed, body from answers where stamp = ?", [stamp])
            entries = [Entry(asked, part, datetime.fromisoformat(at), body) for asked, part, at, body in rows]
            return {(entry.asked, entry.part): entry for entry in entries}
        return {}

    def keep(self, stamp: str, entries: Iterable[Entry]) -> None:
        """Keep answers in the place of those to the same; where the file cannot be written, keep nothing."""
        rows = [(stamp, e.asked, e.part, e.consumed.isoformat(), e.body) for e in entries]
        with contextlib.suppress(sqlite3.Error), self._opened() as con, con:
            con.execute(CREATE)
            con.execute("delete from answers where stamp <> ?", [stamp])
            con.executemany("insert or replace into answers values (?, ?, ?, ?, ?)", rows)

    def forget(self) -> None:
        """Let everything go that was kept."""
        for name in (FILE, f"{FILE}-journal"):
            (self.folder / name).unlink(missing_ok=True)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        con = sqlite3.connect(self.folder / FILE, timeout=PATIENCE_SECONDS)
        try:
            yield con
        finally:
            con.close()
