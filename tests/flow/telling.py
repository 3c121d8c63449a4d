"""Telling a workspace rows, as an import would keep them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from holdfast.flow import Workspace
from holdfast.flow.knowing.owned import fresh_id, write_rows
from holdfast.tables import arrow_schema, table
from holdfast.warehouse import Warehouse, Writing
from tests.flow.courses import Step
from tests.flow.memory import Memory

Row = Mapping[str, Any]
READ = ("accounts", "users", "subscription_phases", "invoices", "invoice_lines", "events", "fx_rates")


class Told:
    """A workspace in a folder, its store, and a memory of everything it was told."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.space = Workspace(warehouse)
        self.memory = Memory()
        self.settings: dict[str, Any] = {}
        self.rules: dict[str, Any] = {}

    @classmethod
    def create(cls, folder: Path, settings: Mapping[str, Any]) -> Self:
        """Make a workspace with these settings."""
        told = cls(Warehouse.create(folder, memory="500MB"))
        told.set(settings)
        return told

    @classmethod
    def open(cls, folder: Path, settings: Mapping[str, Any]) -> Self:
        """Open a workspace that was made with these settings and told nothing yet."""
        told = cls(Warehouse.open(folder, memory="500MB"))
        told.settings |= settings
        return told

    def set(self, settings: Mapping[str, Any]) -> None:
        """Change settings and rules; what is kept is brought up to date by the next reader."""
        if not settings:
            return
        rows = [{"name": name, "value": json.dumps(value)} for name, value in settings.items()]
        with self.warehouse.write() as writing:
            write_rows(writing, "settings", rows)
        for name, value in settings.items():
            if name.startswith("rules."):
                self.rules[name.removeprefix("rules.")] = value
            else:
                self.settings[name] = value

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.space.close()

    def tell(self, step: Step) -> None:
        """Keep the rows of a step, each telling in a write of its own."""
        for each in step.tellings:
            with self.warehouse.write() as writing:
                append(self.warehouse, writing, each.table, each.rows, each.source, complete=each.complete)
            at = writing.recorded_at
            self.memory.tell(each.table, each.rows, at, source=each.source, complete=each.complete)
        with self.warehouse.write() as writing:
            whole_through(writing, step.through, sorted({*READ, *self.memory.versions}))


def append(
    warehouse: Warehouse,
    writing: Writing,
    name: str,
    rows: Sequence[Row],
    source: str = "own",
    *,
    complete: bool = False,
) -> None:
    """Append plain rows to a table within a write."""
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(table(name))])
    batch = pa.Table.from_pylist([{n: row.get(n) for n in schema.names} for row in rows], schema=schema)
    batch = batch.append_column("row_number", pa.array(range(1, len(rows) + 1), pa.int64()))
    warehouse.con.register("told_rows", batch)
    try:
        writing.append(name, "told_rows", source=source, complete=complete)
    finally:
        warehouse.con.unregister("told_rows")


def whole_through(writing: Writing, through: datetime, tables: Iterable[str] = READ) -> None:
    """Say of tables that their records are whole up to an instant."""
    nothing = dict.fromkeys(("rows", "new", "changed", "unchanged", "buried", "rejected"), 0)
    rows = [
        {"import_id": fresh_id(), "table": name, "files": json.dumps([]), "through": through, **nothing}
        for name in tables
    ]
    write_rows(writing, "imports", rows)
