"""Compaction changes files, and nothing that is read."""

from __future__ import annotations

from datetime import timedelta

import ibis
import pytest

from holdfast.errors import Busy
from holdfast.warehouse import Warehouse, compact
from tests.warehouse.batches import JANUARY, account, event, listed, put

NOW = timedelta()


def filled(warehouse: Warehouse) -> None:
    for day in range(12):
        rows = [event(f"{day}-{n}", JANUARY + timedelta(days=day), account_id=f"A{n % 7}") for n in range(50)]
        put(warehouse, "events", rows)
        put(warehouse, "accounts", [account("A", country=f"C{day % 2}"), account(f"A{day}")])
    with warehouse.write() as writing:
        counted = warehouse.records("events").group_by("account_id").agg(n=ibis._.count())
        writing.replace_derived("counts", counted, None, "1", order=["account_id"])
        part = ibis.memtable({"account_id": ["A1"]})
        new = counted.filter(ibis._.account_id == "A1")
        writing.replace_derived("counts", new, part, "1")


def everything(warehouse: Warehouse) -> list[object]:
    moments = [row[0] for row in listed(warehouse, "accounts", "recorded_at")]
    return [
        listed(warehouse, "events", *warehouse.records("events").columns),
        [listed(warehouse, "accounts", "account_id", "country", known_at=moment) for moment in moments],
        sorted(map(tuple, warehouse.derived("counts").execute().to_numpy().tolist())),
        warehouse.derived_states().get("counts"),
        warehouse.known_at(),
    ]


def test_fewer_files_hold_the_same(warehouse: Warehouse) -> None:
    filled(warehouse)
    before = everything(warehouse)
    done = warehouse.compact(keep=NOW)
    assert done.files_after < done.files_before / 4
    assert everything(warehouse) == before
    assert warehouse.check() == []
    assert put(warehouse, "accounts", [account("A", country="C1")]).unchanged == 1
    assert warehouse.compact(keep=NOW).files_after == done.files_after


def test_a_light_compaction_merges_what_is_small_and_leaves_what_is_large(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(warehouse)
    before = everything(warehouse)
    done = warehouse.compact(keep=NOW, lightly=True)
    assert done.files_after < done.files_before / 4
    assert everything(warehouse) == before
    assert warehouse.check() == []
    monkeypatch.setattr(compact, "SMALL", 1)
    put(warehouse, "accounts", [account("B", country="C2")])
    files = {path.name for path in (warehouse.folder / "data").rglob("*.parquet")}
    warehouse.compact(keep=NOW, lightly=True)
    assert files <= {path.name for path in (warehouse.folder / "data").rglob("*.parquet")}


def test_compaction_waits_for_those_who_read(warehouse: Warehouse) -> None:
    filled(warehouse)
    with Warehouse.open(warehouse.folder, read_only=True) as reader:
        with reader.reading():
            before = everything(reader)
            with pytest.raises(Busy):
                warehouse.compact(timeout=0.05)
            assert everything(reader) == before
        warehouse.compact()
        assert everything(reader) == before


def test_without_the_lock_an_open_transaction_would_lose_rows(warehouse: Warehouse) -> None:
    """Pinned: when this fails, DuckLake keeps the files of open transactions and `read.lock` can go."""
    filled(warehouse)
    with Warehouse.open(warehouse.folder, read_only=True) as reader:
        reader.con.execute("begin transaction")
        assert reader.con.execute("select count(*) from lake.events").fetchall() == [(600,)]
        warehouse.con.execute("call ducklake_merge_adjacent_files('lake')")
        assert reader.con.execute("select count(*) from lake.events").fetchall() == [(0,)]
        reader.con.execute("rollback")
        assert reader.con.execute("select count(*) from lake.events").fetchall() == [(600,)]


def test_merged_files_are_sorted(warehouse: Warehouse) -> None:
    filled(warehouse)
    warehouse.compact(keep=NOW)
    [path] = (warehouse.folder / "data" / "main" / "events").rglob("*.parquet")
    rows = warehouse.con.execute(
        "select account_id, occurred_at from read_parquet(?)", [str(path)]
    ).fetchall()
    assert rows == sorted(rows)
