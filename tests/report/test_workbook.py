"""The workbook says what the report says, in cells of the right kind, in five languages."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from holdfast.metrics import Figure
from holdfast.report.workbook import Contents, write
from holdfast.words import LANGUAGES, say
from tests.report.conftest import LISTED, Opened, cells
from tests.report.conftest import opened as opened_file

Written = Callable[[str], Opened]
in_every_language = pytest.mark.parametrize("language", LANGUAGES)
DASH = "–"
MOVES = ("mrr_new", "mrr_expansion", "mrr_reactivation", "mrr_contraction", "mrr_churn", "mrr_fx")


def sheet_of(book: Any, key: str, language: str = "en") -> Any:
    return book[say(key, language)]


def named(book: Any, name: str) -> list[Any]:
    """The cells that a defined name stands for."""
    ((sheet, place),) = book.defined_names[name].destinations
    found = book[sheet][place.replace("$", "")]
    return list(found[0]) if isinstance(found, tuple) else [found]


def latest(contents: Contents) -> dict[str, Figure]:
    label = contents.stamp.period_label
    figures = [each for each in contents.figures if each.period_label == label and not each.of]
    return {figure.name: figure for figure in figures}


@in_every_language
def test_every_sheet_is_there_and_runs_with_the_language(workbook: Written, language: str) -> None:
    book = workbook(language).formulas
    wanted = ["board", "waterfall", "cohorts_logo", "cohorts_gross", "cohorts_net", "accounts", "definitions"]
    assert {say(f"workbook.{key}", language) for key in (*wanted, "series")} <= set(book.sheetnames)
    assert {say(f"family.{key}", language) for key in ("customers", "revenue", "churn")} <= set(
        book.sheetnames
    )
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in book} == {language in {"ar", "fa"}}
    assert book.active.title == say("workbook.board", language)


@in_every_language
def test_no_cell_is_an_error_and_no_formula_hides_one(workbook: Written, language: str) -> None:
    opened = workbook(language)
    assert [cell for cell in cells(opened.values) if str(cell.value).startswith("#")] == []
    formulas = [cell for cell in cells(opened.formulas) if cell.data_type == "f"]
    assert len(formulas) > 1_000
    assert [cell for cell in formulas if "IFERROR" in cell.value] == []


@in_every_language
def test_figures_of_every_series_stand_where_charts_read_them(
    contents: Contents, workbook: Written, language: str
) -> None:
    book = workbook(language).values
    for name, series in plain_series(contents).items():
        found = [cell.value for cell in named(book, f"series_{name}")]
        assert [each is None for each in found] == [each.value is None for each in series], name
        wanted = [float(figure.value) for figure in series if figure.value is not None]
        assert [each for each in found if each is not None] == pytest.approx(wanted, rel=1e-12), name


def plain_series(contents: Contents) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in sorted(contents.figures, key=lambda each: each.period_start):
        if not figure.of:
            found.setdefault(figure.name.replace(".", "_"), []).append(figure)
    return found


def test_a_quotient_is_a_formula_over_its_sums(contents: Contents, workbook: Written) -> None:
    opened = workbook("en")
    figure = latest(contents)["customer_churn_rate"]
    cell = value_cell(opened, "customer_churn_rate")
    row, letter = cell.row, cell.column_letter
    assert cell.value == f'=IF({letter}{row + 2}=0,"{DASH}",{letter}{row + 1}/{letter}{row + 2})'
    sheet = opened.formulas[cell.parent.title]
    assert sheet[f"{letter}{row + 1}"].value == figure.numerator
    assert sheet[f"{letter}{row + 2}"].value == figure.denominator
    assert sheet[f"{letter}{row}"].number_format.startswith("0.0%")


def value_cell(opened: Opened, name: str) -> Any:
    """The cell of a family's sheet that the last cell of a series points to."""
    pointed = named(opened.formulas, f"series_{name}")[-1].value
    match = re.fullmatch(r"='?([^'!]+)'?!\$([A-Z]+)\$(\d+)", pointed)
    assert match, pointed
    return opened.formulas[match[1]][f"{match[2]}{match[3]}"]


def test_money_has_the_decimals_and_the_code_of_its_currency(workbook: Written) -> None:
    board = workbook("en").formulas["Board"]
    formats = {cell.number_format for row in board.iter_rows() for cell in row}
    assert any(text.startswith("[$USD] #,##0.00") for text in formats)
    persian = {cell.number_format for cell in cells(workbook("fa").formulas)}
    assert any(text.startswith('[$-3000429]"USD" #,##0.00') for text in persian)


def test_what_is_undefined_is_a_dash_with_its_reason_and_never_nought(
    contents: Contents, workbook: Written
) -> None:
    undefined = [name for name, figure in latest(contents).items() if figure.value is None]
    assert undefined
    board = workbook("en").values["Board"]
    for name in undefined:
        row = rows_titled(board, say(f"metric.{name}"))[-1]
        assert row[3].value == DASH, name
        assert row[3].comment is not None
        assert row[4].value


@in_every_language
def test_every_link_leads_to_a_cell_of_a_sheet(workbook: Written, language: str) -> None:
    book = workbook(language).formulas
    links = [cell.hyperlink.location for cell in cells(book) if cell.hyperlink and cell.hyperlink.location]
    assert len(links) > 40
    for link in links:
        sheet, _, place = link.rpartition("!")
        assert book[sheet.strip("'")][place] is not None


def test_a_headline_leads_to_the_accounts_behind_it(workbook: Written) -> None:
    book = workbook("en").formulas
    row = rows_titled(book["Board"], "Monthly recurring revenue")[-1]
    sheet, _, place = row[3].hyperlink.location.rpartition("!")
    assert book[sheet.strip("'")][place].value == "Monthly recurring revenue"


def rows_titled(sheet: Any, title: str) -> list[Any]:
    """The rows of a sheet whose first column says `title`."""
    return [row for row in sheet.iter_rows() if row[1].value == title]


def test_the_rows_listed_and_the_rest_add_up_to_the_figure(contents: Contents, workbook: Written) -> None:
    values = sheet_of(workbook("en").values, "workbook.accounts")
    formulas = sheet_of(workbook("en").formulas, "workbook.accounts")
    assert any(evidence.others for evidence in contents.evidence)
    for evidence in contents.evidence:
        top, *rows = rows_titled(values, say(f"metric.{evidence.figure.metric}"))
        assert len(rows) == len(evidence.rows) + bool(evidence.others)
        assert len(evidence.rows) <= LISTED
        for column, total in ((4, evidence.figure.numerator), (5, evidence.figure.denominator)):
            if total is not None and rows:
                assert sum(row[column].value for row in rows) == pytest.approx(float(total), rel=1e-12)
                assert formulas.cell(top[0].row, column + 1).value.startswith("=SUM(")


def test_the_waterfall_leads_from_each_opening_to_the_reported_closing(
    contents: Contents, workbook: Written
) -> None:
    sheet = sheet_of(workbook("en").values, "workbook.waterfall")
    mrr = [float(figure.value or 0) for figure in plain_series(contents)["mrr"]]

    def over_time(title: str) -> list[float]:
        return [cell.value for cell in rows_titled(sheet, title)[0][2 : 2 + len(mrr) + 1]]

    opening, closing = over_time("Opening MRR"), over_time("Closing MRR")
    assert closing == pytest.approx([*mrr, mrr[-1]])
    assert opening[1:-1] == pytest.approx(mrr[:-1])
    assert opening[-1] == opening[0]
    assert set(over_time("Difference, must be 0")) == {0}
    moves = [over_time(say(f"metric.{name}")) for name in MOVES]
    for place, end in enumerate(closing):
        assert opening[place] + sum(move[place] for move in moves) == pytest.approx(end)


def test_the_waterfall_stands_on_a_base_that_is_not_seen(workbook: Written) -> None:
    sheet = sheet_of(workbook("en").values, "workbook.waterfall")
    (first,) = rows_titled(sheet, "What the chart draws")
    steps = [
        [cell.value for cell in row[2:8]]
        for row in sheet.iter_rows(min_row=first[0].row + 1, max_row=first[0].row + 2 + len(MOVES))
    ]
    for (_, _, _, _, _, before), (amount, base, _, rise, fall, level) in pairwise(steps[:-1]):
        assert level == pytest.approx(before + amount)
        assert rise - fall == pytest.approx(amount)
        assert base == pytest.approx(min(before, level))
    assert steps[-1][0] == pytest.approx(steps[-2][5])


def test_a_cohort_is_shown_in_percent_and_in_counts(contents: Contents, workbook: Written) -> None:
    opened, name = workbook("en"), "workbook.cohorts_logo"
    values, formulas = sheet_of(opened.values, name), sheet_of(opened.formulas, name)
    grown = [each for each in contents.cohorts["logo"] if each.value is not None and each.of["age"] == 2]
    figure = grown[0]
    share, count = rows_titled(values, datetime.strptime(figure.period_label, "%Y-%m").strftime("%b %Y"))
    assert share[5].value == pytest.approx(float(figure.value or 0))
    assert (count[5].value, count[2].value) == (figure.numerator, figure.denominator)
    assert count[5].number_format == f'#,##0" of {figure.denominator}"'
    assert formulas[share[5].coordinate].value == f"={count[5].coordinate}/${count[2].coordinate}"


def test_immature_cells_are_told_apart_and_hold_no_number(contents: Contents, workbook: Written) -> None:
    sheet = sheet_of(workbook("en").values, "workbook.cohorts_logo")
    hatched = [cell for cell in cells([sheet]) if cell.fill.patternType not in {None, "solid"}]
    assert hatched
    assert {cell.value for cell in hatched} == {"·"}
    assert sheet.conditional_formatting


def test_a_target_stands_with_how_far_it_is(contents: Contents, workbook: Written) -> None:
    (goal,) = contents.goals
    now = float(goal.figure.value or 0)
    board = workbook("en").values["Board"]
    (row,) = [row for row in board.iter_rows() if row[10].value == "Mina"]
    assert [row[column].value for column in (3, 4, 5)] == pytest.approx([now, 40_000, now - 40_000])
    assert row[6].value == ("✓ reached" if now >= 40_000 else "not yet")
    assert row[8].value == "December 2024"


def test_definitions_say_what_the_report_stands_on(contents: Contents, workbook: Written) -> None:
    book, stamp = workbook("en").values, contents.stamp
    assert named(book, "about_report")[0].value == stamp.report_id
    assert named(book, "about_rulebook")[0].value == stamp.rulebook
    assert stamp.as_of is not None
    assert abs(named(book, "about_as_of")[0].value - stamp.as_of) < timedelta(seconds=1)
    assert named(book, "about_as_of")[0].is_date
    told = {row[2].value: row[3].value for row in sheet_of(book, "workbook.definitions").iter_rows()}
    for name in latest(contents):
        assert told[name] == contents.metrics[name].formula


def test_it_is_printed_on_landscape_pages_with_the_heading_repeated(workbook: Written) -> None:
    for sheet in workbook("en").formulas:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in {None, 1}
        assert sheet.print_title_rows
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert not sheet.sheet_view.showGridLines


def test_the_board_has_native_charts_and_sparklines(workbook: Written) -> None:
    opened = workbook("en")
    assert len(opened.formulas["Board"]._charts) == 6
    with zipfile.ZipFile(opened.file) as parts:
        board = parts.read("xl/worksheets/sheet1.xml").decode()
    assert board.count("<x14:sparkline>") > 40


def test_a_report_of_one_metric_and_no_records_behind_it_is_a_workbook_too(
    contents: Contents, tmp_path: Path
) -> None:
    figures = [figure for figure in contents.figures if figure.name == "signups"]
    bare = Contents(stamp=contents.stamp, metrics=contents.metrics, figures=figures)
    write(bare, tmp_path / "bare.xlsx", "en")
    book = opened_file(tmp_path / "bare.xlsx")
    assert book.sheetnames == ["Board", "Customers", "Definitions", "Data of the charts"]
    assert [path.name for path in tmp_path.iterdir()] == ["bare.xlsx"]
