"""Importing files: what is new, changed, gone or wrong, and that the same again changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import holdfast
from holdfast.errors import HoldfastError, UsageError
from holdfast.flow import ImportReport, Workspace
from tests.flow import exports

PRICES = {f"a{number}": "100" for number in range(8)}


def imported(
    space: Workspace, folder: Path, prices: Mapping[str, str] = PRICES, *, complete: bool = False
) -> ImportReport:
    file = exports.phases(folder / "phases.csv", prices)
    return space.import_files("subscription_phases", [file], complete=complete, through=datetime(2025, 4, 1))


def mrr(space: Workspace, known_at: datetime | None = None) -> Any:
    (figure,) = space.kpis(["mrr"], first="2025-03", last="2025-03", known_at=known_at)
    return figure.value


def newest(space: Workspace, table: str = "subscription_phases") -> datetime:
    recorded: datetime = space.records(table).recorded_at.max().to_pyarrow().as_py()
    return recorded


def count(table: Any) -> int:
    return int(table.count().to_pyarrow().as_py())


def test_the_same_file_twice_changes_nothing_and_says_so(space: Workspace, tmp_path: Path) -> None:
    exports.accounts(tmp_path / "accounts.csv", PRICES)
    space.import_files("accounts", [tmp_path / "accounts.csv"])
    first = imported(space, tmp_path)
    before = newest(space)
    again = imported(space, tmp_path)
    assert (first.rows, first.new) == (8, 8)
    assert (again.rows, again.new, again.changed, again.unchanged, again.buried) == (8, 0, 0, 8, 0)
    assert newest(space) == before
    assert count(space.records("imports")) == 3
    assert mrr(space) == 800
    assert space.check() == []


def test_a_changed_row_is_a_new_version_and_the_old_one_stays_known(space: Workspace, tmp_path: Path) -> None:
    imported(space, tmp_path)
    before = newest(space)
    report = imported(space, tmp_path, PRICES | {"a3": "150.5"})
    assert (report.new, report.changed, report.unchanged) == (0, 1, 7)
    assert (mrr(space), mrr(space, before)) == (850.5, 800)


def test_a_row_gone_from_a_complete_file_is_buried_and_may_return(space: Workspace, tmp_path: Path) -> None:
    imported(space, tmp_path)
    before, fewer = newest(space), {name: price for name, price in PRICES.items() if name != "a5"}
    assert imported(space, tmp_path, fewer).buried == 0
    assert imported(space, tmp_path, fewer, complete=True).buried == 1
    assert (mrr(space), mrr(space, before)) == (700, 800)
    assert imported(space, tmp_path, complete=True).changed == 1
    assert mrr(space) == 800


def test_rows_that_do_not_fit_are_kept_aside_with_their_place(space: Workspace, tmp_path: Path) -> None:
    report = imported(space, tmp_path, PRICES | {"a3": "much"})
    assert (report.rows, report.new, report.rejected) == (8, 7, 1)
    (row,) = space.rejects().to_pylist()
    assert (row["file"], row["row_number"], row["column"], row["value"]) == (
        "phases.csv",
        5,
        "unit_amount",
        "much",
    )
    assert row["problem"]
    assert row["wanted"]
    assert mrr(space) == 700


def test_the_same_rows_that_do_not_fit_wait_once(space: Workspace, tmp_path: Path) -> None:
    for _ in range(2):
        assert imported(space, tmp_path, PRICES | {"a3": "much"}).rejected == 1
    assert space.rejects().num_rows == 1


def test_mended_rows_are_taken_and_wait_no_more(space: Workspace, tmp_path: Path) -> None:
    imported(space, tmp_path, PRICES | {"a3": "much", "a4": "more"})
    out = tmp_path / "rejects.csv"
    assert space.write_rejects(out) == 2
    out.write_text(out.read_text().replace("much", "120"))
    (report,) = space.replay(out)
    assert (report.new, report.rejected) == (1, 1)
    assert [row["value"] for row in space.rejects().to_pylist()] == ["more"]
    assert space.rejects(open_only=False).num_rows == 3
    assert mrr(space) == 720


def test_a_folder_is_imported_and_counted_once(space: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    exports.accounts(folder / "accounts.csv", PRICES)
    exports.phases(folder / "subscription_phases.csv", PRICES)
    steps: list[str] = []
    reports = space.import_folder(folder, progress=lambda step, *_: steps.append(step))
    assert [(report.table, report.new) for report in reports] == [("accounts", 8), ("subscription_phases", 8)]
    assert steps.count("counting") == 2
    assert space.check() == []


def waiting(space: Workspace) -> list[tuple[str, int]]:
    return [(row["file"], row["row_number"]) for row in space.rejects().to_pylist()]


def strange(folder: Path) -> Path:
    """A file of phases with a status of its own and, in its last row, a price that is none."""
    file = exports.phases(folder / "phases.csv", PRICES | {"a7": "much"})
    file.write_text(file.read_text().replace("active", "running"))
    return file


def test_a_mapping_beside_the_file_is_read(space: Workspace, tmp_path: Path) -> None:
    file = strange(tmp_path)
    (tmp_path / "phases.toml").write_text('[values.status]\nrunning = "active"\n')
    report = space.import_files("subscription_phases", [file])
    assert (report.new, report.rejected) == (7, 1)


def test_a_row_waits_once_however_often_its_file_is_read(space: Workspace, tmp_path: Path) -> None:
    file, mapping = strange(tmp_path), tmp_path / "mended.toml"
    space.import_files("subscription_phases", [file])
    assert waiting(space) == [("phases.csv", place) for place in range(2, 10)]
    mapping.write_text('[values.status]\nrunning = "active"\n')
    space.import_files("subscription_phases", [file], mapping=mapping)
    assert waiting(space).count(("phases.csv", 9)) == 1


def test_rows_that_wait_are_taken_by_a_mended_mapping_or_dropped(space: Workspace, tmp_path: Path) -> None:
    file, mapping, out = strange(tmp_path), tmp_path / "mended.toml", tmp_path / "out.csv"
    space.import_files("subscription_phases", [file])
    mapping.write_text('[values.status]\nrunning = "active"\n')
    assert space.write_rejects(out) == 8
    (report,) = space.replay(out, mapping=mapping)
    assert (report.new, report.rejected) == (7, 1)
    assert waiting(space) == [("out.csv", 9)]
    assert space.write_rejects(out) == 1
    assert space.drop_rejects(out) == 1
    assert waiting(space) == []
    assert count(space.records("rejects")) == 9
    assert "account_months" not in {finding.table for finding in space.check()}


def test_the_memory_that_is_allowed_is_said_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holdfast.create(tmp_path / "small").close()
    monkeypatch.setenv("HOLDFAST_MEMORY", "much")
    with pytest.raises(UsageError, match="HOLDFAST_MEMORY cannot be 'much'"):
        holdfast.open(tmp_path / "small")
    monkeypatch.setenv("HOLDFAST_MEMORY", "60MB")
    file = exports.accounts(tmp_path / "accounts.csv", {f"{number:0200}": "" for number in range(150_000)})
    with holdfast.open(tmp_path / "small") as space:
        with pytest.raises(HoldfastError, match="Memory does not suffice for reading"):
            space.import_files("accounts", [file])
        assert count(space.records("accounts")) == 0
