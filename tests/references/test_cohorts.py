"""Cohorts of an online shop equal the published ones: users by the month of their first purchase."""

from __future__ import annotations

import csv
from pathlib import Path

import holdfast


def test_shop_cohort_of_december_2010(tmp_path: Path, data: Path) -> None:
    """The published row counts a missing id as one customer; here an act of nobody is nobody's."""
    with (data / "cohorts" / "online_cohorts.csv").open(newline="") as opened:
        bought = [(row["CustomerID"], row["InvoiceDate"]) for row in csv.DictReader(opened)]
    events = tmp_path / "events.csv"
    lines = [f"{n},{who},bought,{day}T12:00:00Z" for n, (who, day) in enumerate(bought)]
    events.write_text("\n".join(["event_id,user_id,name,occurred_at", *lines]) + "\n")
    with holdfast.create(tmp_path / "space") as space:
        space.import_files("events", [events])
        cells = space.kpis(["cohort_retention.users"], first="2010-12", last="2010-12")
    active = {int(cell.of["age"]): cell.numerator for cell in cells if cell.value is not None}
    assert [active[age] for age in range(4)] == [948, 362, 317, 367]
