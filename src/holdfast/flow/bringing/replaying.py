"""Rows that were not taken: listed, mended, taken again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from holdfast import collect
from holdfast.collect import Mended
from holdfast.flow.bringing.importing import Import, ImportReport, Progress, one_mapping, run
from holdfast.flow.knowing.held import Held
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
        return collect.write_rejects(warehouse.con, _waiting(warehouse, held, of_files=True), to)


def replay(
    warehouse: Warehouse, calendar: Calendar, file: Path, mapping: Path | None, progress: Progress | None
) -> list[ImportReport]:
    """Take the rows of a mended file, one import a table; those that still do not fit wait anew.

    They are read by `mapping`, without one by that which they were first read with.
    """
    given = one_mapping(mapping) if mapping else None
    with TemporaryDirectory() as folder, Held(warehouse) as held:
        waiting = _waiting(warehouse, held, of_files=True)
        groups = collect.mended(warehouse.con, file, waiting, Path(folder), given)
        return [_replayed(warehouse, calendar, group, waiting, progress) for group in groups]


def _replayed(
    warehouse: Warehouse, calendar: Calendar, group: Mended, waiting: str, progress: Progress | None
) -> ImportReport:
    asked = Import(group.table.name, [group.file], group.mapping)

    def mark(writing: Writing) -> None:
        _become(writing, "replayed", group.ids, waiting)

    return run(warehouse, calendar, asked, progress, besides=mark)


def drop(warehouse: Warehouse, file: Path) -> int:
    """Let the rows that a file of rejects lists wait no longer; gives how many. They stay known."""
    with Held(warehouse) as held:
        waiting = _waiting(warehouse, held)
        ids = collect.named_in(warehouse.con, file)
        with warehouse.write() as writing:
            return _become(writing, "dropped", ids, waiting)


def _become(writing: Writing, state: str, ids: Sequence[str], waiting: str) -> int:
    """Give the waiting rejects of these ids another state; how many had another before."""
    con = writing.con
    con.execute(
        "create or replace temp table answered as select unnest(?::varchar[]) as reject_id", [list(ids)]
    )
    con.execute(
        f"""create or replace temp table become as
        select * replace ('{state}' as state) from {waiting} semi join answered using (reject_id)"""
    )
    sources = con.execute("select source, count(*) from become group by 1 order by 1").fetchall()
    for source, _ in sources:
        con.execute("create or replace temp table of_source as from become where source = ?", [source])
        writing.append("rejects", "of_source", source=source)
        con.execute("drop table of_source")
    con.execute("drop table become")
    con.execute("drop table answered")
    return sum(count for _, count in sources)


def _waiting(warehouse: Warehouse, held: Held, *, of_files: bool = False) -> str:
    """The rejects that wait; those that a service told of are mended there, not in a file."""
    rows = warehouse.records("rejects")
    rows = rows.filter(rows.state == "open")
    rows = rows.filter(rows.mapping.notnull()) if of_files else rows
    name: str = held("rejects", rows).get_name()
    return name
