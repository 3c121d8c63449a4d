"""What is kept derived: tables made from records, replaced whole or by parts.

A derived table has no versions. Beside it stand the fingerprint of what made it (rulebook,
settings, the builder's version) and the greatest recorded_at that it has consumed.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import TableNotFound

from holdfast.errors import UsageError, unknown
from holdfast.warehouse.layout import DERIVED, NEWS, STATES, lake, listed, quote

NEW_ROWS = "holdfast_new_rows"
PARTS = "holdfast_parts"
NOTHING_YET = datetime(1, 1, 1)


def names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The derived tables that are kept."""
    rows = con.execute(
        f"select table_name from duckdb_tables() where database_name = 'lake' and schema_name = '{DERIVED}'"
    ).fetchall()
    return sorted(row[0] for row in rows)


def read(con: duckdb.DuckDBPyConnection, backend: ibis.BaseBackend, name: str) -> ir.Table:
    """A derived table as an Ibis expression; raises UsageError where it is not kept."""
    try:
        return backend.table(name, database=("lake", DERIVED))
    except TableNotFound:
        raise unknown("derived table", name, names(con)) from None


def states(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, datetime]]:
    """The fingerprint of every derived table and the recorded_at it has consumed."""
    rows = con.execute(f"select name, fingerprint, consumed from {lake(STATES)}").fetchall()
    return {name: (fingerprint, consumed) for name, fingerprint, consumed in rows}


def mark(con: duckdb.DuckDBPyConnection, states: Mapping[str, tuple[str, datetime]]) -> None:
    """Write down what derived tables were made by and what each has consumed."""
    if not states:
        return
    fingerprints, consumed = zip(*states.values(), strict=True)
    con.execute(f"delete from {lake(STATES)} where name in (select unnest($1))", [list(states)])
    con.execute(
        f"insert into {lake(STATES)} select unnest($1), unnest($2), unnest($3)",
        [list(states), list(fingerprints), list(consumed)],
    )


def tell(con: duckdb.DuckDBPyConnection, consumed: datetime, since: Mapping[str, datetime]) -> None:
    """Write down how far back what was read up to `consumed` reaches, by what it is about."""
    rows = [(about, consumed, at) for about, at in since.items()]
    if rows:
        con.execute(
            f"insert into {lake(NEWS)} select unnest($1), $2, unnest($3)",
            [[row[0] for row in rows], consumed, [row[2] for row in rows]],
        )


def news(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[datetime, datetime]]]:
    """Of everything there was news about: when it was read, and since when it holds."""
    found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for about, consumed, since in con.execute(f"select about, consumed, since from {lake(NEWS)}").fetchall():
        found[about].append((consumed, since))
    return found


def replace(
    con: duckdb.DuckDBPyConnection,
    backend: ibis.BaseBackend,
    name: str,
    expr: ir.Table,
    parts: ir.Table | None,
    order: Sequence[str],
) -> None:
    """Replace the rows of the given parts, or with None the whole table; see `Writing`."""
    if parts is None:
        con.execute(f"drop table if exists {lake(name, DERIVED)}")
        con.execute(f"create table {lake(name, DERIVED)} as {_sql(backend, expr)} {_sorted(order)}")
        return
    con.execute(f"create or replace temp table {PARTS} as {_sql(backend, parts)}")
    con.execute(f"create or replace temp table {NEW_ROWS} as {_sql(backend, expr)} {_sorted(order)}")
    key = ", ".join(quote(column) for column in parts.columns)
    try:
        con.execute(f"delete from {lake(name, DERIVED)} where ({key}) in (select ({key}) from {PARTS})")
    except duckdb.CatalogException as problem:
        raise UsageError(f"The derived table {name!r} is not kept yet: make it whole first.") from problem
    columns = listed(list(expr.columns))
    con.execute(f"insert into {lake(name, DERIVED)} ({columns}) select {columns} from {NEW_ROWS}")
    con.execute(f"drop table {PARTS}")
    con.execute(f"drop table {NEW_ROWS}")


def hold(con: duckdb.DuckDBPyConnection, backend: ibis.BaseBackend, name: str, expr: ir.Table) -> ir.Table:
    """A temp table with the rows of an expression."""
    con.execute(f"create or replace temp table {quote(name)} as {_sql(backend, expr)}")
    return backend.table(name, database=("temp", "main"))


def compiled(backend: ibis.BaseBackend, expr: ir.Table) -> str:
    """An expression as SQL for the backend's connection."""
    # In-memory tables of an expression are registered by a hook that compile() leaves out.
    backend._run_pre_execute_hooks(expr)
    sql: str = backend.compile(expr)
    return sql


def roll_back(con: duckdb.DuckDBPyConnection, backend: ibis.BaseBackend | None) -> None:
    """Leave a transaction as if it had not been; tables in memory that Ibis handed over go with it."""
    with contextlib.suppress(duckdb.Error):
        con.execute("rollback")
    if backend is not None:
        backend._memtables.clear()


def _sql(backend: ibis.BaseBackend, expr: ir.Table) -> str:
    return f"from ({compiled(backend, expr)})"


def _sorted(order: Sequence[str]) -> str:
    return f"order by {listed(list(order))}" if order else ""
