"""Small batches for the tests of the warehouse, and processes that write and read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import settings

from holdfast.tables import arrow_schema, table
from holdfast.warehouse import Appended, Warehouse, Writing

EXAMPLES = settings().max_examples // 8
"""Each example writes to a store: fewer than usual are as many as usual take time."""

JANUARY = datetime(2025, 1, 1)
Rows = Iterable[Mapping[str, Any]]


def stage(warehouse: Warehouse, name: str, rows: Rows) -> None:
    """Put rows into the temp view `batch`, as an import would."""
    schema = arrow_schema(table(name))
    schema = pa.schema([field.with_nullable(True) for field in schema])
    rows = list(rows)
    batch = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    if "row_number" not in schema.names:
        batch = batch.append_column("row_number", pa.array(range(1, len(rows) + 1), pa.int64()))
    warehouse.con.register("arrow_batch", batch)
    warehouse.con.execute("create or replace temp table batch as from arrow_batch")
    warehouse.con.unregister("arrow_batch")


def put(
    warehouse: Warehouse,
    name: str,
    rows: Rows,
    *,
    source: str = "own",
    complete: bool = False,
    writing: Writing | None = None,
) -> Appended:
    """Append rows in a write of their own, or in the one given."""
    stage(warehouse, name, rows)
    if writing:
        return writing.append(name, "batch", source=source, complete=complete)
    with warehouse.write() as own:
        return own.append(name, "batch", source=source, complete=complete)


def account(account_id: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account_id, "created_at": JANUARY, **more}


def phase(
    phase_id: str, account_id: str, start: datetime, end: datetime | None, **more: Any
) -> dict[str, Any]:
    usual = {"subscription_id": f"S-{account_id}", "plan": "pro", "status": "active", "currency": "EUR"}
    price = {"unit_amount": Decimal(10), "interval": "month"}
    return {
        "phase_id": phase_id,
        "account_id": account_id,
        "start_at": start,
        "end_at": end,
        **usual,
        **price,
        **more,
    }


def event(event_id: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {"event_id": event_id, "name": "opened", "occurred_at": at, **more}


def listed(warehouse: Warehouse, name: str, *columns: str, known_at: datetime | None = None) -> list[Any]:
    """The rows in force, as sorted tuples of some columns."""
    rows = warehouse.records(name, known_at).select(*columns)
    return sorted(map(tuple, (row.values() for row in warehouse.ibis.to_pyarrow(rows).to_pylist())), key=repr)


def python(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """Another process that runs `code`, with its output as text."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
