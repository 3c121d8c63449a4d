"""Rows that Holdfast writes of accounts, each under the source that the account's id is of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from holdfast.flow.knowing.owned import registered
from holdfast.timelines.identity import OWN, qualified
from holdfast.warehouse import Warehouse, Writing


def write_of_accounts(
    warehouse: Warehouse, writing: Writing, table: str, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Append rows whose `account_id` is as accounts are seen: so erasing an account finds them.

    An account linked from several sources is written under the one that its id names.
    """
    accounts = warehouse.records("accounts").select("source", "account_id").distinct()
    told = {qualified(row["source"], row["account_id"]): row for row in accounts.to_pyarrow().to_pylist()}
    by_source: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        given = told.get(row["account_id"], {"source": OWN, "account_id": row["account_id"]})
        by_source.setdefault(given["source"], []).append({**row, "account_id": given["account_id"]})
    for source, those in by_source.items():
        with registered(writing, table, those) as batch:
            writing.append(table, batch, source=source)
