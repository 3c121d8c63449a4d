"""Reports written to files from the shell."""

from __future__ import annotations

from pathlib import Path

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
    assert "no folder" in run(*asked, "--format", "csv", "-o", tmp_path / "none" / "march.csv", code=2)
