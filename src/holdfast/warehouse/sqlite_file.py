"""Run as a program of its own: copy a catalog that is a SQLite file, or take old text out of it.

It must not run in a process that has the catalog attached in DuckDB: two copies of SQLite in
one process do not see each other's locks.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing

PATIENCE_SECONDS = 30

WIDER = """
update ducklake_table_column_stats as s set
  min_value = (select case when count(*) = count(min_value) then min(min_value) end {live}),
  max_value = (select case when count(*) = count(max_value) then max(max_value) end {live})
where exists (select 1 from ducklake_column c where c.table_id = s.table_id
  and c.column_id = s.column_id and lower(c.column_type) = 'varchar')
""".format(
    live="""from ducklake_file_column_stats f where f.table_id = s.table_id
    and f.column_id = s.column_id and f.value_count > f.null_count"""
)
"""A table's statistics only ever widen: those of text columns are made again from its files."""


def clean(path: str) -> bool:
    """Take old text out of the catalog's statistics, freed pages and log; False when it is busy."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_SECONDS)) as catalog:
        catalog.execute("pragma secure_delete = on")
        catalog.execute(WIDER)
        catalog.execute("vacuum")
        busy: int = catalog.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
    return not busy


def copy(path: str, to: str) -> bool:
    """Write the file as it is at one moment to another, whoever writes meanwhile."""
    with closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new)
    return True


VERBS: dict[str, Callable[..., bool]] = {"clean": clean, "copy": copy}

if __name__ == "__main__":
    sys.exit(0 if VERBS[sys.argv[1]](*sys.argv[2:]) else 1)
