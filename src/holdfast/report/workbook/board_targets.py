"""The targets on the board: where each stands, by live formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from holdfast.report.colours import ACCENT, FAINT, GOOD, HAIRLINE, MUTED, TARGET
from holdfast.report.workbook.book import DASH
from holdfast.report.workbook.formats import difference, pattern
from holdfast.report.workbook.page import head
from holdfast.words.amounts import period_name

if TYPE_CHECKING:
    from holdfast.report.workbook.book import Book, Page
    from holdfast.report.workbook.contents import Goal

NAME, NOW, AIM, GAP, REACHED, DUE, OWNER, LAST = 1, 3, 4, 5, 6, 8, 10, 12


def targets(book: Book, page: Page, row: int) -> int:
    """A row for each target; gives the row after them, the same where there are none."""
    if not book.contents.goals:
        return row
    heads = {
        NAME: "target",
        NOW: "now",
        AIM: "aim",
        GAP: "gap",
        REACHED: "reached",
        DUE: "due",
        OWNER: "owner",
    }
    page.sheet.set_row(row, 20)
    for column in range(NAME, LAST + 1):
        words = book.say(f"workbook.{heads[column]}") if column in heads else None
        style = head(align="end") if column in {NOW, AIM, GAP} else head()
        page.put(row, column, words, book.styles(**style, indent=int(column == REACHED)))
    for goal in book.contents.goals:
        row += 1
        _target(book, page, row, goal)
    return row + 2


def _target(book: Book, page: Page, row: int, goal: Goal) -> None:
    figure, ruled = goal.figure, {"bottom": 1, "bottom_color": HAIRLINE}
    page.sheet.set_row(row, 16)
    for column in range(NAME, LAST + 1):
        page.put(row, column, None, book.styles(**ruled))
    page.put(row, NAME, book.named(figure), book.styles(**ruled, bold=True, font_color=ACCENT))
    aim = book.styles(
        **ruled, num_format=pattern(figure.unit, book.language, coded=True), align="end", font_color=TARGET
    )
    page.put(row, AIM, goal.value, aim)
    due = period_name(goal.grain, goal.period_label, book.language)
    page.put(row, DUE, due, book.styles(**ruled))
    page.put(row, OWNER, goal.owner, book.styles(**ruled))
    if figure.value is None:
        page.put(row, NOW, DASH, book.styles(**ruled, align="end", font_color=FAINT))
    else:
        _standing(book, page, row, goal, ruled)


def _standing(book: Book, page: Page, row: int, goal: Goal, ruled: dict[str, Any]) -> None:
    """The figure of now, how far the target is from it, and whether it is reached."""
    figure, language = goal.figure, book.language
    now, aim = xl_rowcol_to_cell(row, NOW), xl_rowcol_to_cell(row, AIM)
    page.formula(
        row, NOW, book.values[figure.key].reference, book.number(figure, coded=True, **ruled), figure.value
    )
    times = 100 if figure.unit == "share" else 1
    apart = (float(figure.value or 0) - float(goal.value)) * times
    style = book.styles(**ruled, num_format=difference(figure.unit, language), align="end", font_color=MUTED)
    page.formula(row, GAP, f"({now}-{aim})*{times}" if times > 1 else f"{now}-{aim}", style, apart)
    sign = ">=" if goal.direction == "higher" else "<="
    yes, no = f"✓ {book.say('workbook.is_reached')}", book.say("workbook.not_reached")
    is_there = apart >= 0 if goal.direction == "higher" else apart <= 0
    words = book.styles(**ruled, indent=1, font_color=MUTED)
    page.formula(row, REACHED, f'IF({now}{sign}{aim},"{yes}","{no}")', words, yes if is_there else no)
    good = book.workbook.add_format({"font_color": GOOD, "bold": True})
    rule = {"type": "cell", "criteria": "==", "value": f'"{yes}"', "format": good}
    page.sheet.conditional_format(row, REACHED, row, REACHED, rule)
