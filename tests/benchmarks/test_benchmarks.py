"""The benchmark at a tiny size: both sides give the same figures. Nothing here is timed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import main, memory
from benchmarks.board import against_hand, by_segment
from benchmarks.by_hand import Board, ByHand, differences
from benchmarks.company import BOARD, WITHOUT_DATA, Company
from benchmarks.days import grow
from benchmarks.engines import against_engines
from benchmarks.exports import Exports, prepare
from benchmarks.figures import apart
from benchmarks.intake import intake
from benchmarks.judging import judge
from benchmarks.pages import look
from benchmarks.resampling import resample
from benchmarks.results import Row
from benchmarks.sizes import SIZES, Size
from holdfast.metrics import Figure, defaults

FEW = ("mrr", "net_revenue_retention", "monthly_active_users", "nps")
TINY = Size("tiny", accounts=150, imports=1, boards=1, months=6, events_per_account=20.0)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    prepare(TINY, folder)
    return folder


@pytest.fixture(scope="module")
def company(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    made = Company(TINY, prepare(TINY, data), tmp_path_factory.mktemp("company"), FEW)
    yield made
    made.close()


@pytest.fixture(scope="module")
def boards(company: Company) -> tuple[list[Figure], Board]:
    company.grow(company.exports.end)
    exports = company.exports
    hand = ByHand(company.warehouse.con, company.periods, exports.currency, exports.end)
    return company.board(BOARD), hand.board()


def test_a_day_added_is_starting_over(company: Company) -> None:
    rows, notes = grow(company)  # ends the run where the board brought up to date differs
    assert [row.what for row in rows if row.most] == [
        "a day after 6 months: timelines and board",
        "a day that ends a month: timelines and board",
    ]
    assert len(notes) == 2
    assert {row.what for row in memory(company)} == {"memory, import and timelines", "memory, board"}


def test_a_day_is_a_part_of_its_own_after_six_months_twelve_and_all() -> None:
    exports = Exports(Path(), datetime(2024, 1, 1), datetime(2026, 1, 1), "USD")
    assert [f"{stop:%y-%m-%d}" for stop in exports.stops] == [
        "24-06-29", "24-06-30", "24-12-30", "24-12-31", "25-12-30", "25-12-31", "26-01-01",
    ]  # fmt: skip


def test_the_whole_board_is_the_one_by_hand(boards: tuple[list[Figure], Board]) -> None:
    figures, hand = boards
    assert not differences(figures, hand)
    told = {name for name, *_ in hand} | set(WITHOUT_DATA)
    assert {metric.full_name for metric in defaults()} - told == {"cac_payback"}  # nothing is paid back here


def test_a_figure_that_is_not_the_one_by_hand_is_told(boards: tuple[list[Figure], Board]) -> None:
    figures, hand = boards
    for name in {figure.name for figure in figures if figure.value}:
        one = next(figure for figure in figures if figure.name == name and figure.value)
        wrong = replace(one, numerator=float(one.numerator or 0) + 1, value=float(one.value or 0) * 1.01)
        assert len(differences([wrong if figure is one else figure for figure in figures], hand)) == 1, name


def test_boards_are_timed_once_they_agree(company: Company) -> None:
    rows, notes = against_hand(company)  # ends the run where a figure differs from the one by hand
    revenue, whole = (row.what for row in rows)
    assert whole == f"board, {len(FEW)} KPIs, 6 months"
    assert revenue.endswith("KPIs of revenue and churn, 6 months")
    assert any("physical limit" in note for note in notes)
    (row,), _ = by_segment(company)
    assert (row.what, row.most) == ("board by country", 2.0)


def test_ten_thousand_resamples_say_what_plain_numpy_says(company: Company) -> None:
    (row,), _ = resample(company)  # ends the run where the intervals differ
    assert "150 accounts" in row.what
    assert np.isfinite(row.ratio)


def test_other_engines_give_the_same_twelve_figures(company: Company) -> None:
    rows, notes = against_engines(company)  # ends the run where a figure differs from ours
    assert [(row.what, row.against, row.most) for row in rows] == [
        ("12 figures from records", "ClickHouse", 1.0),
        ("12 figures from records", "pandas", 1.0),
        ("12 figures over derived tables", "ClickHouse", 1.0),
        ("12 figures over derived tables", "pandas", 1.0),
        ("12 figures after a day", "ClickHouse, from records", 0.1),
        ("12 figures after a day", "pandas, from records", 0.1),
    ]
    assert len(notes) == 2


def test_sides_that_differ_are_told() -> None:
    at = datetime(2024, 1, 1)
    mine = {("mrr", at): (2.0, 0.0), ("signups", at): (3.0, 0.0)}
    assert not apart(mine, dict(mine))
    assert len(apart(mine, {("mrr", at): (2.0, 0.0)})) == 1
    assert len(apart(mine, {**mine, ("mrr", at): (2.001, 0.0)})) == 1


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


def test_risk_is_timed_beside_a_notebook(company: Company) -> None:
    rows, (note,) = judge(company)
    assert [row.against for row in rows if row.most is None] == ["pandas, no back-test", "pandas"]
    assert "all three horizons told" in note


def test_pages_are_looked_at_by_several_at_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "size", replace(TINY, seconds=0.1))
    rows, _ = look(company)
    assert all(row.ours > 0 for row in rows)
    assert rows[-1].unit == "kB"
    assert company.space.kpis("mrr"), "the workspace is open again"
