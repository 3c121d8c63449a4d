"""Rows that were not taken: listed, mended, taken again."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from holdfast import collect
from holdfast.collect import Mended
from holdfast.flow.held import Held
from holdfast.flow.importing import Import, ImportReport, Progress, run
from holdfast.periods import Calendar
from holdfast.warehouse import Warehouse, Writing


def rejects(warehouse: Warehouse, open_only: bool) -> pa.Table:
    """Rejected rows by file and place; only those that still wait where `open_only`."""
    rows = warehouse.records("rejects")
    if open_only:
        rows = rows.filter(rows.state == "open")
    return rows.drop("recorded_at").order_by(["file", "row_number", "reject_id"]).to_pyarrow()


def write_rejects(warehouse: Warehouse, to: Path) -> int:
    """Write the rows that still wait as a CSV to mend, under their original headers; gives how many."""
    with Held(warehouse) as held:
        return collect.write_rejects(warehouse.con, _waiting(warehouse, held), to)


def replay(
    warehouse: Warehouse, calendar: Calendar, file: Path, progress: Progress | None
) -> list[ImportReport]:
    """Take the rows of a mended file by the mapping they were first read with, one import a table.

    Rows taken are marked as replayed with their import; those that still do not fit wait anew.
    """
    with TemporaryDirectory() as folder, Held(warehouse) as held:
        waiting = _waiting(warehouse, held)
        groups = collect.mended(warehouse.con, file, waiting, Path(folder))
        return [_replayed(warehouse, calendar, group, waiting, progress) for group in groups]


def _replayed(
    warehouse: Warehouse, calendar: Calendar, group: Mended, waiting: str, progress: Progress | None
) -> ImportReport:
    asked = Import(group.table.name, [group.file], group.mapping)

    def mark(writing: Writing) -> None:
        writing.con.execute(
            "create or replace temp table answered as select unnest(?) as reject_id", [list(group.ids)]
        )
        writing.con.execute(
            f"""create or replace temp view replayed as
            select * replace ('replayed' as state) from {waiting} semi join answered using (reject_id)"""
        )
        writing.append("rejects", "replayed", source=group.mapping.source)
        writing.con.execute("drop view replayed")
        writing.con.execute("drop table answered")

    return run(warehouse, calendar, asked, progress, besides=mark)


def _waiting(warehouse: Warehouse, held: Held) -> str:
    rows = warehouse.records("rejects")
    name: str = held("rejects", rows.filter(rows.state == "open")).get_name()
    return name
