"""The way to the store: DuckDB with the lake attached, on a SQLite catalog in the workspace.

Why each option stands here is told in docs/adr/0001-ducklake-on-sqlite-for-storage.md.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path

import duckdb

from holdfast import extensions
from holdfast.warehouse.memory import allowed

CATALOG = "catalog.sqlite"
DATA = "data"
SPILL = "spill"
WRITE_LOCK = "write.lock"
READ_LOCK = "read.lock"
EXTENSIONS = ("sqlite_scanner", "ducklake")
BUSY_MILLISECONDS = 10_000


def create_catalog(folder: Path) -> None:
    """Make an empty catalog and data folder; WAL is set here, once, and stays in the file."""
    (folder / DATA).mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    try:
        extensions.load(con, *EXTENSIONS)
        con.execute(_attach(folder, "META_JOURNAL_MODE 'WAL'"))
    finally:
        con.close()


def connect(
    folder: Path, *, read_only: bool, memory: str | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """An in-memory database with the workspace's lake attached as `lake`.

    `memory` is DuckDB's limit, such as '2GB'; by default what `memory.allowed` says. What
    does not fit is spilled to a folder of the workspace.
    """
    con = duckdb.connect(config={"threads": threads} if threads else {})
    try:
        extensions.load(con, *EXTENSIONS)
        # DuckDB makes the last folder of its path when it needs it, but not the one above.
        with contextlib.suppress(OSError):
            (folder / SPILL).mkdir(exist_ok=True)
        spill = folder / SPILL / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        for setting in (
            "set TimeZone='UTC'",
            "set autoinstall_known_extensions=false",
            f"set memory_limit={quoted(memory or allowed())}",
            f"set temp_directory={quoted(str(spill))}",
            "set enable_progress_bar=false",
            "set ducklake_max_retry_count=100",
            "set ducklake_retry_wait_ms=10",
            "set ducklake_retry_backoff=1.1",
        ):
            con.execute(setting)
        con.execute(_attach(folder, "read_only" if read_only else ""))
    except BaseException:
        con.close()
        raise
    return con


def quoted(text: str) -> str:
    """`text` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _attach(folder: Path, option: str) -> str:
    options = [
        f"data_path {quoted(str(folder / DATA) + os.sep)}",
        "override_data_path true",
        "data_inlining_row_limit 0",
        f"META_BUSY_TIMEOUT {BUSY_MILLISECONDS}",
    ]
    options += [option] if option else []
    return f"attach {quoted('ducklake:sqlite:' + str(folder / CATALOG))} as lake ({', '.join(options)})"
