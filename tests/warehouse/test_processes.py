"""Several processes at once, and processes that die."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast.warehouse import Warehouse
from tests.warehouse.batches import account, put, python

WRITER = """
import sys
from pathlib import Path
from holdfast.warehouse import Warehouse
folder, name, writes, rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with Warehouse.open(folder, memory='300MB') as warehouse:
    for write in range(writes):
        for table, more in (('accounts', "'x' as country"), ('plans', "null as family")):
            key = 'account_id' if table == 'accounts' else 'plan'
            warehouse.con.execute(
                f"create or replace temp table batch_{table} as select '{name}-{write}-' || i as {key},"
                f" timestamp '2025-01-01' as created_at, {more}, i as row_number from range({rows}) t(i)")
        with warehouse.write() as writing:
            writing.append('accounts', 'batch_accounts', source='own')
            writing.append('plans', 'batch_plans', source='own')
        print(write, flush=True)
"""

READER = """
import sys
from pathlib import Path
from holdfast.warehouse import Warehouse
with Warehouse.open(Path(sys.argv[1]), read_only=True, memory='300MB') as warehouse:
    seen = 0
    while seen < int(sys.argv[2]):
        with warehouse.reading():
            accounts = warehouse.records('accounts').count().execute()
            plans = warehouse.records('plans').count().execute()
        assert accounts == plans >= seen, (accounts, plans, seen)
        seen = accounts
    print(seen)
"""

ROWS = 200


def batches(warehouse: Warehouse, table: str, key: str) -> dict[str, int]:
    """How many rows of each batch are stored."""
    rows = warehouse.records(table)
    name = rows[key].re_replace("-[0-9]+$", "")
    counted = rows.group_by(batch=name).agg(n=rows.count())
    return {row["batch"]: row["n"] for row in warehouse.ibis.to_pyarrow(counted).to_pylist()}


def test_two_writers_and_a_reader_lose_nothing(warehouse: Warehouse) -> None:
    writers = [python(WRITER, warehouse.folder, name, "6", str(ROWS)) for name in ("one", "two")]
    reader = python(READER, warehouse.folder, str(12 * ROWS))
    for process in (*writers, reader):
        out, problem = process.communicate(timeout=120)
        assert process.returncode == 0, problem
        assert out
    assert batches(warehouse, "accounts", "account_id") == {
        f"{name}-{n}": ROWS for name in ("one", "two") for n in range(6)
    }
    assert not warehouse.check()


def test_a_reader_opened_before_a_write_sees_it_after(warehouse: Warehouse) -> None:
    with Warehouse.open(warehouse.folder, read_only=True) as reader:
        with warehouse.write() as writing:
            put(warehouse, "accounts", [account("A")], writing=writing)
            assert reader.records("accounts").count().execute() == 0
        assert reader.records("accounts").count().execute() == 1
        put(warehouse, "accounts", [account("A", country="IR")])
        assert reader.records("accounts").country.execute().tolist() == ["IR"]


@pytest.mark.trial
def test_a_write_that_is_killed_leaves_all_or_nothing(
    warehouse: Warehouse, sized: Callable[[Any, Any], Any]
) -> None:
    chance = random.Random(1)
    told: dict[str, int] = {}
    for kill in range(sized(6, 30)):
        process = python(WRITER, warehouse.folder, f"w{kill}", "1000", "20000")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.random() * 0.5)
        os.kill(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        told[f"w{kill}"] = 1 + len(out.split())
        accounts, plans = (
            batches(warehouse, t, k) for t, k in (("accounts", "account_id"), ("plans", "plan"))
        )
        assert accounts == plans
        assert set(accounts.values()) == {20000}
        for name, count in told.items():
            stored = sum(batch.startswith(name + "-") for batch in accounts)
            assert stored in {count, count + 1}
    assert put(warehouse, "accounts", [account("after")]).new == 1
    for path in (warehouse.folder / "data").rglob("*.parquet"):
        os.utime(path, (0, 0))
    assert {finding.code for finding in warehouse.check()} <= {"orphan_files"}
    warehouse.compact()
    assert not warehouse.check()
    assert not list((warehouse.folder / "spill").glob("*"))


def test_two_processes_may_create_at_once(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from holdfast.errors import UsageError
from holdfast.warehouse import Warehouse
try:
    Warehouse.create(Path(sys.argv[1])).close()
    print('made')
except UsageError:
    Warehouse.open(Path(sys.argv[1])).close()
    print('found')
"""
    both = [python(code, tmp_path / "w") for _ in range(2)]
    told = [process.communicate(timeout=60) for process in both]
    assert sorted(out.strip() for out, _ in told) == ["found", "made"], told


def test_reads_within_one_another_are_one(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    with warehouse.reading(), warehouse.reading():
        assert warehouse.check() == []
    with warehouse.write() as writing, warehouse.reading():
        put(warehouse, "accounts", [account("B")], writing=writing)
    assert warehouse.records("accounts").count().execute() == 2
