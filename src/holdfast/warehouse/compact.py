"""Fewer, larger files with the same rows in them; and what a killed write left is removed.

Called under the write lock and outside any transaction.
"""

from __future__ import annotations

import os
import shutil
import socket
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from holdfast.installation import local
from holdfast.warehouse.connect import DATA, SPILL

KEPT_FOR = timedelta(hours=1)
"""How long a file replaced by a compaction stays, for those who still read it."""

ABANDONED = timedelta(days=2)
"""Whoever has spilled nothing for so long is not at work: a container that is no more has another's name."""


SMALL = 4 * 2**20
WORN = 0.5
"""What is merged lightly: files of fewer bytes, and those of which so much is deleted. Such a merge costs no
more the more is kept."""


@dataclass(frozen=True)
class Compacted:
    """Data files and their bytes, before and after."""

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int


def compact(
    con: duckdb.DuckDBPyConnection, folder: Path, keep: timedelta, lightly: bool = False
) -> Compacted:
    """Merge small files, apply deletions, drop what no reader of the last `keep` can need."""
    before = _size(folder)
    old = f"now() - interval '{int(keep.total_seconds())} seconds'"
    worn, most = (WORN, f", max_file_size => {SMALL}") if lightly else (0, "")
    for call in (
        f"ducklake_rewrite_data_files('lake', delete_threshold => {worn})",
        f"ducklake_merge_adjacent_files('lake'{most})",
        f"ducklake_expire_snapshots('lake', older_than => {old})",
        f"ducklake_cleanup_old_files('lake', older_than => {old})",
    ):
        con.execute(f"call {call}").fetchall()
    if not lightly:
        con.execute("call ducklake_delete_orphaned_files('lake', cleanup_all => true)").fetchall()
        _sweep(local(folder) / SPILL)
    after = _size(folder)
    return Compacted(before[0], after[0], before[1], after[1])


def _size(folder: Path) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in (folder / DATA).rglob("*.parquet")]
    return len(sizes), sum(sizes)


def _sweep(spill: Path) -> None:
    """Remove what processes spilled that are no more; of other hosts that share the disk, what is old."""
    for left in spill.glob("*-*-*"):
        host, process, _ = left.name.rsplit("-", 2)
        here = host == socket.gethostname() and process.isdecimal() and not _alive(int(process))
        if here or time.time() - left.stat().st_mtime > ABANDONED.total_seconds():
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
