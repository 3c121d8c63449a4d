"""A catalog in the workspace's folder: a file of SQLite, with locks on files beside it.

Why each option stands here is told in docs/adr/0001-ducklake-on-sqlite-for-storage.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from holdfast import extensions
from holdfast.errors import Busy, UsageError
from holdfast.installation import CATALOG, MARK
from holdfast.warehouse import sqlite_file
from holdfast.warehouse.connect import DATA, RETRIES, quoted
from holdfast.warehouse.lock import FileLock
from holdfast.warehouse.remembered import RememberedFile

WRITE_LOCK = "write.lock"
READ_LOCK = "read.lock"
EXTENSIONS = ("sqlite_scanner", "ducklake")
BUSY_MILLISECONDS = 10_000


@dataclass(frozen=True)
class Embedded:
    """The catalog of a workspace on one machine, in the file of this name."""

    folder: Path
    name: str = CATALOG

    @property
    def write_lock(self) -> FileLock:
        """Stands around every write."""
        return FileLock(self.folder / WRITE_LOCK)

    @property
    def read_lock(self) -> FileLock:
        """Shared by those who read, held by whoever removes files."""
        return FileLock(self.folder / READ_LOCK)

    @property
    def remembered(self) -> RememberedFile:
        """Figures that were counted before."""
        return RememberedFile(self.folder)

    def vacant(self) -> None:
        """Raise UsageError where there is a workspace already."""
        if (self.folder / self.name).exists() or (self.folder / MARK).exists():
            raise UsageError(
                f"{self.folder} already holds a workspace.", hint="Open it, or name another folder."
            )

    def create(self) -> None:
        """Make an empty catalog; WAL is set here, once, and stays in the file."""
        (self.folder / READ_LOCK).touch()
        con = duckdb.connect(config=extensions.TRUSTED)
        try:
            extensions.load(con, *EXTENSIONS)
            con.execute(self._attach("META_JOURNAL_MODE 'WAL'"))
        finally:
            con.close()

    def attach(self, con: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        """Attach the lake as `lake`."""
        extensions.load(con, *EXTENSIONS)
        for setting in RETRIES:
            con.execute(setting)
        con.execute(self._attach("read_only" if read_only else ""))

    def copy(self, to: Path) -> None:
        """Write the catalog as it is now to a file of SQLite."""
        if not self._beside("copy", to):
            raise Busy(f"The catalog of {self.folder} cannot be copied to {to}.", hint="Is there room?")

    def fill(self, source: Path) -> None:
        """Take the catalog of a file of SQLite in place of none; it is there whole or not at all."""
        self.remembered.forget()
        (self.folder / READ_LOCK).touch()
        half = self.folder / f"{self.name}.part"
        shutil.copyfile(source, half)
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.rename(self.folder / self.name)

    def clean(self) -> bool:
        """Take what was erased out of statistics and freed pages; False where others use the catalog."""
        return self._beside("clean")

    def close(self) -> None:
        """Nothing is held open between two uses."""

    def _beside(self, verb: str, *more: Path) -> bool:
        """Have the file worked on by a process of its own, for this one may have it in DuckDB's SQLite."""
        program = [sys.executable, "-I", str(Path(sqlite_file.__file__)), verb]
        arguments = [str(path) for path in (self.folder / self.name, *more)]
        return subprocess.run([*program, *arguments], check=False).returncode == 0  # noqa: S603 - ourselves

    def _attach(self, option: str) -> str:
        options = [
            f"data_path {quoted(str(self.folder / DATA) + os.sep)}",
            "override_data_path true",
            "data_inlining_row_limit 0",
            f"META_BUSY_TIMEOUT {BUSY_MILLISECONDS}",
            *([option] if option else []),
        ]
        path = quoted(f"ducklake:sqlite:{self.folder / self.name}")
        return f"attach {path} as lake ({', '.join(options)})"
