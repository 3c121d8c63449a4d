"""Bringing files in: staged by `collect`, kept by the warehouse, in one transaction an import."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from holdfast.collect import Mapping, Staged, mapping_beside, read_mappings, stage
from holdfast.collect import folder as feeds_in
from holdfast.errors import BadInput, Sentence
from holdfast.flow.knowing.owned import fresh_id, write_rows
from holdfast.periods import Calendar
from holdfast.tables import table as declared
from holdfast.warehouse import Appended, Warehouse, Writing, sufficing

SAME_ROW = ("table", "file", "row_number", "row")
SAME_REJECT = (*SAME_ROW, "column", "problem", "mapping")
"""What makes two rejected rows one: the same row of the same file, read alike."""

Progress = Callable[[str, int, int | None, int], None]


@dataclass(frozen=True)
class ImportReport:
    """What an import did, in rows.

    rows = new + changed + unchanged + repeated + erased + rejected + left_out. `through` is up
    to when the records are taken to be whole.
    """

    table: str
    source: str
    files: tuple[str, ...]
    rows: int
    new: int
    changed: int
    unchanged: int
    repeated: int
    buried: int
    rejected: int
    left_out: int
    erased: int = 0
    through: datetime | None = None


@dataclass(frozen=True)
class Import:
    """One import asked for: files of one table, read by one mapping.

    Where rows are not `placed`, as in what is pulled again and again, the number of a row says nothing.
    """

    table: str
    files: Sequence[Path]
    mapping: Mapping
    complete: bool = False
    through: datetime | None = None
    placed: bool = True


def named(progress: Progress | None, table: str) -> Progress | None:
    """Progress whose steps say which of several tables they are about."""
    if progress is None:
        return None
    return lambda step, done, total, rejected: progress(f"{table}: {step}", done, total, rejected)


def run(
    warehouse: Warehouse,
    calendar: Calendar,
    asked: Import,
    progress: Progress | None = None,
    besides: Callable[[Writing], None] = lambda writing: None,
) -> ImportReport:
    """Stage the files, then keep rows, rejects, the import and what `besides` writes: all or nothing."""
    files, table = list(asked.files), declared(asked.table)
    with sufficing(f"reading {', '.join(file.name for file in files)}"):
        staged = stage(warehouse.con, table, files, asked.mapping, calendar, progress)
    try:
        if progress:
            progress("keeping", 0, staged.rows, staged.rejected)
        with warehouse.write() as writing:
            besides(writing)
            report = _keep(warehouse, writing, asked, staged)
        if progress:
            progress("keeping", staged.rows, staged.rows, staged.rejected)
        return report
    finally:
        staged.drop(warehouse.con)


def _keep(warehouse: Warehouse, writing: Writing, asked: Import, staged: Staged) -> ImportReport:
    source = asked.mapping.source
    kept = writing.append(asked.table, staged.good, source=source, complete=asked.complete)
    import_id = fresh_id()
    _keep_rejects(warehouse, writing, staged, import_id, placed=asked.placed)
    report = _report(asked, staged, kept)
    write_rows(writing, "imports", [_import_row(import_id, asked, report)])
    return report


def _report(asked: Import, staged: Staged, kept: Appended) -> ImportReport:
    return ImportReport(
        table=asked.table,
        source=asked.mapping.source,
        files=tuple(path.name for path in asked.files),
        rows=staged.rows,
        new=kept.new,
        changed=kept.changed,
        unchanged=kept.unchanged,
        repeated=kept.repeated,
        buried=kept.buried,
        rejected=staged.rejected,
        left_out=staged.left_out,
        erased=kept.erased,
        through=asked.through or _just_after(staged.through),
    )


def _import_row(import_id: str, asked: Import, report: ImportReport) -> dict[str, object]:
    return {
        "import_id": import_id,
        "table": asked.table,
        "files": json.dumps(report.files),
        "rows": report.rows,
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "buried": report.buried,
        "rejected": report.rejected,
        "through": report.through,
        "told": asked.through is not None,
        "complete": asked.complete,
    }


def _just_after(latest: datetime | None) -> datetime | None:
    """The first instant that is not known of, where `latest` still is."""
    return latest + timedelta(microseconds=1) if latest else None


def _keep_rejects(
    warehouse: Warehouse, writing: Writing, staged: Staged, import_id: str, *, placed: bool
) -> None:
    """Keep rejected rows, but those that wait already, under ids that their import and place make.

    A row that waited after it was read by another mapping waits no longer: it waits as it was read now.
    """
    if not staged.rejected:
        return
    rows = warehouse.records("rejects")
    waiting = warehouse.ibis.compile(rows.filter((rows.state == "open") & (rows.source == staged.source)))
    view = f"{staged.bad}_kept"
    row, reject = (
        [name for name in names if placed or name != "row_number"] for names in (SAME_ROW, SAME_REJECT)
    )
    for select in (
        f"""select '{import_id}-' || row_number() over () as reject_id, '{import_id}' as import_id, b.*
        from {staged.bad} b anti join ({waiting}) w on {_alike(reject)}""",
        f"""select w.* replace ('dropped' as state)
        from ({waiting}) w semi join {staged.bad} b on {_alike(row)}
        where not exists (from {staged.bad} b where {_alike(reject)})""",
    ):
        writing.con.execute(f"create or replace temp table {view} as {select}")
        writing.append("rejects", view, source=staged.source)
        writing.con.execute(f"drop table {view}")


def _alike(columns: Sequence[str]) -> str:
    return " and ".join(f'b."{name}" is not distinct from w."{name}"' for name in columns)


def mapping_for(table: str, files: Sequence[Path], given: Path | Mapping | None) -> Mapping:
    """The mapping to read files of `table` by: the one given, else the one beside them, else none."""
    if isinstance(given, Mapping):
        return given
    given = given or mapping_beside(files)
    return one_mapping(given, table) if given else Mapping(table=table)


def one_mapping(file: Path, table: str | None = None) -> Mapping:
    """The one mapping of a file, or the one of several that is for `table`."""
    several = read_mappings(file)
    found = [mapping for mapping in several if table is None or mapping.table in (None, table)]
    if table is None and len(found) > 1:
        raise BadInput(
            Sentence("{file} has {count} mappings.", file=file.name, count=len(found)),
            hint=Sentence("Name a file with one of them."),
        )
    if len(found) != 1:
        raise BadInput(
            Sentence("{file} says nothing of the table {table}.", file=file.name, table=table),
            hint=Sentence("Add: {line}", line=f'table = "{table}"'),
        )
    return found[0]


def imports_in(folder: Path, mapping: Path | None, complete: bool, through: datetime | None) -> list[Import]:
    """One import for each table and mapping that the files of a folder feed, in the order of the tables.

    `mapping` is a folder of mapping files, by default the same one.
    """
    return [
        Import(feed.table.name, feed.files, feed.mapping, complete, through)
        for feed in feeds_in(folder, mapping)
    ]
