"""The company's files: the same bytes each time, plain values, faults where the list says."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from holdfast.company import simulate, write_exports
from holdfast.company.__main__ import main
from holdfast.errors import UsageError
from holdfast.tables import TABLES


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_exports(simulate(200, 5, seed=9, faults=True), tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    write_exports(simulate(200, 5, seed=10), tmp_path / "other")
    assert digests(tmp_path / "other")["accounts.csv"] != digests(tmp_path / "one")["accounts.csv"]


def test_files_are_named_after_tables_and_hold_every_row(tmp_path: Path) -> None:
    company = simulate(300, 6, seed=2)
    written = write_exports(company, tmp_path)
    assert len(written) == len(company.tables) + 2 + 6 + len(company.truth)
    for name, table in company.tables.items():
        assert name in TABLES
        assert len(read(tmp_path / f"{name}.csv")) == table.num_rows
    assert {file.name for file in written if file.suffix == ".toml"} == {
        "costs.toml",
        "survey_responses.toml",
    }
    months = [pq.read_table(tmp_path / f"events-{label}.parquet") for label, _ in company.event_months()]
    assert sum(month.num_rows for month in months) == company.events().num_rows


def test_money_is_plain_and_instants_are_utc(tmp_path: Path) -> None:
    write_exports(simulate(300, 6, seed=2), tmp_path)
    phase = next(row for row in read(tmp_path / "subscription_phases.csv") if row["currency"] == "EUR")
    assert phase["unit_amount"].partition(".")[2] == "00"
    assert phase["start_at"].endswith("Z")
    rates = read(tmp_path / "fx_rates.csv")
    assert not any("E" in row["rate"] for row in rates)
    assert not any("E" in row["opening_mrr"] for row in read(tmp_path / "truth" / "months.csv"))


def test_events_may_be_csv_and_other_formats_are_refused(tmp_path: Path) -> None:
    company = simulate(50, 2, seed=1)
    write_exports(company, tmp_path, formats={"events": "csv", "payments": "parquet"})
    assert (tmp_path / "events-2024-02.csv").exists()
    assert pq.read_table(tmp_path / "payments.parquet").equals(company.tables["payments"])
    with pytest.raises(UsageError):
        write_exports(company, tmp_path, formats={"events": "xlsx"})
    with pytest.raises(UsageError):
        write_exports(simulate(50, 2, faults=True), tmp_path, formats={"invoices": "parquet"})


def test_every_fault_stands_where_the_list_says(tmp_path: Path) -> None:
    write_exports(simulate(300, 8, seed=2, faults=True), tmp_path)
    faults = read(tmp_path / "truth" / "faults.csv")
    assert len({fault["fault"] for fault in faults}) >= 11
    for fault in faults:
        rows = read(tmp_path / fault["file"])
        row = rows[int(fault["row"]) - 2]
        assert row[next(iter(row))] == fault["row_id"]
        if fault["column"]:
            assert row[fault["column"]] == fault["value"]


def test_a_late_correction_puts_right_what_the_months_before_it_have_wrong() -> None:
    company = simulate(400, 8, seed=2, faults=True)
    right = {row["phase_id"]: row for row in company.late["subscription_phases"].to_pylist()}
    wrong = {row["phase_id"]: row for row in company.tables["subscription_phases"].to_pylist()}
    assert len(right) == 3
    assert all(wrong[phase]["quantity"] == row["quantity"] + 10 for phase, row in right.items())
    before, after = company.truth["months_before_correction"], company.truth["months"]
    assert sum(before["new"].to_pylist()) + sum(before["expansion"].to_pylist()) > sum(
        after["new"].to_pylist()
    ) + sum(after["expansion"].to_pylist())
    assert after.equals(simulate(400, 8, seed=2).truth["months"])


def test_the_module_writes_a_company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--accounts", "60", "--months", "2", "--faults", "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "truth" / "faults.csv").exists()
    assert "files written" in capsys.readouterr().out
    assert main(["--accounts", "0", "--out", str(tmp_path / "none")]) == 2
    assert "at least one account" in capsys.readouterr().err
