"""How far records reach: what an import states holds in place of what was taken of the same files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import holdfast
from holdfast.flow import Workspace
from holdfast.metrics import Figure
from tests.flow import exports

HEADER = "phase_id,subscription_id,account_id,plan,start_at,end_at,status,currency,unit_amount,interval"
ROWS = (
    "p1,s1,a1,pro,2025-01-10T00:00:00Z,2025-06-10T00:00:00Z,active,USD,100,month",
    "p2,s2,a2,pro,2025-02-10T00:00:00Z,,active,USD,50,month",
)
PLANNED = datetime(2025, 6, 10, 0, 0, 0, 1)
STATED, EARLIER = datetime(2025, 4, 1), datetime(2025, 3, 1)


def phases(folder: Path, name: str = "phases.csv", rows: tuple[str, ...] = ROWS) -> Path:
    file = folder / name
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    return file


@pytest.fixture(autouse=True)
def _accounts(space: Workspace, tmp_path: Path) -> None:
    space.import_files("accounts", [exports.accounts(tmp_path / "accounts.csv", ["a1", "a2"])])


def taken(space: Workspace, file: Path, through: datetime | None = None) -> datetime:
    space.import_files("subscription_phases", [file], through=through)
    return space.whole_until()["subscription_phases"]


def test_the_last_instant_is_taken_until_another_is_stated(space: Workspace, tmp_path: Path) -> None:
    file = phases(tmp_path)
    assert taken(space, file) == PLANNED
    assert space.kpis("mrr")[-1].period_label == "2025-06"
    before = space.records("imports").recorded_at.max().to_pyarrow().as_py()
    assert taken(space, file, STATED) == STATED
    assert space.kpis("mrr")[-1].period_label == "2025-03"
    assert space.whole_until(before)["subscription_phases"] == PLANNED
    assert space.check() == []


def test_figures_counted_by_a_later_end_are_counted_again(space: Workspace, tmp_path: Path) -> None:
    file = phases(tmp_path)
    taken(space, file)

    def customers(*, anew: bool = False) -> list[Figure]:
        return space.kpis("customers", first="2025-01", last="2025-07", anew=anew)

    assert [figure.status for figure in customers()] == ["final"] * 5 + ["provisional"] * 2
    taken(space, file, STATED)
    told = customers()
    assert [figure.reason for figure in told] == [None] * 3 + ["no_data"] * 4
    assert told == customers(anew=True)
    taken(space, file, datetime(2025, 6, 1))
    assert customers() == customers(anew=True)
    assert space.check() == []


def test_a_statement_of_one_file_leaves_another_alone(space: Workspace, tmp_path: Path) -> None:
    taken(space, phases(tmp_path))
    assert taken(space, phases(tmp_path, "older.csv", ROWS[1:]), EARLIER) == PLANNED


def test_the_last_statement_of_a_file_holds_and_a_file_read_again_reaches_on(
    space: Workspace, tmp_path: Path
) -> None:
    file = phases(tmp_path)
    assert taken(space, file, datetime(2026, 1, 1)) == datetime(2026, 1, 1)
    assert taken(space, file, STATED) == STATED
    assert taken(space, file) == PLANNED


@pytest.mark.parametrize(("zone", "day"), [("UTC", "2025-04-02"), ("Asia/Tehran", "2025-04-03")])
def test_the_command_says_what_ends_are_only_planned(tmp_path: Path, zone: str, day: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    phases(folder, "subscription_phases.csv")
    (folder / "payments.csv").write_text(
        "payment_id,invoice_id,account_id,attempted_at,status,amount,currency\n"
        "t1,i1,a1,2025-04-02T21:00:00Z,succeeded,100,USD\n"
    )
    holdfast.create(tmp_path / "there", zone=zone).close()
    told = exports.holdfast("import", "--folder", folder, "-w", tmp_path / "there").communicate()
    said = " ".join("".join(told).split())
    assert "reach to 2025-06-10 00:00 UTC" in said
    assert "nothing has happened in them after 2025-04-02 21:00" in said
    assert f"--through {day}:" in said
