"""The rows behind the latest figures that matter most: whose they are, and that they add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from holdfast.report.colours import ACCENT, FAINT, HAIRLINE, MUTED, SURFACE
from holdfast.report.workbook.book import DASH
from holdfast.report.workbook.formats import pattern
from holdfast.report.workbook.page import HEADING_ROWS, head, heading, printed
from holdfast.words import knows
from holdfast.words.amounts import is_currency, number, period_name

if TYPE_CHECKING:
    from holdfast.report.workbook.book import Book, Cell, Page
    from holdfast.report.workbook.contents import Evidence, Row

METRIC, ACCOUNT, NAMED, NUMERATOR, DENOMINATOR, SHARE = range(1, 7)
WIDTHS = {METRIC: 32, ACCOUNT: 22, NAMED: 36, NUMERATOR: 16, DENOMINATOR: 16, SHARE: 16}
SMALL = {"font_size": 8}
QUIET = {"font_size": 8, "font_color": MUTED}


def accounts_sheet(book: Book, page: Page, board: Cell) -> None:
    """Write each figure's rows under each other, with what is not listed and the sum."""
    heading(book, page, book.say("workbook.accounts"), SHARE, back=board)
    for column, width in WIDTHS.items():
        page.sheet.set_column(column, column, width)
    row = _head(book, page)
    for evidence in book.contents.evidence:
        row = _block(book, page, row, evidence) + 1
    page.sheet.freeze_panes(HEADING_ROWS + 1, METRIC + 1)
    page.sheet.outline_settings(visible=True, symbols_below=False)
    printed(book, page, repeat=HEADING_ROWS, last_column=SHARE, last_row=row)


def _head(book: Book, page: Page) -> int:
    words = {
        METRIC: "board.name",
        ACCOUNT: "workbook.account",
        NAMED: "workbook.account_name",
        NUMERATOR: "workbook.numerator",
        DENOMINATOR: "workbook.denominator",
        SHARE: "workbook.share",
    }
    for column, key in words.items():
        style = head(align="end" if column >= NUMERATOR else "start")
        page.put(HEADING_ROWS, column, book.say(key), book.styles(**style))
    page.sheet.set_row(HEADING_ROWS, 20)
    return HEADING_ROWS + 1


def _block(book: Book, page: Page, row: int, evidence: Evidence) -> int:
    """The figure's own line, which adds up the rows below it; gives the row after them."""
    figure, top = evidence.figure, row
    book.behind[figure.key] = page.cell(top, METRIC)
    last = top
    for last, each in enumerate(evidence.rows, top + 1):
        own = each.subject_id if each.subject_id != each.account_id else None
        named = " · ".join(filter(None, (each.account, own)))
        _row(book, page, last, evidence, each, each.account_id or own or "", named, top)
    if evidence.others:
        last += 1
        said = book.say("workbook.others", count=number(evidence.others, book.language))
        _row(book, page, last, evidence, evidence.rest, said, "", top)
    _total(book, page, top, evidence, last)
    return _left_out(book, page, last + 1, evidence)


def _row(
    book: Book, page: Page, row: int, evidence: Evidence, each: Row, account: str, named: str, top: int
) -> None:
    page.sheet.set_row(row, 13, None, {"level": 1})
    page.put(row, METRIC, book.title(evidence.figure), book.styles(**SMALL, font_color=FAINT))
    page.put(row, ACCOUNT, account, book.styles(**SMALL))
    page.put(row, NAMED, named, book.styles(**SMALL))
    for column, value in ((NUMERATOR, each.numerator), (DENOMINATOR, each.denominator)):
        if value is not None:
            page.put(row, column, value, _sum_style(book, evidence, column, SMALL))
    total = evidence.figure.numerator
    if evidence.figure.denominator is None and total:
        whole = xl_rowcol_to_cell(top, NUMERATOR, row_abs=True)
        style = book.styles(**QUIET, num_format=pattern("share", book.language), align="end")
        share = float(each.numerator or 0) / float(total)
        page.formula(row, SHARE, f"{xl_rowcol_to_cell(row, NUMERATOR)}/{whole}", style, share)


def _sum_style(book: Book, evidence: Evidence, column: int, look: dict[str, Any]) -> Any:
    """Whole where the figure's own sum is, else with the currency's decimals."""
    figure = evidence.figure
    total = (figure.numerator if column == NUMERATOR else figure.denominator) or 0
    is_whole = not is_currency(figure.unit) and float(total).is_integer()
    unit = "accounts" if is_whole else book.contents.stamp.currency
    return book.styles(**look, num_format=pattern(unit, book.language), align="end")


def _total(book: Book, page: Page, row: int, evidence: Evidence, last: int) -> None:
    """The figure with the sums of the rows listed and not listed, which are its own."""
    figure = evidence.figure
    strong: dict[str, Any] = {"bold": True, "bg_color": SURFACE, "top": 1, "top_color": HAIRLINE}
    page.sheet.set_row(row, 18)
    for column in range(METRIC, SHARE + 1):
        page.put(row, column, None, book.styles(**strong))
    period = period_name(figure.grain, figure.period_label, book.language)
    page.put(row, METRIC, book.title(figure), book.styles(**strong))
    page.put(row, ACCOUNT, period, book.styles(**strong | {"bold": False, "font_color": MUTED}))
    value = book.number(figure, coded=True, **strong | {"font_color": ACCENT, "align": "start"})
    page.put(row, NAMED, DASH if figure.value is None else figure.value, value)
    at = book.values.get(figure.key)
    if at is not None and figure.value is not None:
        page.link(row, NAMED, at, value)
        page.formula(row, NAMED, at.reference, value, figure.value)
    for column, total in ((NUMERATOR, figure.numerator), (DENOMINATOR, figure.denominator)):
        style = _sum_style(book, evidence, column, strong)
        if total is not None and last > row:
            span = f"{xl_rowcol_to_cell(row + 1, column)}:{xl_rowcol_to_cell(last, column)}"
            page.formula(row, column, f"SUM({span})", style, total)
        elif total is not None:
            page.put(row, column, total, style)


def _left_out(book: Book, page: Page, row: int, evidence: Evidence) -> int:
    """How many rows a rule left out, by the rule."""
    if not evidence.left_out:
        return row
    said = []
    for rule, count in evidence.left_out.items():
        words = book.say(f"excluded.{rule}") if knows(f"excluded.{rule}") else rule
        said.append(f"{words} {number(count, book.language)}")
    page.sheet.set_row(row, 14, None, {"level": 1})
    page.put(row, ACCOUNT, book.say("workbook.left_out", rules=", ".join(said)), book.styles(**QUIET))
    return row + 1
