"""A batch made ready to be compared: typed, without the erased, one row per key."""

from __future__ import annotations

import duckdb

from holdfast.errors import UsageError
from holdfast.tables import Table
from holdfast.warehouse import refused
from holdfast.warehouse.layout import listed, quote, stored_types

TOLD = "holdfast_told"
"""A view of every row told, with all columns of the table."""

BATCH = "holdfast_batch"
"""A view of the rows of TOLD that count: not erased, and the last of their key."""

PLACE = "holdfast_place"
REPEATS = "holdfast_repeats"
LAST = "holdfast_last"


def arrange(con: duckdb.DuckDBPyConnection, table: Table, relation: str, source: str, key: str | None) -> int:
    """Make the views TOLD and BATCH of `relation`; how many rows speak of someone erased."""
    described = con.execute(f"describe {quote(relation)}").fetchall()
    given = {row[0]: row[1] for row in described}
    select = ", ".join(f"{_column(table, name, given)} as {quote(name)}" for name in table.column_names)
    # Rejects have a column row_number of their own, so the order goes by another name from here.
    place = "row_number" if "row_number" in given else "row_number() over ()"
    con.execute(
        f"create or replace temp view {TOLD} as select {select}, {place} as {PLACE} from {quote(relation)}"
    )
    kept, erased = f"select * from {TOLD}", 0
    if condition := refused.condition(con, key, table, source, TOLD, set(given)):
        erased = _count(con, f"{TOLD} b where {condition}")
        kept = f"select * from {TOLD} b where not ({condition})"
    con.execute(f"create or replace temp view {BATCH} as {_last_of_each(con, table, kept)}")
    return erased


def tidy(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of what `arrange` made."""
    con.execute(f"drop view if exists {BATCH}")
    con.execute(f"drop view if exists {TOLD}")
    for name in (REPEATS, LAST):
        con.execute(f"drop table if exists {name}")


def _last_of_each(con: duckdb.DuckDBPyConnection, table: Table, rows: str) -> str:
    """SQL for the last row of each key of the query `rows`.

    Only a hash of each key is grouped; the few rows whose hash comes twice are looked at whole.
    """
    key = listed(table.key)
    con.execute(
        f"create or replace temp table {REPEATS} as"
        f" select hash({key}) as h from ({rows}) group by h having count(*) > 1"
    )
    if not _count(con, REPEATS):
        return rows
    con.execute(
        f"create or replace temp table {LAST} as select * from ({rows})"
        f" where hash({key}) in (select h from {REPEATS})"
        f" qualify row_number() over (partition by {key} order by {PLACE} desc) = 1"
    )
    return f"from ({rows}) where hash({key}) not in (select h from {REPEATS}) union all from {LAST}"


def _column(table: Table, name: str, given: dict[str, str]) -> str:
    column, kind = table.column(name), stored_types(table)[name]
    fallback = f"cast({quote(column.default_from)} as {kind})" if column.default_from else None
    if name in given:
        value = quote(name) if given[name] == kind else f"cast({quote(name)} as {kind})"
        return f"coalesce({value}, {fallback})" if fallback else value
    if column.required:
        raise UsageError(f"The batch for {table.name} has no column {name!r}.")
    return fallback or f"cast(null as {kind})"


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"select count(*) from {relation}").fetchone()
    return row[0] if row else 0
