"""What every sheet has: its heading, how it is frozen, and how it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.colours import ACCENT, FAINT, HAIRLINE, INK, MUTED
from holdfast.report.workbook.formats import INSTANT, plain
from holdfast.words.amounts import period_name

if TYPE_CHECKING:
    from holdfast.report.workbook.book import Book, Cell, Page

A4 = 9
HEADING_ROWS = 4
"""Rows of a sheet above its own: title, whose it is, what it stands on, and room."""


def heading(book: Book, page: Page, title: str, last_column: int, *, back: Cell | None = None) -> None:
    """The title, whose and which period's report it is, and what it stands on."""
    sheet, styles, stamp = page.sheet, book.styles, book.contents.stamp
    period = period_name(stamp.grain, stamp.period_label, book.language)
    sheet.set_row(0, 26)
    sheet.merge_range(1, 1, 1, last_column, "", styles())
    sheet.merge_range(2, 1, 2, last_column, "", styles())
    page.put(0, 1, title, styles(font_size=18, bold=True, font_color=INK))
    whose = [stamp.workspace, period[:1].upper() + period[1:], stamp.currency, stamp.zone, stamp.title]
    whose += [str(value) for value in stamp.segment.values()]
    whose = [each for each in whose if each and each != title]
    page.put(1, 1, "  ·  ".join(whose), styles(font_size=10, font_color=ACCENT, bold=True, align="start"))
    page.put(2, 1, stood_on(book), styles(font_size=8, font_color=MUTED, align="start"))
    for column in range(1, last_column + 1):
        page.put(3, column, None, styles(bottom=1, bottom_color=HAIRLINE))
    sheet.set_row(3, 6)
    if back is not None:
        text = book.say("workbook.back")
        page.link(0, last_column, back, styles(font_color=ACCENT, align="end", font_size=9), text)


def stood_on(book: Book) -> str:
    """As of when, as known when, by which rules, and the report's id."""
    stamp = book.contents.stamp
    told = [
        ("workbook.as_of", f"{stamp.as_of:%Y-%m-%d %H:%M}" if stamp.as_of else ""),
        ("workbook.known_at", f"{stamp.known_at:%Y-%m-%d %H:%M}"),
        ("workbook.rulebook", stamp.rulebook),
        ("workbook.report", stamp.report_id[:12]),
    ]
    return "  ·  ".join(f"{book.say(key)} {book.isolated(value)}" for key, value in told if value)


def printed(
    book: Book, page: Page, *, repeat: int, last_column: int, last_row: int, pages_high: int = 0
) -> None:
    """Landscape, one page wide, the heading repeated, the report named at the foot."""
    sheet, stamp = page.sheet, book.contents.stamp
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, pages_high)
    sheet.set_margins(left=0.4, right=0.4, top=0.45, bottom=0.55)
    sheet.repeat_rows(0, repeat)
    sheet.print_area(0, 0, last_row, last_column)
    sheet.center_horizontally()
    name = stamp.workspace.replace("&", "&&")
    sheet.set_footer(f"&L&8 {name}&C&8 &A&R&8 {stamp.report_id[:12]}  ·  &P / &N")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 1.5)


def when(book: Book) -> str:
    """The number format of an instant."""
    return plain(INSTANT, book.language)


def head(**more: object) -> dict[str, object]:
    """The look of a table's head."""
    return {"bold": True, "font_size": 8, "font_color": MUTED, "bottom": 1, "bottom_color": FAINT} | more
