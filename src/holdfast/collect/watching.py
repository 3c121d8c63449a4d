"""How far a running statement is, told from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

Progress = Callable[[str, int, int | None, int], None]
_EVERY = 0.25


@contextmanager
def watched(con: duckdb.DuckDBPyConnection, report: Callable[[float], None] | None) -> Iterator[None]:
    """While the block runs a statement, calls `report` with the part done, 0 to 1."""
    if report is None:
        yield
        return
    done = threading.Event()

    def look() -> None:
        while not done.wait(_EVERY):
            percent = con.query_progress()
            if percent > 0:
                report(min(percent / 100, 1.0))

    con.execute("SET enable_progress_bar = true")
    con.execute("SET enable_progress_bar_print = false")
    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        con.execute("SET enable_progress_bar = false")
