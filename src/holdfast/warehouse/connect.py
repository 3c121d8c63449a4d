"""The way to the store: DuckDB with the lake attached, wherever its catalog is."""

from __future__ import annotations

import contextlib
import os
import socket
import uuid
from pathlib import Path
from typing import Any, Protocol

import duckdb

from holdfast.extensions import TRUSTED
from holdfast.installation import local
from holdfast.warehouse.memory import allowed

DATA = "data"
SPILL = "spill"
RETRIES = (
    "set ducklake_max_retry_count=100",
    "set ducklake_retry_wait_ms=10",
    "set ducklake_retry_backoff=1.1",
)
"""Of the extension: what is set once it is loaded."""


class Attaches(Protocol):
    """What attaches a lake to a connection."""

    def attach(self, con: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        """Attach the lake as `lake`."""
        ...


def connect(
    folder: Path,
    catalog: Attaches,
    *,
    read_only: bool,
    memory: str | None = None,
    threads: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """An in-memory database with the workspace's lake attached as `lake`.

    `memory` is DuckDB's limit, such as '2GB'; by default what `memory.allowed` says. What
    does not fit is spilled to a folder on a disk of this host.
    """
    # Whoever reads may be asked a stranger's SQL: what that could load has its signature checked.
    config: dict[str, Any] = ({} if read_only else TRUSTED) | ({"threads": threads} if threads else {})
    con = duckdb.connect(config=config)
    try:
        spill = local(folder) / SPILL
        # DuckDB makes the last folder of its path when it needs it, but not the one above.
        with contextlib.suppress(OSError):
            spill.mkdir(parents=True, exist_ok=True)
        own = spill / f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        for setting in (
            "set TimeZone='UTC'",
            "set autoinstall_known_extensions=false",
            f"set memory_limit={quoted(memory or allowed())}",
            f"set temp_directory={quoted(str(own))}",
            "set enable_progress_bar=false",
        ):
            con.execute(setting)
        catalog.attach(con, read_only=read_only)
    except BaseException:
        con.close()
        raise
    return con


def quoted(text: str) -> str:
    """`text` as a SQL string."""
    return "'" + text.replace("'", "''") + "'"
