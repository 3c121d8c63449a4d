"""The table behind the charts: each line over the periods, empty where it is undefined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from holdfast.report.colours import MUTED
from holdfast.report.workbook.book import Run
from holdfast.report.workbook.formats import DATE, pattern, plain
from holdfast.report.workbook.lines import Line, labels_of
from holdfast.report.workbook.page import HEADING_ROWS, head, heading, printed
from holdfast.words.amounts import period_brief

if TYPE_CHECKING:
    from holdfast.report.workbook.book import Book, Cell, Page

NAME, KEY, UNIT, FIRST = 1, 2, 3, 4


def series_sheet(book: Book, page: Page, lines: Sequence[Line], board: Cell) -> None:
    """Write every line, and below each that has an interval its bounds, as charts draw them."""
    labels = labels_of(book.contents.figures)
    last = FIRST + len(labels) - 1
    heading(book, page, book.say("workbook.series"), last, back=board)
    page.sheet.set_column(NAME, NAME, 36)
    page.sheet.set_column(KEY, KEY, 28)
    page.sheet.set_column(UNIT, UNIT, 10)
    page.sheet.set_column(FIRST, last, 11)
    row = _head(book, page, labels)
    for line in lines:
        row = _line(book, page, row, line, labels)
    page.sheet.freeze_panes(HEADING_ROWS + 3, FIRST)
    printed(book, page, repeat=HEADING_ROWS + 2, last_column=last, last_row=row)


def _head(book: Book, page: Page, labels: Sequence[str]) -> int:
    """The periods by name, and from when to when they are."""
    row, grain = HEADING_ROWS, book.contents.stamp.grain
    periods = {figure.period_label: figure for figure in book.contents.figures}
    for column, key in ((NAME, "board.name"), (KEY, "workbook.key"), (UNIT, "catalogue.unit")):
        page.put(row, column, book.say(key), book.styles(**head()))
    day = book.styles(num_format=plain(DATE, book.language), font_size=8, font_color=MUTED, align="end")
    said = book.styles(font_size=8, font_color=MUTED)
    page.put(row + 1, NAME, book.say("workbook.from_utc"), said)
    page.put(row + 2, NAME, book.say("workbook.to_utc"), said)
    for column, label in enumerate(labels, FIRST):
        page.put(row, column, period_brief(grain, label, book.language), book.styles(**head(align="end")))
        page.put(row + 1, column, periods[label].period_start, day)
        page.put(row + 2, column, periods[label].period_end, day)
    book.periods = Run(page.name, row, FIRST, FIRST + len(labels) - 1)
    return row + 3


def _line(book: Book, page: Page, row: int, line: Line, labels: Sequence[str]) -> int:
    last = line.last
    page.put(row, NAME, book.named(last), book.styles())
    page.put(row, KEY, last.name, book.styles(font_size=8, font_color=MUTED))
    page.put(row, UNIT, book.unit(last), book.styles(font_size=8, font_color=MUTED))
    for column, label in enumerate(labels, FIRST):
        figure = line.at(label)
        if figure is not None and figure.value is not None:
            page.formula(row, column, book.values[figure.key].reference, book.number(figure), figure.value)
    book.runs[line.series] = Run(page.name, row, FIRST, FIRST + len(labels) - 1)
    if book.is_whole(last):
        name = f"series_{last.name.replace('.', '_')}"
        book.workbook.define_name(name, f"={book.runs[line.series].reference}")
    return _band(book, page, _target(book, page, row + 1, line, labels), line, labels)


def _target(book: Book, page: Page, row: int, line: Line, labels: Sequence[str]) -> int:
    """The line's target in every period, for a chart to draw; nothing where it has none."""
    goal = next((goal for goal in book.contents.goals if goal.figure.series == line.series), None)
    if goal is None:
        return row
    quiet = {"font_size": 8, "font_color": MUTED}
    number = book.styles(**quiet, num_format=pattern(line.last.unit, book.language), align="end")
    page.put(row, NAME, book.say("workbook.target"), book.styles(**quiet, indent=2))
    for column in range(FIRST, FIRST + len(labels)):
        page.put(row, column, goal.value, number)
    book.targets[line.series] = Run(page.name, row, FIRST, FIRST + len(labels) - 1)
    return row + 1


def _band(book: Book, page: Page, row: int, line: Line, labels: Sequence[str]) -> int:
    """The lower bound and how far the upper is above it; nothing for a line without intervals."""
    if not any(figure.low is not None and figure.high is not None for figure in line.figures.values()):
        return row
    quiet = {"font_size": 8, "font_color": MUTED}
    number = book.styles(**quiet, num_format=pattern(line.last.unit, book.language), align="end")
    page.put(row, NAME, book.say("workbook.low"), book.styles(**quiet, indent=2))
    page.put(row + 1, NAME, book.say("workbook.spread"), book.styles(**quiet, indent=2))
    for column, label in enumerate(labels, FIRST):
        figure = line.at(label)
        if figure is not None and figure.low is not None and figure.high is not None:
            page.put(row, column, figure.low, number)
            low = xl_rowcol_to_cell(row, column)
            spread = float(figure.high) - float(figure.low)
            page.formula(row + 1, column, f"{float(figure.high)!r}-{low}", number, spread)
    last = FIRST + len(labels) - 1
    book.bands[line.series] = (Run(page.name, row, FIRST, last), Run(page.name, row + 1, FIRST, last))
    return row + 2
