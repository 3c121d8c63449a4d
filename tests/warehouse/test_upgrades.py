"""Before a version adds tables or columns, the catalog is copied as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from holdfast.warehouse import Warehouse
from holdfast.warehouse.purge import BEFORE
from tests.warehouse.batches import account, listed, put


def test_the_catalog_is_copied_before_it_grows(warehouse: Warehouse) -> None:
    """A column of an older version is missing; opening adds it, and the copy still has none."""
    put(warehouse, "accounts", [account("A", country="IR")])
    assert not (warehouse.folder / BEFORE).exists()
    warehouse.con.execute("alter table lake.main.accounts drop column industry")
    with Warehouse.open(warehouse.folder) as opened:
        assert listed(opened, "accounts", "account_id", "country", "industry") == [("A", "IR", None)]
    with closing(sqlite3.connect(warehouse.folder / BEFORE)) as before:
        columns = before.execute(
            "select count(*) from ducklake_column where column_name = 'industry' and end_snapshot is null"
        ).fetchone()
    assert columns == (0,)
    (warehouse.folder / BEFORE).unlink()
    with Warehouse.open(warehouse.folder):
        assert not (warehouse.folder / BEFORE).exists()


def test_an_erasure_reaches_the_copy(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    (warehouse.folder / BEFORE).write_text("of A")
    warehouse.erase("account", "A")
    assert not (warehouse.folder / BEFORE).exists()
