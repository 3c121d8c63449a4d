"""MRR, customer churn and NRR by plain SQL over the rows, told a third way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.oracle.days import Place

QUERY = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
COLUMNS = {
    "accounts": "account_id varchar, merged_into varchar, is_internal boolean, "
    "recorded_at timestamp, deleted boolean",
    "subscription_phases": "phase_id varchar, account_id varchar, subscription_id varchar, currency varchar, "
    "status varchar, start_at timestamp, end_at timestamp, unit_amount decimal(38, 9), "
    "quantity decimal(38, 9), interval varchar, interval_count integer, discount_kind varchar, "
    "discount_cycles integer, discount_amount decimal(38, 9), recorded_at timestamp, deleted boolean",
    "invoices": "invoice_id varchar, subscription_id varchar, issued_at timestamp, due_at timestamp, "
    "paid_at timestamp, status varchar",
    "fx_rates": "day date, base varchar, quote varchar, rate decimal(38, 12)",
    "periods": "label varchar, opens timestamp, closes timestamp, closes_rated date, window_rated date",
}


@dataclass(frozen=True)
class Board:
    """The few figures that the query gives of one period."""

    mrr: float
    opening: int
    lost: int
    base: float | None
    kept: float

    @property
    def churn(self) -> float | None:
        """Lost customers over opening ones."""
        return self.lost / self.opening if self.opening else None

    @property
    def nrr(self) -> float | None:
        """Closing over opening MRR of the opening accounts."""
        return self.kept / self.base if self.base else None


def boards(
    records: Mapping[str, Sequence[Mapping[str, Any]]], zone: str, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Board]:
    """The figures of some periods, each a grain and a label, under the default rules, in USD."""
    bounds = periods(zone, wanted)
    rated = {row[name] for row in bounds for name in row if name.endswith("rated")}
    tables = {table: records.get(table, ()) for table in COLUMNS} | {"periods": bounds}
    tables["fx_rates"] = [row for row in tables["fx_rates"] if row["day"] in rated]
    with duckdb.connect() as con:
        for table, columns in COLUMNS.items():
            con.execute(f"create table {table} ({columns})")
            names = re.findall(r"(\w+) (?:varchar|timestamp|date|decimal|integer|boolean)", columns)
            if tables[table]:
                fill(con, table, [[row.get(name) for name in names] for row in tables[table]])
        found = {label: Board(*rest) for label, *rest in con.execute(QUERY).fetchall()}
    return {pair: found[" ".join(pair)] for pair in wanted}


def fill(con: duckdb.DuckDBPyConnection, table: str, rows: list[list[Any]]) -> None:
    """Puts rows into a table, all in one statement."""
    places = ", ".join("(" + ", ".join("?" for _ in row) + ")" for row in rows)
    con.execute(f"insert into {table} values {places}", [value for row in rows for value in row])


def periods(zone: str, wanted: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """The bounds of each period, and the days whose rates value them."""
    place, rows = Place(zone), []
    for grain, label in wanted:
        window = place.period(grain, label)
        after = window.last_day + timedelta(days=1)
        rows.append(
            {
                "label": f"{grain} {label}",
                "opens": window.start,
                "closes": window.end,
                "closes_rated": after.replace(day=1) - timedelta(days=1),
                "window_rated": window.first_day - timedelta(days=1),
            }
        )
    return rows
