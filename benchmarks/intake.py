"""Import against DuckDB copying the same files into a sorted table of the same columns."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb

import holdfast
from benchmarks.clock import in_turn, read_speed, say, timed
from benchmarks.exports import Exports, size_of
from benchmarks.results import Row
from benchmarks.sizes import Size
from holdfast import extensions
from holdfast.tables import TABLES, sql_type
from holdfast.warehouse.embedded import EXTENSIONS, Embedded
from holdfast.warehouse.layout import sorted_by

MOST = 3.0
EVENTS = TABLES["events"]
OURS, FILE, LAKE = "Holdfast", "DuckDB file", "DuckLake table"


@dataclass
class Steps:
    """When an import passed from one step to the next, as its progress told."""

    began: float = field(default_factory=perf_counter)
    at: dict[str, float] = field(default_factory=dict)

    def __call__(self, step: str, *_: int | None) -> None:
        """What an import calls: the step, and how far it is."""
        self.at.setdefault(step, perf_counter() - self.began)

    @property
    def staged(self) -> float:
        """Seconds until the files were read and validated."""
        return self.at["keeping"]

    @property
    def committed(self) -> float:
        """Seconds until the rows were stored for good."""
        return self.at["counting"]


def intake(size: Size, exports: Exports, scratch: Path) -> tuple[list[Row], list[str]]:
    """One row a format and kind of table, and notes on limits and on where the time goes."""
    rows, notes = [], []
    for kind, words in (("parquet", "Parquet"), ("csv", "CSV")):
        files = exports.events(kind)
        say(f"importing {words}: {size_of(files) / 2**20:.0f} MiB of events")
        steps: list[tuple[Steps, float]] = []
        sides: dict[str, Callable[[], float]] = {
            OURS: lambda files=files, steps=steps: _ours(files, exports, scratch, steps),  # type: ignore[misc]
            FILE: lambda files=files: _copied(files, scratch, into_lake=False),  # type: ignore[misc]
            LAKE: lambda files=files: _copied(files, scratch, into_lake=True),  # type: ignore[misc]
        }
        taken = in_turn(sides, size.imports)
        for other, most in ((FILE, MOST), (LAKE, None)):
            what = f"import of events, {words}"
            rows.append(Row(what, taken[OURS], f"{other}, sorted", taken[other], most))
        notes += _notes(words, files, steps)
    return rows, notes


def _ours(files: Sequence[Path], exports: Exports, scratch: Path, steps: list[tuple[Steps, float]]) -> float:
    folder = _emptied(scratch / "import")
    with holdfast.create(folder, currency=exports.currency) as space:
        watch = Steps()
        seconds, report = timed(
            lambda: space.import_files("events", files, through=exports.end, progress=watch)
        )
        if report.rejected or report.new != report.rows:
            raise SystemExit(f"The import was not plain: {report}")
    steps.append((watch, seconds - watch.committed))
    shutil.rmtree(folder)
    return watch.committed


def _copied(files: Sequence[Path], scratch: Path, *, into_lake: bool) -> float:
    """Seconds until DuckDB has copied the files, in the order that we keep events in."""
    folder = _emptied(scratch / "copied")
    con = duckdb.connect()
    con.execute("set TimeZone='UTC'")
    if into_lake:
        (folder / "data").mkdir()
        Embedded(folder).create()
        extensions.load(con, *EXTENSIONS)
        con.execute(f"attach 'ducklake:sqlite:{folder}/catalog.sqlite' as copied (data_inlining_row_limit 0)")
    else:
        con.execute(f"attach '{folder}/copied.duckdb' as copied")
    chosen = ", ".join(f"{_column(name)} as {name}" for name in EVENTS.column_names)
    query = f"select {chosen} from {_reader(files)} order by {sorted_by(EVENTS)}"
    seconds, _ = timed(lambda: con.execute(f"create table copied.events as {query}"))
    if not into_lake:
        seconds += timed(lambda: con.execute("checkpoint copied"))[0]
    con.close()
    shutil.rmtree(folder)
    return seconds


def _column(name: str) -> str:
    kind = sql_type(EVENTS.column(name).kind)
    return "cast(occurred_at as date)" if name == "stamped_on" else f"cast({name} as {kind})"


def _reader(files: Sequence[Path]) -> str:
    listed = ", ".join(f"'{file}'" for file in files)
    if files[0].suffix == ".parquet":
        return f"read_parquet([{listed}])"
    kinds = {c.name: sql_type(c.kind) for c in EVENTS.columns if c.name != "stamped_on"}
    with files[0].open(encoding="utf-8") as opened:
        header = opened.readline().strip().replace('"', "").split(",")
    columns = ", ".join(f"'{name}': '{kinds[name]}'" for name in header)
    return f"read_csv([{listed}], header = true, columns = {{{columns}}})"


def _notes(words: str, files: Sequence[Path], steps: Sequence[tuple[Steps, float]]) -> list[str]:
    staged = median(step.staged for step, _ in steps)
    kept = median(step.committed - step.staged for step, _ in steps)
    refresh = median(seconds for _, seconds in steps)
    largest = max(files, key=lambda file: file.stat().st_size)
    limit = size_of(files) / read_speed(largest)
    steps_told = f"{staged:.2f} s to read and validate, {kept:.2f} s to keep; timelines {refresh:.2f} s"
    read = f"{size_of(files) / 2**20:.0f} MiB at the measured reading speed, {limit:.2f} s"
    return [f"Import, {words}: {steps_told}.", f"Import, {words}, physical limit: {read}."]


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
