"""An experiment from its plan to its verdict, on a company whose accounts are told to leave or stay."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import holdfast
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from tests.oracle.intervals import newcombe

START, DAYS = datetime(2025, 6, 1), 60
COLUMNS = "phase_id subscription_id account_id plan start_at end_at status currency unit_amount interval"


def told(space: Workspace, folder: Path, ends: dict[str, datetime], through: datetime) -> None:
    rows: list[list[object]] = [[*COLUMNS.split()]]
    for number in range(80):
        name = f"a{number:02}"
        end = f"{ends[name].isoformat()}Z" if name in ends else ""
        plan, price = ("pro", 100 + number) if number % 2 else ("basic", 10 + number)
        rows.append([name, name, name, plan, "2025-01-01T00:00:00Z", end, "active", "USD", price, "month"])
    file = folder / "subscription_phases.csv"
    with file.open("w", newline="") as opened:
        csv.writer(opened).writerows(rows)
    space.import_files("subscription_phases", [file], through=through)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("experiment")


@pytest.fixture(scope="module")
def space(folder: Path) -> Iterator[Workspace]:
    with holdfast.create(folder / "space") as made:
        rows = [["account_id", "created_at"], *[[f"a{n:02}", "2025-01-01T00:00:00Z"] for n in range(80)]]
        with (folder / "accounts.csv").open("w", newline="") as opened:
            csv.writer(opened).writerows(rows)
        made.import_files("accounts", [folder / "accounts.csv"], through=START)
        told(made, folder, {"a00": datetime(2025, 5, 1)}, START)
        yield made


def test_from_plan_to_verdict(space: Workspace, folder: Path) -> None:
    plan = space.experiments.plan(days=DAYS)
    assert (plan.accounts, plan.starts, plan.verdict_at) == (79, START, START + timedelta(days=DAYS))
    assert plan.stayed == pytest.approx(79 / 80)
    assert plan.detectable is not None
    made, _ = space.experiments.start("A call", days=DAYS, least=0.05, salt="s")
    arms = space.experiments.arms(made.experiment_id)
    assert "a00" not in arms
    assert abs(Counter(arms.values())["control"] - 39.5) < 4
    with pytest.raises(UsageError, match="already"):
        space.experiments.start("A call")
    first = space.experiments.read("A call")
    assert (first.verdict, first.always.leavings, first.effect) == ("cannot_tell", 0, None)
    control = sorted(each for each, arm in arms.items() if arm == "control")
    treated = sorted(each for each, arm in arms.items() if arm == "treated")
    ends = {each: START + timedelta(days=2 + n) for n, each in enumerate(control[:20])}
    ends |= {treated[0]: START + timedelta(days=59), treated[1]: START + timedelta(days=60)}
    told(space, folder, {**ends, "a00": datetime(2025, 5, 1)}, START + timedelta(days=12))
    early = space.experiments.read("A call")
    assert early.effect is None
    assert (early.control.stayed, early.treated.stayed) == (len(control) - 9, len(treated))
    told(space, folder, {**ends, "a00": datetime(2025, 5, 1)}, START + timedelta(days=90))
    last = space.experiments.read(made.experiment_id[:6])
    assert last.effect is not None
    low, high = newcombe(len(treated) - 1, len(treated), len(control) - 20, len(control))
    assert (last.effect.low, last.effect.high) == pytest.approx((low, high))
    assert (last.verdict, last.is_over) == ("works", True)
    assert last.always.high < early.always.high <= float("inf")
    with pytest.raises(UsageError, match="No experiment"):
        space.experiments.read("Another")
