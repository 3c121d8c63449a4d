"""The data files: those the catalog misses, and those it does not know."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb

from holdfast.warehouse.connect import DATA, quoted
from holdfast.warehouse.findings import EXAMPLES, Finding

ORPHANS_AFTER = timedelta(hours=1)
"""A younger file may belong to a write in progress."""

META = "__ducklake_metadata_lake"
TRACKED = ("ducklake_data_file", "ducklake_delete_file", "ducklake_files_scheduled_for_deletion")


def check(con: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Finding]:
    """Findings about files: missing ones, and orphans that a killed write left behind."""
    missing = [path for path in listed_files(con) if not Path(path).exists()]
    if missing:
        yield Finding(
            "missing_file",
            "error",
            "",
            "Data files of the workspace are gone.",
            "Restore the folder from a backup.",
            len(missing),
            tuple(sorted(missing)[:EXAMPLES]),
        )
    orphans = orphan_files(con, folder)
    if orphans:
        yield Finding(
            "orphan_files",
            "warning",
            "",
            "Data files belong to no table: a write was stopped half-way. They do no harm.",
            f"Remove them with: holdfast compact --workspace {folder}",
            len(orphans),
            tuple(sorted(orphans)[:EXAMPLES]),
        )


def listed_files(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The data and delete files of every table, as the catalog lists them."""
    tables = con.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'lake'"
    ).fetchall()
    found = []
    for schema, name in tables:
        rows = con.execute(
            "select data_file, delete_file from"
            f" ducklake_list_files('lake', {quoted(name)}, schema => {quoted(schema)})"
        ).fetchall()
        found += [path for row in rows for path in row if path]
    return found


def orphan_files(con: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    """Files in the data folder that the catalog does not know, older than `ORPHANS_AFTER`."""
    tracked = " union ".join(f"select path from {META}.{name}" for name in TRACKED)
    known = {Path(row[0]).name for row in con.execute(tracked).fetchall()}
    oldest = time.time() - ORPHANS_AFTER.total_seconds()
    return [
        str(path)
        for path in (folder / DATA).rglob("*.parquet")
        if path.name not in known and path.stat().st_mtime < oldest
    ]
