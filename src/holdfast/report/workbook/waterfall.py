"""From the opening MRR to the closing one: the table of what moved it, and a waterfall of any stretch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from holdfast.report.colours import ACCENT, BAD, HAIRLINE, MUTED, SURFACE
from holdfast.report.workbook.book import Run
from holdfast.report.workbook.formats import pattern
from holdfast.report.workbook.movements import LOSSES, STEPS, Months, by_period, is_chain, opening_of, signed
from holdfast.report.workbook.page import HEADING_ROWS, head, heading, printed
from holdfast.report.workbook.waterfall_chart import FIRST, NAME, waterfall_chart
from holdfast.words.amounts import period_brief

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.workbook.book import Book, Cell, Page

WIDE, NARROW = 30, 12.5
CHART_ROWS = 20


def waterfall_sheet(book: Book, page: Page, board: Cell) -> None:
    """Write the movements of every period with their sum, and the chart of the stretch chosen."""
    found = by_period(book.contents.movements)
    chained = is_chain(found)
    last = FIRST + len(found) - (not chained)
    heading(book, page, book.say("workbook.waterfall"), last, back=board)
    page.sheet.set_column(NAME, NAME, WIDE)
    page.sheet.set_column(FIRST, last, NARROW)
    top = HEADING_ROWS + CHART_ROWS + 2
    end = _table(book, page, top, found, chained=chained)
    width = int(WIDE * 7 + 5 + (last - NAME) * (NARROW * 7 + 5))
    drawn = found if chained else dict(list(found.items())[-1:])
    end = waterfall_chart(book, page, end + 2, (top, last), drawn, (width, (CHART_ROWS - 1) * 20))
    page.sheet.freeze_panes(HEADING_ROWS, FIRST)
    printed(book, page, repeat=2, last_column=last, last_row=end)


def _table(book: Book, page: Page, row: int, found: Months, *, chained: bool) -> int:
    """Opening, six movements, closing; the closing as it was reported, and that nothing is between them."""
    money = pattern(book.contents.stamp.currency, book.language)
    last = FIRST + len(found) - 1
    _head(book, page, row, list(found), chained=chained)
    opening, closing, reported = row + 1, row + 2 + len(STEPS), row + 3 + len(STEPS)
    names = [book.say("workbook.opening"), *(book.say(f"metric.{step}") for step in STEPS)]
    names += [book.say("workbook.closing"), book.say("workbook.reported"), book.say("workbook.difference")]
    for offset, name in enumerate(names):
        page.put(opening + offset, NAME, name, book.styles(**_look(offset)))
    for column, each in enumerate(found.values(), FIRST):
        _opening(book, page, opening, column, each, money, follows=chained and column > FIRST)
        for offset, step in enumerate(STEPS, 1):
            _movement(book, page, opening + offset, column, each[step], money)
        span = f"{xl_rowcol_to_cell(opening, column)}:{xl_rowcol_to_cell(closing - 1, column)}"
        page.formula(closing, column, f"SUM({span})", _number(book, money, len(STEPS) + 1), each["mrr"].value)
        _reported(book, page, reported, column, each["mrr"], money)
        gap = f"ROUND({xl_rowcol_to_cell(closing, column)}-{xl_rowcol_to_cell(reported, column)},6)"
        page.formula(reported + 1, column, gap, _number(book, money, len(STEPS) + 3), 0)
    if chained:
        _whole(book, page, opening, last + 1, found, money)
    book.moved_in = Run(page.name, row, FIRST, last)
    for offset, step in enumerate(STEPS, 1):
        book.moves[step] = Run(page.name, opening + offset, FIRST, last)
    wrong = {"type": "cell", "criteria": "!=", "value": 0}
    wrong |= {"format": book.workbook.add_format({"font_color": BAD})}
    page.sheet.conditional_format(reported + 1, FIRST, reported + 1, last + 1, wrong)
    return reported + 1


def _head(book: Book, page: Page, row: int, labels: Sequence[str], *, chained: bool) -> None:
    grain = book.contents.stamp.grain
    page.put(row, NAME, book.contents.stamp.currency, book.styles(**head()))
    for column, label in enumerate(labels, FIRST):
        page.put(row, column, period_brief(grain, label, book.language), book.styles(**head(align="end")))
    if chained:
        style = book.styles(**head(align="end", font_color=ACCENT))
        page.put(row, FIRST + len(labels), book.say("workbook.whole"), style)


def _look(offset: int) -> dict[str, Any]:
    if offset in {0, len(STEPS) + 1}:
        return {"bold": True, "bg_color": SURFACE, "top": 1, "top_color": HAIRLINE}
    return {"font_color": MUTED, "font_size": 8} if offset > len(STEPS) + 1 else {"indent": 1}


def _number(book: Book, money: str, offset: int) -> Any:
    look = {name: value for name, value in _look(offset).items() if name != "indent"}
    return book.styles(**look, num_format=money, align="end")


def _opening(
    book: Book, page: Page, row: int, column: int, each: Mapping[str, Figure], money: str, *, follows: bool
) -> None:
    """The closing of the period before where it follows that, else the closing less what moved it."""
    style, closing = _number(book, money, 0), row + len(STEPS) + 1
    text = xl_rowcol_to_cell(closing, column - 1)
    if not follows:
        span = f"{xl_rowcol_to_cell(row + 1, column)}:{xl_rowcol_to_cell(closing - 1, column)}"
        text = f"{xl_rowcol_to_cell(closing + 1, column)}-SUM({span})"
    page.formula(row, column, text, style, opening_of(each))


def _movement(book: Book, page: Page, row: int, column: int, figure: Figure, money: str) -> None:
    sign = "-" if figure.metric in LOSSES else ""
    at = book.values.get(figure.key)
    source = at.reference if at else repr(float(Decimal(str(figure.value))))
    page.formula(row, column, f"{sign}{source}", _number(book, money, 1), signed(figure))


def _reported(book: Book, page: Page, row: int, column: int, figure: Figure, money: str) -> None:
    at, style = book.values.get(figure.key), _number(book, money, len(STEPS) + 2)
    if at is None:
        page.put(row, column, figure.value, style)
    else:
        page.formula(row, column, at.reference, style, figure.value)


def _whole(book: Book, page: Page, opening: int, column: int, found: Months, money: str) -> None:
    """The whole stretch: its first opening, the sum of each movement, its last closing."""
    first, last = (list(found.values())[place] for place in (0, -1))
    closing = opening + len(STEPS) + 1
    strong = {"bold": True, "left": 1, "left_color": HAIRLINE}

    def style(offset: int) -> Any:
        look = {name: value for name, value in _look(offset).items() if name != "indent"}
        return book.styles(**look | strong, num_format=money, align="end")

    page.formula(opening, column, xl_rowcol_to_cell(opening, FIRST), style(0), opening_of(first))
    for offset, step in enumerate(STEPS, 1):
        span = (
            f"{xl_rowcol_to_cell(opening + offset, FIRST)}:{xl_rowcol_to_cell(opening + offset, column - 1)}"
        )
        total = sum(signed(each[step]) for each in found.values())
        page.formula(opening + offset, column, f"SUM({span})", style(offset), total)
    span = f"{xl_rowcol_to_cell(opening, column)}:{xl_rowcol_to_cell(closing - 1, column)}"
    page.formula(closing, column, f"SUM({span})", style(len(STEPS) + 1), last["mrr"].value)
    page.formula(
        closing + 1,
        column,
        xl_rowcol_to_cell(closing + 1, column - 1),
        style(len(STEPS) + 2),
        last["mrr"].value,
    )
    gap = f"ROUND({xl_rowcol_to_cell(closing, column)}-{xl_rowcol_to_cell(closing + 1, column)},6)"
    page.formula(closing + 2, column, gap, style(len(STEPS) + 3), 0)
