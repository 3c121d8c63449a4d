"""Who was erased: the keyed hash of an id, and the rows of a batch that speak of them."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import duckdb

from holdfast.tables import Table
from holdfast.warehouse.connect import quoted
from holdfast.warehouse.layout import lake, quote
from holdfast.warehouse.personal import owner_columns

KEY = "erasure.key"
KINDS = ("users", "accounts", "anonymous")


def make_key(folder: Path) -> str:
    """The workspace's secret for hashing erased ids; made at the first erasure, mode 0600."""
    path = folder / KEY
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(handle)
    return path.read_text().strip()


def read_key(folder: Path) -> str | None:
    """The workspace's secret, or None where nobody was ever erased."""
    path = folder / KEY
    return path.read_text().strip() if path.exists() else None


def hashed(key: str, kind: str, source: str, identity: str) -> str:
    """The keyed hash under which an erased id is remembered."""
    inner = hashlib.sha256(f"{key}{kind}:{source}:{identity}".encode()).hexdigest()
    return hashlib.sha256(f"{key}{inner}".encode()).hexdigest()


def hashed_sql(key: str, kind: str, source: str, identity: str) -> str:
    """The same hash as SQL of the SQL text `identity`."""
    inner = f"sha256({quoted(f'{key}{kind}:{source}:')} || {identity})"
    return f"sha256({quoted(key)} || {inner})"


def condition(
    con: duckdb.DuckDBPyConnection, key: str | None, table: Table, source: str, batch: str, given: set[str]
) -> str | None:
    """SQL that is true for a row of `batch` (alias b) that speaks of someone erased.

    None where no row does. Only the distinct ids are hashed.
    """
    if key is None or not con.execute(f"select 1 from {lake('erasures')} limit 1").fetchall():
        return None
    terms = []
    for column, kind in owner_columns(table).items():
        if column not in given:
            continue
        ids = _erased_ids(con, key, kind, source, f"select distinct {quote(column)} as id from {batch}")
        if ids:
            terms.append(f"coalesce(b.{quote(column)} in ({', '.join(map(quoted, ids))}), false)")
    if table.name == "rejects" and "row" in given:
        values = values_of('b."row"')
        each = f"select distinct unnest({values}) as id from {batch} b"
        ids = sorted({i for kind in KINDS for i in _erased_ids(con, key, kind, source, each)})
        if ids:
            terms.append(f"list_has_any({values}, [{', '.join(map(quoted, ids))}])")
    return " or ".join(terms) or None


def values_of(column: str) -> str:
    """SQL for the values of a JSON object in `column`, as a list of texts."""
    return f"(case when json_valid({column}) then json_extract_string({column}, '$.*') else [] end)"


def _erased_ids(con: duckdb.DuckDBPyConnection, key: str, kind: str, source: str, ids: str) -> list[str]:
    rows = con.execute(
        f"select id from ({ids}) where id is not null and {hashed_sql(key, kind, source, 'id')}"
        f" in (select hashed_id from {lake('erasures')})"
    ).fetchall()
    return sorted(row[0] for row in rows)
