"""After an erasure: nothing of what was blanked is left in any file of the workspace.

Older snapshots, replaced data files, the catalog's column statistics, its freed pages and its
write-ahead log all still hold the old text until they are purged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from holdfast.errors import Busy
from holdfast.warehouse.findings import Finding

PENDING = "purge.pending"
BEFORE = "catalog.before-upgrade.sqlite"
"""The catalog as it was before a version added tables or columns to it."""


def begin(folder: Path) -> None:
    """Say that a purge is due; it stays said until one has ended."""
    (folder / PENDING).touch()


def is_pending(folder: Path) -> bool:
    """Whether a purge began and has not ended."""
    return (folder / PENDING).exists()


def check(folder: Path) -> Iterator[Finding]:
    """A finding where an erasure has blanked its rows, but old files may still hold them."""
    if is_pending(folder):
        yield Finding(
            "unfinished_erasure",
            "error",
            "erasures",
            "An erasure was stopped before the old files were removed.",
            f"Finish it with: holdfast compact --workspace {folder}",
            1,
            (str(folder / PENDING),),
        )


def purge(con: duckdb.DuckDBPyConnection, folder: Path, clean: Callable[[], bool]) -> None:
    """Rewrite, expire and remove every file that held a blanked row, and `clean` the catalog.

    Called under the write lock. Raises Busy where another process keeps reading the catalog;
    the file `purge.pending` then stays, and the next erasure or compaction does it again.
    """
    begin(folder)
    for call in (
        "ducklake_rewrite_data_files('lake', delete_threshold => 0)",
        "ducklake_expire_snapshots('lake', older_than => now())",
        "ducklake_cleanup_old_files('lake', cleanup_all => true)",
        "ducklake_delete_orphaned_files('lake', cleanup_all => true)",
    ):
        con.execute(f"call {call}").fetchall()
    if not clean():
        raise Busy("The catalog could not be cleaned: another process reads it.", hint="Try again.")
    (folder / BEFORE).unlink(missing_ok=True)
    (folder / PENDING).unlink(missing_ok=True)
