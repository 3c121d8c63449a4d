"""Figures of public data sets equal the results published for them, each under the definition
that gives it."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

import holdfast
from holdfast.flow import Workspace

PACKAGE_CURRENCY = "GBP"


def values(space: Workspace, names: list[str], grain: str, label: str) -> dict[str, tuple[object, object]]:
    """Numerator and denominator of each metric in one period."""
    figures = space.kpis(names, grain=grain, first=label, last=label)
    return {figure.name: (figure.numerator, figure.denominator) for figure in figures}


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return holdfast.create(tmp_path / "space")


def test_ravenstack_september_under_the_latest_subscription(
    space: Workspace, data: Path, examples: Path
) -> None:
    mapping = examples / "ravenstack"
    space.import_files("accounts", [data / "ravenstack" / "accounts.csv"], mapping=mapping / "accounts.toml")
    space.import_files(
        "subscription_phases",
        [data / "ravenstack" / "subscriptions.csv"],
        mapping=mapping / "subscriptions.toml",
    )
    assert values(space, ["mrr"], "month", "2024-08")["mrr"][0] == 5_120_881
    space.set("rules.subscriptions", "latest")
    moved = [f"mrr_{kind}.period_net" for kind in ("new", "reactivation", "expansion", "contraction")]
    found = values(space, ["mrr", *moved], "month", "2024-09")
    assert values(space, ["mrr"], "month", "2024-08")["mrr"][0] == 854_131
    new, back, expansion, contraction = (found[name][0] for name in moved)
    assert isinstance(new, Decimal)
    assert isinstance(back, Decimal)
    assert new + back == 122_497
    assert (expansion, contraction) == (229_455, 201_852)


def test_socialnet7_march_from_the_state_on_the_first(space: Workspace, data: Path, examples: Path) -> None:
    folder, mapping = data / "socialnet7", examples / "socialnet7"
    space.import_files(
        "subscription_phases", [folder / "subscription.csv"], mapping=mapping / "subscription.toml"
    )
    names = ["net_revenue_retention", "customer_churn_rate"]
    found = values(space, names, "trailing_31_days", "2020-04-01")
    assert found["net_revenue_retention"] == (11_990, 12_350)
    assert found["customer_churn_rate"] == (36, 1_235)


def test_subscription_box_costs_of_a_year(space: Workspace, data: Path, tmp_path: Path) -> None:
    folder = data / "subscription_box"
    phases = tmp_path / "phases.csv"
    phases.write_text(
        "\n".join(
            [
                "phase_id,subscription_id,account_id,plan,start_at,status,currency,unit_amount,interval,interval_count",
                *_phases(folder),
            ]
        )
    )
    space.set("currency", PACKAGE_CURRENCY)
    space.import_files("subscription_phases", [phases])
    explained = space.explain("arr", "month", "2024-01")
    found = {row["account_id"]: row["numerator"] for row in explained.rows.to_pylist()}
    published = _rows(folder / "expected_output_01.csv")
    wanted = {row["Name"]: Decimal(row["Subscription Cost (Per Annum)"]) for row in published}
    assert {name: round(cost, 6) for name, cost in found.items()} == wanted


def _phases(folder: Path) -> list[str]:
    intervals = {"week": "week,1", "month": "month,1", "quarter": "month,3", "year": "year,1"}
    frequency = {
        r["Subscription Frequency"]: intervals[r["Frequency"]] for r in _rows(folder / "input_01.csv")
    }
    prices = {r["Subscription Package"]: r["Price"] for r in _rows(folder / "expected_output_02.csv")}
    orders = _rows(folder / "input_03.csv")
    return [
        f"{place}-{package},{place}-{package},{row['Name']},{package},2024-01-01T00:00:00Z,active,"
        f"{PACKAGE_CURRENCY},{prices[package]},{frequency[row['Frequency']]}"
        for place, row in enumerate(orders)
        for package in row["Packages"].split("|")
    ]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as opened:
        return list(csv.DictReader(opened))
