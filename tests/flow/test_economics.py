"""Composed figures through a workspace: imported, explained, as of and as known at an instant."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import holdfast
from holdfast.errors import UsageError
from holdfast.flow import Workspace

THROUGH = datetime(2025, 5, 1)
NAMES = (
    "lifetime_value",
    "acquisition_cost",
    "ltv_to_cac",
    "cac_payback",
    "retention_cost",
    "retention_cost_ratio",
)


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def costs(folder: Path, cogs: int) -> Path:
    return write(
        folder,
        "costs",
        "cost_id,period_start,period_end,category,amount,currency",
        f"c1,2025-01-01,2026-01-01,cogs,{cogs},USD",
        "c2,2025-04-01,2025-05-01,sales_marketing,600,USD",
        "c3,2025-04-01,2025-05-01,cs_wages,110,USD",
    )


@pytest.fixture(scope="module")
def sold_once(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten customers since January, one of whom leaves in April, when two join; to be copied."""
    accounts = [f"a{n:02},2025-01-05T00:00:00Z" for n in range(12)]
    phases = [
        f"p{n:02},s{n:02},a{n:02},pro,2025-0{1 if n < 10 else 4}-10T12:00:00Z,"
        f"{'2025-04-20T12:00:00Z' if n == 0 else ''},active,USD,100,month"
        for n in range(12)
    ]
    head = "phase_id,subscription_id,account_id,plan,start_at,end_at,status,currency,unit_amount,interval"
    files = tmp_path_factory.mktemp("sold")
    folder = shutil.copytree(empty, files / "space")
    with holdfast.open(folder) as space:
        space.import_files("accounts", [write(files, "accounts", "account_id,created_at", *accounts)])
        space.import_files("subscription_phases", [write(files, "phases", head, *phases)], through=THROUGH)
        space.import_files("costs", [costs(files, 3650)], through=THROUGH)
    return folder


@pytest.fixture
def sold(sold_once: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace of these ten customers."""
    with holdfast.open(shutil.copytree(sold_once, tmp_path / "space")) as space:
        yield space


def april(
    space: Workspace, *names: str, as_of: datetime | None = None, known_at: datetime | None = None
) -> dict[str, float | str | None]:
    figures = space.kpis(names or NAMES, first="2025-04", last="2025-04", as_of=as_of, known_at=known_at)
    return {figure.name: figure.reason if figure.value is None else float(figure.value) for figure in figures}


def test_what_is_imported_is_counted(sold: Workspace) -> None:
    daily = 100 * (21 * 10 + 28 * 10 + 31 * 10 + 10 * (10 + 12 + 11))
    revenue = daily / 120 * 4
    lifetime = (10 + 10 + 10) / 1
    worth = 100 * (1 - 1200 / revenue) * lifetime
    found = april(sold)
    assert found["acquisition_cost"] == 300
    assert found["retention_cost"] == pytest.approx(110 / ((10 * 10 + 12 * 10 + 11 * 10) / 30))
    assert found["retention_cost_ratio"] == pytest.approx(110 / ((10 + 12 + 11) / 3 * 100))
    assert found["lifetime_value"] == pytest.approx(worth)
    assert found["ltv_to_cac"] == pytest.approx(worth / 300)
    assert found["cac_payback"] == pytest.approx(300 / (100 * (1 - 1200 / revenue)))


def test_as_known_before_a_correction_of_a_cost_and_of_the_margin(sold: Workspace, tmp_path: Path) -> None:
    old, then = april(sold), datetime.now(UTC).replace(tzinfo=None)
    sold.import_files("costs", [costs(tmp_path, 7300)], through=THROUGH)
    assert april(sold)["lifetime_value"] != old["lifetime_value"]
    assert april(sold, known_at=then) == old
    sold.set("gross_margin", "0.8")
    assert april(sold, "lifetime_value") == {"lifetime_value": pytest.approx(2400)}
    assert april(sold, known_at=then) == old


def test_as_of_an_instant_costs_count_up_to_it(sold: Workspace) -> None:
    (kept,) = sold.kpis(["retention_cost"], first="2025-04", last="2025-04", as_of=datetime(2025, 4, 11))
    assert kept.status == "provisional"
    assert float(kept.numerator or 0) == pytest.approx(110 / 3)
    assert april(sold, "lifetime_value", as_of=datetime(2025, 4, 11)) == {"lifetime_value": "no_churn"}


def test_each_part_is_explained(sold: Workspace) -> None:
    told = sold.explain("ltv_to_cac", "month", "2025-04")
    assert told.agrees
    assert told.rows.column_names[0] == "part"
    names = {
        "arpa",
        "goods_sold",
        "revenue_with_costs",
        "customer_lifetime",
        "acquisition_costs",
        "new_customers",
    }
    assert {part.name for part in told.figure.parts} == names == set(told.rows["part"].to_pylist())
    sold.set("gross_margin", "0.8")
    settled = sold.explain("lifetime_value", "month", "2025-04")
    assert settled.agrees
    without = [part.figure for part in settled.by_part() if not part.rows.num_rows]
    assert [(figure.name, str(figure.value)) for figure in without] == [("gross_margin", "0.8")]


def test_changes_are_told(sold: Workspace) -> None:
    figures = sold.kpis(["lifetime_value.revenue", "retention_cost"], first="2025-03", last="2025-04")
    changes = sold.changes(figures)
    assert {change.reason for each in changes.values() for change in each} <= {"undefined", "no_earlier"}
    worth = sold.kpis(["retention_cost_ratio"], first="2025-04", last="2025-04")
    assert worth[0].low is None


def test_purchases_are_counted_or_given_by_hand(sold: Workspace) -> None:
    name = "lifetime_value.seed_purchase"
    assert april(sold, name) == {name: "no_data"}
    given = {"purchase_value": "50000", "purchase_frequency": "3/month", "lifespan": "24months"}
    (worth,) = sold.kpis([name], first="2025-04", last="2025-04", given=given)
    assert worth.value == 3_600_000
    with pytest.raises(UsageError):
        sold.kpis([name], first="2025-04", last="2025-04", given=given | {"lifespan": "2"})


def test_the_whole_board_holds_them(sold: Workspace) -> None:
    named = {figure.name for figure in sold.kpis(first="2025-04", last="2025-04")}
    assert set(NAMES) <= named
