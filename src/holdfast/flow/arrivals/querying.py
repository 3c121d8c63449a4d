"""Pulling a database that the business declared: its rows in pages, each kept with the place it reaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from holdfast.collect.sources import Unused
from holdfast.collect.sources.credentials import declared_url, variable_of
from holdfast.collect.sources.database import Asker, Batch, Database, Pulled, batches, database, unplaced
from holdfast.errors import BadInput, Sentence, UsageError
from holdfast.flow.arrivals.cursors import all_cursors, write_cursors
from holdfast.flow.arrivals.declaring import (
    DATABASE,
    Declared,
    declared_called,
    declared_sources,
    refuse_name,
    write_declared,
)
from holdfast.flow.arrivals.receiving import Taken
from holdfast.flow.bringing.importing import Import, ImportReport, run
from holdfast.flow.knowing.owned import fresh_id, import_row, write_rows
from holdfast.periods import Calendar
from holdfast.warehouse import NOTHING, Appended, Warehouse, Writing

AT_ONCE = 50_000
"""So many rows are kept in one transaction, with how far they reach."""

Progress = Callable[[str, int], None]


def declare(warehouse: Warehouse, name: str, declaration: str, by: str | None = None) -> Database:
    """Keep what a database is; raises UsageError for its name, BadInput for its declaration.

    A table that is asked or read otherwise than before is read from its beginning the next time.
    """
    refuse_name(name)
    before = declared_sources(warehouse)
    if name in before and before[name].kind != DATABASE:
        raise BadInput(f"{name} is declared as a {before[name].kind}.", hint="Name the file otherwise.")
    found = database(name, declaration)
    was = (
        {each.table: each for each in database(name, before[name].declaration).tables}
        if name in before
        else {}
    )
    mended = [each.table for each in found.tables if was.get(each.table, each) != each]
    with warehouse.write() as writing:
        write_declared(writing, Declared(name, DATABASE, declaration, by))
        write_cursors(writing, name, dict.fromkeys(mended))
    return found


def pull(
    warehouse: Warehouse,
    calendar: Calendar,
    name: str,
    *,
    whole: bool = False,
    progress: Progress | None = None,
) -> Taken:
    """Read what a declared database has that was not read yet; what was read stays read where this stops.

    `whole` reads every table from its beginning, and buries what is gone there.
    """
    found, taken = database(name, declared_called(warehouse, DATABASE, name).declaration), Taken()
    url = declared_url(warehouse.folder, name)
    if url is None:
        hint = f"Set {variable_of(name, 'url')} (docs/databases.md says how)."
        raise UsageError(Sentence("There is no address for {name}.", name=name), hint=hint)
    with Asker.at(url) as asker:
        for pulled in found.tables:
            one = _Table(warehouse, calendar, name, pulled, taken, progress)
            if whole or pulled.cursor is None:
                one.pull_whole(asker)
            else:
                one.pull_news(asker)
    return taken


class _Table:
    """One table on its way in."""

    def __init__(
        self,
        warehouse: Warehouse,
        calendar: Calendar,
        source: str,
        pulled: Pulled,
        taken: Taken,
        progress: Progress | None,
    ) -> None:
        self.warehouse, self.calendar, self.source = warehouse, calendar, source
        self.pulled, self.taken, self.progress = pulled, taken, progress
        self.begun = datetime.now(UTC).replace(tzinfo=None)

    def pull_news(self, asker: Asker) -> None:
        """Keep page after page, in the order of the cursor, each with its place."""
        place = all_cursors(self.warehouse, self.source).get(self.pulled.table)
        if place is None:
            self._tell_unplaced(asker)
        with TemporaryDirectory() as folder:
            before: Batch | None = None
            for batch in batches(asker, self.pulled, place, AT_ONCE):
                if before is not None:
                    self._keep(before, Path(folder))
                before = batch
            # Of the last page alone it can be said that nothing is missing up to when this began.
            self._keep(before, Path(folder), self.begun)

    def pull_whole(self, asker: Asker) -> None:
        """Keep all there is at once; what is not there any more is buried."""
        self._tell_unplaced(asker)
        with TemporaryDirectory() as folder:
            place, files = None, []
            for number, batch in enumerate(batches(asker, self.pulled, None, AT_ONCE)):
                place = batch.place or place
                files.append(self._written(batch, Path(folder) / f"{number:06}"))
            self._run(files, place, self.begun, complete=True)

    def _keep(self, batch: Batch | None, folder: Path, through: datetime | None = None) -> None:
        if batch is None or not batch.rows.num_rows:
            self._keep_mark(through)
            return
        file = self._written(batch, folder)
        self._run([file], batch.place, through)
        file.unlink()

    def _written(self, batch: Batch, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        file = folder / f"{self.source}.{self.pulled.table}.parquet"
        pq.write_table(batch.rows, file)
        if self.progress:
            self.progress(self.pulled.table, batch.rows.num_rows)
        return file

    def _run(
        self, files: list[Path], place: Any, through: datetime | None, *, complete: bool = False
    ) -> None:
        asked = Import(self.pulled.table, files, self.pulled.mapping, complete, through, placed=False)

        def mark(writing: Writing) -> None:
            if place is not None:
                write_cursors(writing, self.source, {self.pulled.table: place})

        report = run(self.warehouse, self.calendar, asked, besides=mark)
        self.taken.add(report.table, _appended(report))
        self.taken.rejected += report.rejected

    def _keep_mark(self, through: datetime | None) -> None:
        """Say that a table is whole up to an instant, where nothing new was there."""
        row = import_row(fresh_id(), self.pulled.table, NOTHING, rejected=0, through=through)
        with self.warehouse.write() as writing:
            write_rows(writing, "imports", [row])

    def _tell_unplaced(self, asker: Asker) -> None:
        if count := unplaced(asker, self.pulled):
            problem = f"{count:,} rows have no {self.pulled.cursor} and are not read"
            note = Unused("row", self.pulled.table, self.pulled.table, problem, left_out=True)
            self.taken.unused.append(note)


def _appended(report: ImportReport) -> Appended:
    return Appended(
        rows=report.rows,
        new=report.new,
        changed=report.changed,
        unchanged=report.unchanged,
        buried=report.buried,
        repeated=report.repeated,
        erased=report.erased,
    )
