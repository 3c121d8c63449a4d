"""How tables lie in the lake: columns, partitions, order, and how they grow over the years."""

from __future__ import annotations

import duckdb

from holdfast.tables import OWNED, TABLES, Table, sql_type

SYSTEM_TYPES = {
    "source": "VARCHAR",
    "recorded_at": "TIMESTAMP",
    "deleted": "BOOLEAN",
    "replaces": "TIMESTAMP",
}
"""The columns every stored row has besides; `replaces` is the recorded_at of the version that
this row takes the place of, NULL for the first of its key."""

PARTITIONED = {"events": "stamped_on"}
"""Tables partitioned by month, and the day that they are partitioned by."""

JOURNAL = "appends"
JOURNAL_TYPES = {
    "recorded_at": "TIMESTAMP",
    "table": "VARCHAR",
    "source": "VARCHAR",
    "rows": "BIGINT",
    "new": "BIGINT",
    "changed": "BIGINT",
    "unchanged": "BIGINT",
    "buried": "BIGINT",
}
"""One row per append that stored something: what is known up to when, without a scan."""

NO_SORT = "call lake.set_option('sort_on_insert', false)"

DERIVED = "derived"
"""The schema of the derived tables."""

STATES = "derived_states"
STATES_TYPES = {"name": "VARCHAR", "fingerprint": "VARCHAR", "consumed": "TIMESTAMP"}
"""One row per derived table: what it was made by and up to which recorded_at."""

NEWS = "news"
NEWS_TYPES = {"about": "VARCHAR", "consumed": "TIMESTAMP", "since": "TIMESTAMP"}
"""How far back what each refresh read reaches: the first instant that news about a table speak of."""


def quote(name: str) -> str:
    """`name` as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: tuple[str, ...] | list[str], prefix: str = "") -> str:
    """Names as a comma-separated list of identifiers, each after `prefix`."""
    return ", ".join(prefix + quote(name) for name in names)


def lake(name: str, schema: str = "main") -> str:
    """The full SQL name of a table in the lake."""
    return f"lake.{schema}.{quote(name)}"


def stored_types(table: Table) -> dict[str, str]:
    """Every stored column of a table with its SQL type."""
    return {column.name: sql_type(column.kind) for column in table.columns} | SYSTEM_TYPES


def row_key(table: Table) -> tuple[str, ...]:
    """What tells one row from another: the source and the table's own key."""
    return ("source", *table.key)


def sorting(table: Table) -> list[str]:
    """The columns that the rows of a file are sorted by."""
    names = table.column_names
    first = ["account_id"] if "account_id" in names else []
    then = ["occurred_at"] if "occurred_at" in names else list(table.key)
    return list(dict.fromkeys(first + then))


def sorted_by(table: Table) -> str:
    """The order in which rows are written: one partition after the other, each file sorted."""
    day = PARTITIONED.get(table.name)
    month = [f"year({quote(day)}) * 12 + month({quote(day)})"] if day else []
    return ", ".join(month + [quote(name) for name in sorting(table)])


def wanted_types() -> dict[str, dict[str, str]]:
    """Every table that this version keeps, with the SQL types of its columns."""
    tables = {table.name: stored_types(table) for table in (*TABLES.values(), *OWNED.values())}
    return tables | {JOURNAL: JOURNAL_TYPES, STATES: STATES_TYPES, NEWS: NEWS_TYPES}


def stored_columns(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The tables that the lake holds now, with the names of their columns."""
    rows = con.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns()"
        " where database_name = 'lake' and schema_name = 'main' group by table_name"
    ).fetchall()
    return dict(rows)


def changes(stored: dict[str, list[str]]) -> list[str]:
    """The statements that bring a lake up to this version: new tables, new nullable columns."""
    statements = [] if stored else [f"create schema lake.{DERIVED}", NO_SORT]
    for name, types in wanted_types().items():
        if name not in stored:
            statements += _created(name, types)
            continue
        for column, kind in types.items():
            if column not in stored[name]:
                statements.append(f"alter table {lake(name)} add column {quote(column)} {kind}")
    return statements


def _created(name: str, types: dict[str, str]) -> list[str]:
    columns = ", ".join(f"{quote(column)} {kind}" for column, kind in types.items())
    statements = [f"create table {lake(name)} ({columns})"]
    if day := PARTITIONED.get(name):
        months = f"year({quote(day)}), month({quote(day)})"
        statements.append(f"alter table {lake(name)} set partitioned by ({months})")
        # Rows are sorted by the statement that inserts them; this sorts files when they merge.
        statements.append(f"alter table {lake(name)} set sorted by ({listed(sorting(TABLES[name]))})")
    return statements
