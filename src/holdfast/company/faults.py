"""Known faults planted in the exports, each with what an importer or a check should make of it.

Every fault is a row of its own at the end of a file, on an internal account where it could
touch a figure, so that the truth of the months stays true. Only the late correction changes
figures: until it is imported, the months are those of `months_before_correction`.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

REJECTED, LAST_HOLDS, NOTHING, FINDING, CHANGES = (
    "rejected",
    "last_row_holds",
    "nothing",
    "finding",
    "new_version",
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One planted fault: where it stands and what should be said.

    `row` counts the file's rows from 1, the header being row 1. `outcome` is rejected (the
    import keeps the row aside, naming `column`), last_row_holds, nothing, finding (a check
    called `says` lists `row_id`), or new_version.
    """

    fault: str
    file: str
    row: int
    row_id: str
    column: str
    value: str
    outcome: str
    says: str


@dataclass(frozen=True)
class Planting:
    """A kind of fault: the table, how a good row is spoiled, and what should come of it."""

    fault: str
    table: str
    column: str
    spoil: Callable[[Row], Row]
    outcome: str
    says: str


def changed(**values: str) -> Callable[[Row], Row]:
    """A spoiler that puts values in place of the row's own."""
    return lambda row: row | values


def _backwards(row: Row) -> Row:
    return row | {"start_at": "2024-06-10 00:00:00Z", "end_at": "2024-05-10 00:00:00Z", "status": "active"}


def _first_year(row: Row) -> Row:
    return row | {"start_at": "2024-01-05 00:00:00Z", "end_at": "2024-03-05 00:00:00Z", "status": "active"}


def _inside(row: Row) -> Row:
    return _first_year(row) | {"start_at": "2024-02-01 00:00:00Z"}


NONE_KNOWN, NO_NUMBER, NO_CURRENCY = "none of the values known", "not a number", "not a currency"
EMPTY, NO_MOMENT, NO_DAY = "empty, but required", "not a moment in time", "not a day"
UNKNOWN = "unknown_reference"
PHASES, NOWHERE, FAR_AHEAD = "subscription_phases", "a999999999", "2150-01-01 00:00:00Z"
PLANTINGS = (
    Planting("unknown_enum", PHASES, "status", changed(status="cancelled"), REJECTED, NONE_KNOWN),
    Planting("unknown_enum", "payments", "status", changed(status="declined"), REJECTED, NONE_KNOWN),
    Planting("decimal_comma", "invoices", "total", changed(total="1.249,90"), REJECTED, NO_NUMBER),
    Planting("decimal_comma", PHASES, "unit_amount", changed(unit_amount="49,90"), REJECTED, NO_NUMBER),
    Planting("wrong_currency", "invoices", "currency", changed(currency="US$"), REJECTED, NO_CURRENCY),
    Planting("wrong_currency", PHASES, "currency", changed(currency="ZZZ"), REJECTED, NO_CURRENCY),
    Planting("missing_required", "payments", "account_id", changed(account_id=""), REJECTED, EMPTY),
    Planting("missing_required", PHASES, "plan", changed(plan=""), REJECTED, EMPTY),
    Planting(
        "bad_date", "tickets", "created_at", changed(created_at="2024-02-30 10:00"), REJECTED, NO_MOMENT
    ),
    Planting("bad_date", "tickets", "created_at", changed(created_at="31/12/2024"), REJECTED, NO_MOMENT),
    Planting("bad_date", "fx_rates", "day", changed(day="yesterday"), REJECTED, NO_DAY),
    Planting("end_before_start", PHASES, "end_at", _backwards, FINDING, "impossible_dates"),
    Planting("overlapping_phases", PHASES, "start_at", _first_year, NOTHING, "the phase overlapped"),
    Planting("overlapping_phases", PHASES, "start_at", _inside, FINDING, "overlapping_phases"),
    Planting("future_date", "tickets", "created_at", changed(created_at=FAR_AHEAD), FINDING, "future_date"),
    Planting("orphan_account", "tickets", "account_id", changed(account_id=NOWHERE), FINDING, UNKNOWN),
    Planting("orphan_account", "touchpoints", "account_id", changed(account_id=NOWHERE), FINDING, UNKNOWN),
)
PLANTED_IN = (*dict.fromkeys(planting.table for planting in PLANTINGS), "accounts", "users")


def plant(folder: Path, internal_account: str) -> list[Fault]:
    """Adds the faulty rows to the CSV files of `folder`; `internal_account` takes those about money."""
    planted = []
    for table in dict.fromkeys(planting.table for planting in PLANTINGS):
        sheet = Sheet(folder / f"{table}.csv")
        for number, planting in enumerate(PLANTINGS):
            if planting.table == table:
                row = planting.spoil(sheet.model(internal_account, number, planting.fault))
                planted.append(sheet.add(planting, row))
    return planted + _repeats(folder)


def corrections(rows: pa.Table) -> list[Fault]:
    """What the late file says: each of its rows puts right one that the main file has wrong."""
    return [
        Fault(
            "late_correction",
            "late/subscription_phases.csv",
            number + 2,
            row["phase_id"],
            "quantity",
            str(int(row["quantity"])),
            CHANGES,
            "changed",
        )
        for number, row in enumerate(rows.to_pylist())
    ]


def _repeats(folder: Path) -> list[Fault]:
    """A key twice with another industry, and a whole row twice."""
    accounts, users = Sheet(folder / "accounts.csv"), Sheet(folder / "users.csv")
    twice = Planting(
        "duplicate_id", "accounts", "industry", changed(industry="aviation"), LAST_HOLDS, "repeated"
    )
    again = Planting("duplicated_row", "users", "", changed(), NOTHING, "repeated")
    return [
        accounts.add(twice, twice.spoil(accounts.rows[-1])),
        users.add(again, again.spoil(users.rows[-1])),
    ]


class Sheet:
    """A CSV file that rows are added to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            self.rows = list(reader)
            self.columns = list(reader.fieldnames or ())
        self.count = len(self.rows) + 1

    def model(self, account: str, number: int, fault: str) -> Row:
        """A sound row under an id of its own; a phase is of a subscription of its own on `account`."""
        row: Row = self.rows[-1] | {self.columns[0]: f"{fault}-{number}"}
        if "account_id" in row:
            row["account_id"] = account
        for later in ("first_reply_at", "solved_at", "reopened_at"):
            row |= {later: ""} if later in row else {}
        if "subscription_id" in row and "start_at" in row:
            row |= {
                "subscription_id": f"s-{fault}",
                "discount_kind": "",
                "discount_amount": "",
                "discount_cycles": "",
            }
            row |= {"cancel_requested_at": "", "end_reason": "", "end_cause": "", "end_at": ""}
        return row

    def add(self, planting: Planting, row: Row) -> Fault:
        """Writes one row and tells where it stands."""
        with self.path.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, self.columns, lineterminator="\n").writerow(row)
        self.count += 1
        value = str(row.get(planting.column, ""))
        row_id = str(row[self.columns[0]])
        return Fault(
            planting.fault,
            self.path.name,
            self.count,
            row_id,
            planting.column,
            value,
            planting.outcome,
            planting.says,
        )


def write_list(faults: list[Fault], path: Path) -> Path:
    """Writes what was planted as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(Fault.__dataclass_fields__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(fault) for fault in faults)
    return path
