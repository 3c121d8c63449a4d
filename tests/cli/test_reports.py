"""Reports from the shell: kept, closed, restated, written to files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

import holdfast
from tests.cli.shell import holdfast as holdfast_
from tests.cli.test_a_turn import exactly, made, own, run

__all__ = ["made", "own"]


def test_a_report_is_written_to_a_file(own: Path, tmp_path: Path) -> None:
    asked = ("report", "mrr", "--from", "2025-02", "--to", "2025-03", "-w", own)
    said = run(*asked, "--format", "json", "-o", tmp_path / "march.json")
    assert f"Wrote {tmp_path / 'march.json'}." in said
    assert [row["value"] for row in exactly((tmp_path / "march.json").read_text())] == [170, 120]
    run(*asked, "--format", "csv", "-o", tmp_path / "march.csv")
    assert (tmp_path / "march.csv").read_text().startswith("metric,variant,grain")
    said = run(*asked, "--format", "xlsx", "--lang", "fa", "-o", tmp_path / "march.xlsx")
    assert f"Wrote {tmp_path / 'march.xlsx'}." in said
    assert (tmp_path / "march.xlsx").read_bytes().startswith(b"PK")
    assert "not written as xlsx" in run("report", "--list", "--format", "xlsx", "-w", own, code=2)
    for form in ("csv", "xlsx"):
        assert "cannot be written" in run(*asked, "--format", form, "-o", tmp_path, code=2)
    assert "no folder" in run(*asked, "--format", "csv", "-o", tmp_path / "none" / "march.csv", code=2)


def test_a_report_for_a_program_has_nothing_besides_it(own: Path) -> None:
    asked = holdfast_("report", "mrr", "--to", "2025-03", "-w", own, "--format", "json")
    assert [row["value"] for row in exactly(asked.stdout.decode())][-1] == 120
    assert "Kept as " in asked.stderr.decode()


def test_a_report_is_written_as_a_page_and_as_parquet(own: Path, tmp_path: Path) -> None:
    asked = ("report", "mrr", "customer_churn_rate", "--to", "2025-03", "-w", own)
    run(*asked, "--format", "parquet", "-o", tmp_path / "march.parquet")
    values = pq.read_table(tmp_path / "march.parquet").to_pylist()
    assert [(row["period_label"], row["value"]) for row in values if row["metric"] == "mrr"] == [
        ("2025-03", 120)
    ]
    run(*asked, "--format", "html", "--lang", "ar", "-o", tmp_path / "march.html")
    page = (tmp_path / "march.html").read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    assert 'id="chart-mrr"' in page


def test_figures_are_kept_as_they_were_shown(own: Path) -> None:
    run("report", "mrr", "--from", "2025-02", "--to", "2025-03", "--as-of", "2025-03-31", "-w", own)
    with holdfast.open(own) as space:
        kept = space.records("published_figures").to_pyarrow().to_pylist()
    assert {row["period_label"]: Decimal(row["value"]) for row in kept} == {"2025-02": 170, "2025-03": 120}
    assert {row["as_of"].isoformat() for row in kept} == {"2025-04-01T00:00:00"}
    (listed,) = exactly(run("report", "--list", "--format", "json", "-w", own))
    again = exactly(run("report", "--again", listed["report_id"], "--format", "json", "-w", own))
    assert [row["value"] for row in again] == [170, 120]
    assert "Say one of" in run("report", "--list", "--again", "x", "-w", own, code=2)
    assert "Say --format" in run("report", "--again", listed["report_id"], "-o", "x", "-w", own, code=2)
    assert "No report has" in run("report", "--again", "x", "-w", own, code=2)


def test_a_period_is_closed_restated_and_caught_up(own: Path) -> None:
    assert "2025-02 is closed" in run("close", "2025-02", "--who", "mina", "-w", own)
    assert "closed already" in run("close", "2025-02", "-w", own, code=2)
    run("restate", "2025-02", "--reason", "late", "-w", own)
    (shown,) = exactly(run("kpis", "mrr", "--from", "2025-02", "--to", "2025-02", "-f", "json", "-w", own))
    assert (shown["status"], shown["value"], shown["today"]) == ("published", 170, None)
    run("snapshot", "-w", own)
    assert "Nothing was due" in run("snapshot", "-w", own)
