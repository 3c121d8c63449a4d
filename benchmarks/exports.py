"""The files that are imported: a simulated company's exports, whole and cut before its last days."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from benchmarks.clock import say, timed
from benchmarks.sizes import Size
from holdfast.company import Company, simulate

TABLES = (
    "plans", "fx_rates", "accounts", "users", "subscription_phases", "invoices", "invoice_lines", "events",
)  # fmt: skip
LAST_DAYS = 2
DONE = "done"

TOLD = {
    "plans": "timestamp '1970-01-01'",
    "fx_rates": "cast(day as timestamp)",
    "accounts": "coalesce(valid_from, created_at)",
    "users": "created_at",
    "subscription_phases": "start_at",
    "invoices": "issued_at",
    "invoice_lines": "issued_at",
    "events": "occurred_at",
}
"""When a row of each table is first told."""

AGAIN = {"subscription_phases": "end_at", "invoices": "paid_at"}
"""The instant that a row is told of once more: until then it is not known."""


@dataclass(frozen=True)
class Exports:
    """Where the files are: all of them, and the same cut at `cuts`, one part before each and one after."""

    folder: Path
    end: datetime
    currency: str

    @property
    def cuts(self) -> list[datetime]:
        """Midnights before the last days, the first of them first."""
        return [self.end - timedelta(days=days) for days in range(LAST_DAYS, 0, -1)]

    def events(self, kind: str) -> list[Path]:
        """The files of all events, one a month, as `parquet` or `csv`."""
        return sorted((self.folder / "whole").glob(f"events-*.{kind}"))

    def files(self, part: int, table: str) -> list[Path]:
        """The files of a table in a part: 0 before the first cut, then one part for each day."""
        return sorted((self.folder / f"part-{part}").glob(f"{table}[.-]*"))


def prepare(size: Size, data: Path) -> Exports:
    """The exports of a company of this size, from `data` where they are already."""
    folder = data / size.name
    company = simulate(size.accounts, size.months, events_per_account=size.events_per_account)
    exports = Exports(folder, company.end, company.currency)
    if (folder / DONE).exists():
        say(f"{folder} holds the exports already")
        return exports
    shutil.rmtree(folder, ignore_errors=True)
    say(f"writing the exports of {size.accounts:,} accounts over {size.months} months to {folder}")
    seconds, _ = timed(lambda: _write(company, folder / "whole"))
    say(f"written in {seconds:.0f} s; now the last days apart")
    _cut(exports)
    (folder / DONE).touch()
    return exports


def _write(company: Company, folder: Path) -> None:
    """The tables that are imported as Parquet, and the events of each month as Parquet and CSV."""
    folder.mkdir(parents=True)
    for name in TABLES[:-1]:
        pq.write_table(company.tables[name], folder / f"{name}.parquet", compression="zstd")
    for label, events in company.event_months():
        pq.write_table(events, folder / f"events-{label}.parquet", compression="zstd")
        pc_csv.write_csv(events, folder / f"events-{label}.csv")


def _cut(exports: Exports) -> None:
    bounds = [datetime(1, 1, 1), *exports.cuts, exports.end + timedelta(days=1)]
    con = duckdb.connect()
    con.execute("set TimeZone='UTC'")
    for part in range(len(bounds) - 1):
        (exports.folder / f"part-{part}").mkdir()
    for table in TABLES:
        con.execute(f"create temp view told as {_told(exports, table)}")
        for part, (since, until) in enumerate(pairwise(bounds)):
            file = exports.folder / f"part-{part}" / f"{table}.parquet"
            con.execute(f"copy ({_part(table, since, until)}) to '{file}' (format parquet, compression zstd)")
        con.execute("drop view told")
    con.close()
    _link_months(exports)


def _told(exports: Exports, table: str) -> str:
    """SQL for the rows of a table with `told_at`, of events only those of the last month."""
    whole = exports.folder / "whole"
    if table == "events":
        return f"select *, {TOLD[table]} as told_at from '{exports.events('parquet')[-1]}'"
    if table == "invoice_lines":
        bills = f"(select invoice_id, issued_at from '{whole}/invoices.parquet')"
        lines = f"'{whole}/{table}.parquet' l"
        return f"select l.*, {TOLD[table]} as told_at from {lines} join {bills} using (invoice_id)"
    return f"select *, {TOLD[table]} as told_at from '{whole}/{table}.parquet'"


def _part(table: str, since: datetime, until: datetime) -> str:
    """SQL for what is told in [since, until): new rows, and old ones of which more is known."""
    again = AGAIN.get(table)
    inside = f"told_at >= timestamp '{since}' and told_at < timestamp '{until}'"
    if again is None:
        return f"select * exclude (told_at) from told where {inside}"
    learnt = f"{again} >= timestamp '{since}' and {again} < timestamp '{until}'"
    known = f"case when {again} < timestamp '{until}' then {again} end as {again}"
    unpaid = f", case when paid_at >= timestamp '{until}' then 'open' else status end as status"
    replaced = known + (unpaid if table == "invoices" else "")
    return (
        f"select * exclude (told_at) replace ({replaced}) from told"
        f" where told_at < timestamp '{until}' and ({inside} or {learnt})"
    )


def _link_months(exports: Exports) -> None:
    """The months of events before the last go into the first part as they are."""
    for file in exports.events("parquet")[:-1]:
        (exports.folder / "part-0" / file.name).hardlink_to(file)


def size_of(files: Sequence[Path]) -> int:
    """Bytes of some files together."""
    return sum(file.stat().st_size for file in files)
