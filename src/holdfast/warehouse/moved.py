"""A catalog from PostgreSQL to a file of SQLite and back, row by row and type by type, by DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from holdfast import extensions
from holdfast.warehouse.connect import quoted
from holdfast.warehouse.embedded import Embedded
from holdfast.warehouse.layout import listed, quote

Attach = Callable[[duckdb.DuckDBPyConnection, str], None]
"""Attaches the database to a connection under a name."""


def copied(attach: Attach, schema: str, to: Path) -> None:
    """Write every table of the catalog to a new file, all as of one moment."""
    with _both(attach, to, new=True) as con:
        _rows(con, f"other.{schema}", "file.main")


def filled(attach: Attach, schema: str, source: Path) -> None:
    """Put every row of the file in place of those of an empty catalog, all or none."""
    with _both(attach, source, new=False) as con:
        _rows(con, "file.main", f"other.{schema}")


def _both(attach: Attach, file: Path, *, new: bool) -> duckdb.DuckDBPyConnection:
    """A connection with the database as `other`, and as `file` a catalog of SQLite."""
    if new:
        Embedded(file.parent, file.name).create()
    con = duckdb.connect(config=extensions.TRUSTED)
    try:
        extensions.load(con, "sqlite_scanner")
        con.execute("set TimeZone='UTC'")
        attach(con, "other")
        con.execute(f"attach {quoted(str(file))} as file (type sqlite)")
    except BaseException:
        con.close()
        raise
    return con


def _rows(con: duckdb.DuckDBPyConnection, source: str, to: str) -> None:
    """Replace the rows of each table that both have; a table that only the source has must be empty."""
    here, there = _tables(con, source), _tables(con, to)
    con.execute("begin transaction")
    for table in sorted(here):
        if table not in there:
            continue
        columns = listed([name for name in here[table] if name in there[table]])
        con.execute(f"delete from {to}.{quote(table)}")
        con.execute(
            f"insert into {to}.{quote(table)} ({columns}) select {columns} from {source}.{quote(table)}"
        )
    con.execute("commit")


def _tables(con: duckdb.DuckDBPyConnection, where: str) -> dict[str, list[str]]:
    database, schema = where.split(".")
    rows = con.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns()"
        " where database_name = ? and schema_name = ? and starts_with(table_name, 'ducklake_') group by all",
        [database, schema],
    ).fetchall()
    return dict(rows)
