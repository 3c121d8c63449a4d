"""Survival of public data sets equals the results published, counted from phases with dates.

Both files say how long somebody was seen and whether they left, and name no day. Here everybody
who stayed is seen until 1 January 2020, and who left did so a month before.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from lifelines import KaplanMeierFitter

import holdfast
from holdfast.flow import Workspace

END = date(2020, 1, 1)
PHASES = [
    "phase_id",
    "subscription_id",
    "account_id",
    "plan",
    "start_at",
    "end_at",
    "status",
    "currency",
    "unit_amount",
    "interval",
]


@dataclass(frozen=True)
class Seen:
    """Somebody watched for so many whole months, who then had left or not."""

    who: str
    months: int
    left: bool
    traits: dict[str, str]


def before(months: int) -> date:
    """The day so many months before the last one."""
    whole = END.year * 12 + END.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def told(space: Workspace, folder: Path, seen: Iterable[Seen]) -> None:
    accounts: list[list[str]] = [["account_id", "created_at", "attributes"]]
    phases = [PHASES]
    for one in seen:
        start, end = before(one.months + one.left), before(1) if one.left else None
        accounts.append([one.who, f"{start}T00:00:00Z", json.dumps(one.traits)])
        ends = f"{end}T00:00:00Z" if end else ""
        phases.append(
            [one.who, one.who, one.who, "plan", f"{start}T00:00:00Z", ends, "active", "USD", "1", "month"]
        )
    for table, rows in (("accounts", accounts), ("subscription_phases", phases)):
        file = folder / f"{table}.csv"
        with file.open("w", newline="") as opened:
            csv.writer(opened).writerows(rows)
        space.import_files(table, [file], through=datetime(END.year, END.month, END.day))


def curve_of(space: Workspace, segment: str, *names: str) -> dict[str, tuple[object, object, object]]:
    """Value, those who left and those seen, by what was asked."""
    asked = space.kpis(list(names), first="2019-12", last="2019-12", segment=segment)
    return {
        figure.name + "".join(f"[{key}={value}]" for key, value in figure.of.items()): (
            figure.value,
            figure.numerator,
            figure.denominator,
        )
        for figure in asked
    }


def test_telco_month_to_month_with_internet(tmp_path: Path, data: Path) -> None:
    """Published: 3,351 customers, 1,556 of them lost, median 34 months, S(12) = .6950."""
    with (data / "telco" / "Telco-Customer-Churn.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    seen = [
        Seen(
            row["customerID"],
            int(row["tenure"]),
            row["Churn"] == "Yes",
            {"contract": row["Contract"], "internet": row["InternetService"]},
        )
        for row in rows
        if row["tenure"] != "0"
    ]
    with holdfast.create(tmp_path / "space") as space:
        told(space, tmp_path, seen)
        rule = "attributes.contract = Month-to-month and attributes.internet != No"
        found = curve_of(space, rule, "survival[months=12]", "survival.median")
    alive, lost, customers = found["survival[months=12]"]
    assert (lost, customers) == (1_556, 3_351)
    assert alive == pytest.approx(0.6950, abs=0.00005)
    assert found["survival.median"][0] == 34


def test_waltons_median(tmp_path: Path, data: Path) -> None:
    """Published with lifelines: 56 days of life in the middle; a day there is a month here."""
    with (data / "lifelines" / "waltons_dataset.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    seen = [
        Seen(str(place), int(float(row["T"])), row["E"] == "1", {"group": row["group"]})
        for place, row in enumerate(rows)
    ]
    with holdfast.create(tmp_path / "space") as space:
        told(space, tmp_path, seen)
        (whole,) = space.kpis(["survival.median"], first="2019-12", last="2019-12")
        by_group = space.kpis(["survival.median"], first="2019-12", last="2019-12", by=["attributes.group"])
    assert (whole.value, whole.denominator, whole.numerator) == (56, 163, 156)
    assert {figure.segment["attributes.group"]: figure.value for figure in by_group} == {
        group: of_lifelines([one for one in seen if one.traits["group"] == group])
        for group in ("miR-137", "control")
    }


def of_lifelines(seen: list[Seen]) -> float:
    fitted = KaplanMeierFitter().fit([one.months for one in seen], [one.left for one in seen])
    return float(fitted.median_survival_time_)
