"""The files that are imported: a simulated company's exports, whole and cut before some of its days."""

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
    "plans", "fx_rates", "accounts", "users", "subscription_phases", "invoices", "invoice_lines", "payments",
    "payment_methods", "trials", "contracts", "costs", "tickets", "ticket_replies", "survey_invitations",
    "survey_responses", "events",
)  # fmt: skip
"""What the default metrics read; events last."""
LAST_DAYS = 2
HISTORIES = (6, 12)
"""Months of history after which a day's news is timed too, besides at the end."""

DONE = "done"

TOLD = {
    "plans": "timestamp '1970-01-01'",
    "fx_rates": "cast(day as timestamp)",
    "accounts": "coalesce(valid_from, created_at)",
    "users": "created_at",
    "subscription_phases": "start_at",
    "invoices": "issued_at",
    "invoice_lines": "issued_at",
    "payments": "attempted_at",
    "payment_methods": "timestamp '1970-01-01'",
    "trials": "started_at",
    "contracts": "term_start",
    "costs": "cast(period_end as timestamp)",
    "tickets": "created_at",
    "ticket_replies": '"at"',
    "survey_invitations": "sent_at",
    "survey_responses": "answered_at",
    "events": "occurred_at",
}
"""When a row of each table is first told."""

AGAIN = {"subscription_phases": "end_at", "invoices": "paid_at", "tickets": "solved_at"}
"""The instant that a row is told of once more: until then it is not known."""


@dataclass(frozen=True)
class Exports:
    """Where the files are: whole, and the same in parts, each of what is told until one of `stops`."""

    folder: Path
    start: datetime
    end: datetime
    currency: str

    @property
    def marks(self) -> list[datetime]:
        """When so much history is there as `HISTORIES` says, and the end."""
        found = [add_months(self.start, months) for months in HISTORIES]
        return [mark for mark in found if mark < self.end] + [self.end]

    @property
    def stops(self) -> list[datetime]:
        """The last midnights before each mark, so that a day's news is a part; then the end."""
        days = range(LAST_DAYS, 0, -1)
        return [mark - timedelta(days=back) for mark in self.marks for back in days] + [self.end]

    def part(self, until: datetime) -> Path:
        """The folder of what is told in the part that ends then."""
        return self.folder / f"until-{until:%Y-%m-%d}"

    def events(self, kind: str) -> list[Path]:
        """The files of all events, one a month, as `parquet` or `csv`."""
        return sorted((self.folder / "whole").glob(f"events-*.{kind}"))


def prepare(size: Size, data: Path) -> Exports:
    """The exports of a company of this size, from `data` where they are already."""
    folder = data / size.name
    company = simulate(size.accounts, size.months, events_per_account=size.events_per_account)
    exports = Exports(folder, company.start, company.end, company.currency)
    done = folder / DONE
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
    missing = [name for name in TABLES if name not in _written(done)]
    if missing:
        say(f"writing the exports of {size.accounts:,} accounts over {size.months} months to {folder}")
        seconds, _ = timed(lambda: _write(company, folder / "whole", missing))
        done.write_text("\n".join(TABLES), encoding="utf-8")
        say(f"written in {seconds:.0f} s")
    uncut = [name for name in TABLES if not (exports.part(exports.stops[-1]) / f"{name}.parquet").exists()]
    if uncut:
        say(f"cutting them into {len(exports.stops)} parts")
        _cut(exports, uncut)
    return exports


def _written(done: Path) -> Sequence[str]:
    """The tables that the folder holds whole."""
    return done.read_text(encoding="utf-8").split() if done.exists() else ()


def _write(company: Company, folder: Path, tables: Sequence[str]) -> None:
    """The tables that are imported as Parquet, and the events of each month as Parquet and CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in tables:
        if name != "events":
            pq.write_table(company.tables[name], folder / f"{name}.parquet", compression="zstd")
    for label, events in company.event_months() if "events" in tables else ():
        pq.write_table(events, folder / f"events-{label}.parquet", compression="zstd")
        pc_csv.write_csv(events, folder / f"events-{label}.csv")


def _cut(exports: Exports, tables: Sequence[str]) -> None:
    bounds = [datetime(1, 1, 1), *exports.stops[:-1], exports.end + timedelta(days=1)]
    con = duckdb.connect()
    con.execute("set TimeZone='UTC'")
    for until in exports.stops:
        exports.part(until).mkdir(exist_ok=True)
    for table in tables:
        for (since, until), stop in zip(pairwise(bounds), exports.stops, strict=True):
            con.execute(f"create or replace temp view told as {_told(exports, table, since, until)}")
            file = exports.part(stop) / f"{table}.parquet"
            con.execute(f"copy ({_part(table, since, until)}) to '{file}' (format parquet, compression zstd)")
        con.execute("drop view told")
    con.close()
    if "events" in tables:
        _link_months(exports)


def _told(exports: Exports, table: str, since: datetime, until: datetime) -> str:
    """SQL for the rows of a table with `told_at`, of events only those of months that are cut."""
    whole = exports.folder / "whole"
    if table == "events":
        cut = [file for file in exports.events("parquet") if _crosses(file, since, until)]
        return f"select *, {TOLD[table]} as told_at from read_parquet({[str(file) for file in cut]})"
    if table == "invoice_lines":
        bills = f"(select invoice_id, issued_at from '{whole}/invoices.parquet')"
        lines = f"'{whole}/{table}.parquet' l"
        return f"select l.*, {TOLD[table]} as told_at from {lines} join {bills} using (invoice_id)"
    return f"select *, {TOLD[table]} as told_at from '{whole}/{table}.parquet'"


def _crosses(file: Path, since: datetime, until: datetime) -> bool:
    """Whether some of a month's events lie between two instants, but not all."""
    month = _month_of(file)
    return month < until and add_months(month, 1) > since and not _inside(file, since, until)


def _inside(file: Path, since: datetime, until: datetime) -> bool:
    """Whether a month's events lie between two instants, all of them."""
    month = _month_of(file)
    return since <= month and add_months(month, 1) <= until


def _month_of(file: Path) -> datetime:
    return datetime.strptime(file.stem, "events-%Y-%m")


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
    """The months of events that no stop cuts go into their part as they are."""
    for since, until in pairwise([datetime(1, 1, 1), *exports.stops]):
        for file in exports.events("parquet"):
            link = exports.part(until) / file.name
            if _inside(file, since, until) and not link.exists():
                link.hardlink_to(file)


def add_months(midnight: datetime, months: int) -> datetime:
    """The first day of a month so many months later."""
    years, month = divmod(midnight.month - 1 + months, 12)
    return midnight.replace(year=midnight.year + years, month=month + 1)


def size_of(files: Sequence[Path]) -> int:
    """Bytes of some files together."""
    return sum(file.stat().st_size for file in files)
