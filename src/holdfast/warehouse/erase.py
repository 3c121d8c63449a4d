"""Erasure of a person: columns blanked and ids made random, in every version of every table.

It is the only change to what is stored. Counts, money and published figures stand, because
rows stay and one random id takes the place of one id everywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from holdfast.errors import UsageError
from holdfast.tables import OWNED, TABLES, Table
from holdfast.warehouse import derived
from holdfast.warehouse.batch import Batch
from holdfast.warehouse.connect import quoted
from holdfast.warehouse.known import read_journal
from holdfast.warehouse.layout import DERIVED, STATES, lake, listed, quote, sorted_by, stored_types
from holdfast.warehouse.personal import PARENTS, TOKEN, id_columns
from holdfast.warehouse.refused import hashed
from holdfast.warehouse.rewrite import MAILS, PEOPLE, THEIRS, rewritten

ROWS = "holdfast_rows"
KINDS = {"user": "users", "account": "accounts"}
OWN_SOURCE = "holdfast"
ALL_TABLES = {**TABLES, **OWNED}

Objects = Collection[tuple[str, str]]
"""Sources and the ids of objects there: all that was told of them is emptied."""

USERS_OF_ACCOUNTS = f"""
select distinct u.source, u.user_id from {lake("users")} u
join {PEOPLE} p on p.kind = 'accounts' and p.source = u.source and p.id = u.account_id
"""
SEEN_AS = f"""(select source, anonymous_id, user_id from {lake("events")}
  union all select source, anonymous_id, user_id from {lake("visitors")})"""
ANONYMOUS_OF_USERS = f"""
select e.source, e.anonymous_id from {SEEN_AS} e
where (e.source, e.anonymous_id) in (select (a.source, a.anonymous_id) from {SEEN_AS} a
  join {PEOPLE} p on p.kind = 'users' and p.source = a.source and p.id = a.user_id)
group by all having bool_and(e.user_id is null or (e.source, e.user_id) in
  (select (source, id) from {PEOPLE} where kind = 'users'))
"""
"""The visitors who were these users and nobody else."""


@dataclass(frozen=True)
class Erased:
    """What an erasure changed: how many ids, and how many stored rows of each table."""

    ids: int
    rows: dict[str, int] = field(default_factory=dict)


def erase(
    con: duckdb.DuckDBPyConnection,
    key: str,
    recorded_at: datetime,
    kind: str,
    person: str,
    source: str | None,
    objects: Objects = (),
) -> Erased:
    """Blank and rename everywhere, within the caller's transaction; see `Warehouse.erase`."""
    _find_people(con, kind, person, source)
    con.execute(f"create or replace temp table {THEIRS} (source varchar, object_id varchar)")
    if objects:
        con.executemany(f"insert into {THEIRS} values (?, ?)", sorted(objects))
    if not (ids := _count(con, PEOPLE)):
        return Erased(0)
    changed = {}
    for table in sorted(ALL_TABLES.values(), key=lambda table: table.name not in PARENTS):
        if count := _rewrite(con, table):
            changed[table.name] = count
    _forget_derived(con)
    _remember(con, key, recorded_at)
    for name in (PEOPLE, MAILS, THEIRS, ROWS):
        con.execute(f"drop table if exists {name}")
    return Erased(ids, changed)


def _find_people(con: duckdb.DuckDBPyConnection, kind: str, person: str, source: str | None) -> None:
    """Fill PEOPLE with every id to be erased and its random token, and MAILS with their addresses."""
    if kind not in KINDS:
        raise UsageError(f"{kind!r} cannot be erased.", hint="Erase a user or an account.")
    con.execute(
        f"create or replace temp table {PEOPLE} (kind varchar, source varchar, id varchar, token varchar)"
    )
    _name(con, KINDS[kind], _where_found(KINDS[kind], person, source))
    _name(con, "users", USERS_OF_ACCOUNTS)
    _name(con, "anonymous", ANONYMOUS_OF_USERS)
    con.execute(
        f"create or replace temp table {MAILS} as select distinct lower(u.email) as mail"
        f" from {lake('users')} u join {PEOPLE} p"
        " on p.kind = 'users' and p.source = u.source and p.id = u.user_id where contains(u.email, '@')"
    )


def _name(con: duckdb.DuckDBPyConnection, kind: str, found: str) -> None:
    rows = [
        (kind, source, identity, TOKEN + secrets.token_hex(16))
        for source, identity in con.execute(found).fetchall()
    ]
    if rows:
        con.executemany(f"insert into {PEOPLE} values (?, ?, ?, ?)", rows)


def _where_found(kind: str, person: str, source: str | None) -> str:
    """SQL for the sources that know `person`, in whatever table."""
    only = "true" if source is None else f"source = {quoted(source)}"
    found = [
        f"select source, {quote(column)} as id from {lake(table.name)}"
        f" where {quote(column)} = {quoted(person)} and {only}"
        for table in ALL_TABLES.values()
        for column, its_kind in id_columns(table).items()
        if its_kind == kind
    ]
    return " union ".join(found)


def _rewrite(con: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Put the blanked rows of a table in the place of the old ones; how many there are."""
    select = rewritten(table, mails=_count(con, MAILS) > 0)
    if select is None:
        return 0
    con.execute(f"create or replace temp table {ROWS} as {select}")
    count = _count(con, ROWS)
    if count:
        columns = listed(list(stored_types(table)))
        con.execute(f"delete from {lake(table.name)} where rowid in (select rid from {ROWS})")
        con.execute(
            f"insert into {lake(table.name)} ({columns}) select {columns} from {ROWS}"
            f" order by {sorted_by(table)}"
        )
    return count


def _forget_derived(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the derived tables that hold an erased id; they are made anew from the records."""
    for name in derived.names(con):
        texts = con.execute(
            "select column_name from duckdb_columns() where database_name = 'lake' and schema_name = ?"
            " and table_name = ? and data_type = 'VARCHAR'",
            [DERIVED, name],
        ).fetchall()
        held = " or ".join(f"{quote(text[0])} in (select id from {PEOPLE})" for text in texts)
        if held and con.execute(f"select 1 from {lake(name, DERIVED)} where {held} limit 1").fetchall():
            con.execute(f"drop table {lake(name, DERIVED)}")
            con.execute(f"delete from {lake(STATES)} where name = ?", [name])


def _remember(con: duckdb.DuckDBPyConnection, key: str, recorded_at: datetime) -> None:
    """Keep the hashes of the erased ids, so that they are refused if they come again."""
    rows = [
        (secrets.token_hex(16), hashed(key, kind, source, person), _told_as(kind), recorded_at, number)
        for number, (kind, source, person) in enumerate(
            con.execute(f"select kind, source, id from {PEOPLE}").fetchall()
        )
    ]
    con.execute(
        f"create or replace temp table {ROWS}"
        ' (erasure_id varchar, hashed_id varchar, kind varchar, "at" timestamp, row_number bigint)'
    )
    con.executemany(f"insert into {ROWS} values (?, ?, ?, ?, ?)", rows)
    erasures = Batch(con, OWNED["erasures"], ROWS, OWN_SOURCE, recorded_at)
    erasures.append(read_journal(con), complete=False)


def _told_as(kind: str) -> str:
    return "account" if kind == "accounts" else "user"


def _count(con: duckdb.DuckDBPyConnection, name: str) -> int:
    row = con.execute(f"select count(*) from {name}").fetchone()
    return row[0] if row else 0
