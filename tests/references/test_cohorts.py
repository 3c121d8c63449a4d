"""Cohorts of an online shop equal the published ones: users by the month of their first purchase."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import holdfast
from holdfast.collect import Mapping

NOBODY = """
[columns]
event_id = { text = "purchase-{row_number}" }
user_id = { when = { column = "CustomerID", filled = true }, then = { column = "CustomerID" }, \
otherwise = "nobody" }
occurred_at = "InvoiceDate"
[constants]
name = "bought"
"""


def test_shop_cohort_of_december_2010(tmp_path: Path, data: Path, examples: Path) -> None:
    """An act of nobody is nobody's: 948 362 317 367, and every later cohort as counted by hand."""
    file = data / "cohorts" / "online_cohorts.csv"
    mapping = Mapping.from_toml((examples / "online_cohorts" / "events.toml").read_text())
    found = counted(tmp_path, file, mapping)
    assert [found["2010-12", age] for age in range(4)] == [948, 362, 317, 367]
    assert found == by_hand(file)


def test_shop_cohort_as_published_counts_missing_ids_as_one_customer(tmp_path: Path, data: Path) -> None:
    """949 363 318 368: a mapping that gives the missing id a name counts as they do."""
    found = counted(tmp_path, data / "cohorts" / "online_cohorts.csv", Mapping.from_toml(NOBODY))
    assert [found["2010-12", age] for age in range(4)] == [949, 363, 318, 368]


def counted(folder: Path, file: Path, mapping: Mapping) -> dict[tuple[str, int], int]:
    """Customers that bought, by cohort and age, where there are any."""
    with holdfast.create(folder / "space") as space:
        space.import_files("events", [file], mapping=mapping)
        cells = space.kpis(["cohort_retention.users"], first="2010-12", last="2011-12")
    return {(cell.period_label, int(cell.of["age"])): int(cell.numerator) for cell in cells if cell.numerator}


def by_hand(file: Path) -> dict[tuple[str, int], int]:
    """The same in plain Python, without the month in whose middle the file ends: it is pending."""
    months = defaultdict(set)
    with file.open(newline="") as opened:
        for row in csv.DictReader(opened):
            if row["CustomerID"]:
                year, month, _ = row["InvoiceDate"].split("-")
                months[row["CustomerID"]].add(int(year) * 12 + int(month) - 1)
    found: dict[tuple[str, int], int] = defaultdict(int)
    for bought in months.values():
        first = min(bought)
        for month in bought - {2011 * 12 + 11}:
            found[f"{first // 12}-{first % 12 + 1:02}", month - first] += 1
    return dict(found)
