"""The sheets in their order, and the order in which they are filled: what others point to comes first."""

from __future__ import annotations

from pathlib import Path

from xlsxwriter import Workbook

from holdfast.report.colours import ACCENT, FAINT
from holdfast.report.workbook.accounts import accounts_sheet
from holdfast.report.workbook.board import board_sheet
from holdfast.report.workbook.book import Book
from holdfast.report.workbook.cohorts import cohort_sheet
from holdfast.report.workbook.contents import Contents
from holdfast.report.workbook.definitions import definitions_sheet
from holdfast.report.workbook.family import family_sheet
from holdfast.report.workbook.formats import Styles
from holdfast.report.workbook.lines import by_family
from holdfast.report.workbook.movements import by_period
from holdfast.report.workbook.series import series_sheet
from holdfast.report.workbook.waterfall import waterfall_sheet


def write(contents: Contents, file: Path, language: str) -> None:
    """Write a report as a workbook in a language; a file of that name is replaced once it is whole."""
    part = file.with_name(f".{file.name}.part")
    with Workbook(str(part)) as workbook:
        _fill(_book(workbook, contents, language))
    part.replace(file)


def _book(workbook: Workbook, contents: Contents, language: str) -> Book:
    stamp = contents.stamp
    workbook.set_properties(
        {
            "title": stamp.title or stamp.workspace,
            "author": "Holdfast",
            "comments": stamp.report_id,
            "created": stamp.made_at,
        }
    )
    workbook.set_calc_mode("auto")
    return Book(workbook, contents, language, Styles(workbook, language))


def _fill(book: Book) -> None:
    contents = book.contents
    board = book.page(book.say("workbook.board"))
    moved = book.page(book.say("workbook.waterfall")) if by_period(contents.movements) else None
    families = [(name, lines, book.page(name)) for name, lines in by_family(book)]
    cohorts = [
        (kind, figures, book.page(book.say(f"workbook.cohorts_{kind}")))
        for kind, figures in contents.cohorts.items()
        if any(figure.value is not None for figure in figures)
    ]
    accounts = book.page(book.say("workbook.accounts")) if contents.evidence else None
    definitions = book.page(book.say("workbook.definitions"))
    series = book.page(book.say("workbook.series"))
    top = board.cell(0, 0)
    for name, lines, page in families:
        family_sheet(book, page, name, lines, top)
    series_sheet(book, series, [line for _, lines, _ in families for line in lines], top)
    if moved is not None:
        waterfall_sheet(book, moved, top)
        moved.sheet.set_tab_color(ACCENT)
    for kind, figures, page in cohorts:
        cohort_sheet(book, page, kind, figures, top)
        page.sheet.set_tab_color(ACCENT)
    if accounts is not None:
        accounts_sheet(book, accounts, top)
    definitions_sheet(book, definitions, top)
    board_sheet(book, board, [(name, lines, page.cell(0, 0)) for name, lines, page in families])
    board.sheet.set_tab_color(ACCENT)
    series.sheet.set_tab_color(FAINT)
