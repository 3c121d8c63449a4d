"""The benchmark at a tiny size: both sides give the same figures. Nothing here is timed."""

import re
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.board import Company, against_hand, grow
from benchmarks.exports import prepare
from benchmarks.intake import intake
from benchmarks.results import Row
from benchmarks.sizes import SIZES, Size

TINY = Size("tiny", accounts=150, imports=1, boards=1, months=12, events_per_account=20.0)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    prepare(TINY, folder)
    return folder


def test_the_board_is_the_one_by_hand_and_a_day_added_is_starting_over(data: Path, tmp_path: Path) -> None:
    company = Company(TINY, prepare(TINY, data), tmp_path)
    try:
        days, _ = grow(company)  # ends the run where the board brought up to date differs
        rows, notes = against_hand(company)  # ends the run where a figure differs from the one by hand
    finally:
        company.close()
    assert [row.what for row in rows] == ["board, 12 months"]
    assert len(days) == 4
    assert any("physical limit" in note for note in notes)


def test_both_formats_are_imported_whole(data: Path, tmp_path: Path) -> None:
    rows, notes = intake(TINY, prepare(TINY, data), tmp_path)
    assert {row.what for row in rows} == {"import of events, Parquet", "import of events, CSV"}
    assert len(notes) == 4


def test_the_page_names_its_command_and_machine(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(SIZES, "small", TINY)
    page = tmp_path / "page.md"
    given = ["--size", "small", "--only", "import", "--data", str(data), "--out", str(page)]
    assert main(given) == 0
    written = page.read_text(encoding="utf-8")
    assert re.search(r"- date: \d{4}-\d\d-\d\d\n", written)
    assert "- command: `python -m benchmarks --size small --only import" in written
    assert "import of events, CSV" in capsys.readouterr().out


def test_a_ratio_says_by_how_much_it_misses_its_bar() -> None:
    row = Row("board", ours=3.0, against="by hand", theirs=1.0, most=1.5)
    assert row.verdict == "missed 2.0x"
    assert Row("board", 1.4, "by hand", 1.0, 1.5).verdict == "met"
