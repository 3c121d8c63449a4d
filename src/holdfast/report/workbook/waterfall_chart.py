"""The waterfall: the table that it draws, of the stretch that is chosen, and the chart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from holdfast.report.colours import ACCENT, MOVEMENTS, MUTED
from holdfast.report.workbook.charts import dressed
from holdfast.report.workbook.formats import pattern
from holdfast.report.workbook.movements import STEPS, Months, opening_of, signed
from holdfast.report.workbook.page import HEADING_ROWS, head
from holdfast.words.amounts import period_brief

if TYPE_CHECKING:
    from holdfast.report.workbook.book import Book, Page

NAME, FIRST = 1, 2
LEVEL, LABEL = FIRST + 5, FIRST + 6
CHOSEN = (HEADING_ROWS, NAME + 1)
QUIET = {"font_size": 8, "font_color": MUTED}


def waterfall_chart(
    book: Book, page: Page, row: int, heads: tuple[int, int], found: Months, size: tuple[int, int]
) -> int:
    """Write what is drawn of `found` at first from `row` on, and place the chart; gives the last row.

    `heads` are the row of the table's head and its last column: there stand the stretches to choose from.
    """
    stretches = xl_range_abs(heads[0], FIRST, heads[0], heads[1])
    label, grain = list(found)[-1], book.contents.stamp.grain
    is_one = len(found) == 1
    chosen = period_brief(grain, label, book.language) if is_one else book.say("workbook.whole")
    _choice(book, page, stretches, chosen)
    page.put(row, NAME, book.say("workbook.drawn"), book.styles(**head()))
    for column, key in enumerate(("amount", "base", "total", "rise", "fall"), FIRST):
        page.put(row, column, book.say(f"workbook.{key}"), book.styles(**head(align="end")))
    match = f"MATCH({xl_rowcol_to_cell(*CHOSEN, True, True)},{stretches},0)"
    for offset, (name, values) in enumerate(_drawn(book, found), 1):
        source = xl_range_abs(heads[0] + offset, FIRST, heads[0] + offset, heads[1])
        formulas = _formulas(row + offset, f"INDEX({source},1,{match})", is_end=offset in {1, len(STEPS) + 2})
        _step(book, page, row + offset, name, formulas, values)
    chart = _chart(book, page, row + 1)
    chart.set_size({"width": size[0], "height": size[1]})
    page.sheet.insert_chart(HEADING_ROWS + 2, NAME, chart, {"object_position": 2})
    return row + len(STEPS) + 2


def _choice(book: Book, page: Page, stretches: str, chosen: str) -> None:
    """The cell in which a reader chooses a period, or the whole stretch."""
    said = book.styles(font_color=MUTED, align="end", indent=1)
    page.put(HEADING_ROWS, NAME, book.say("workbook.choose"), said)
    boxed = book.styles(bold=True, font_color=ACCENT, border=1, border_color=ACCENT, align="center")
    page.put(*CHOSEN, chosen, boxed)
    page.sheet.data_validation(*CHOSEN, *CHOSEN, {"validate": "list", "source": f"={stretches}"})


def _formulas(row: int, amount: str, *, is_end: bool) -> list[str]:
    """Amount, base, total, rise, fall and the level that the step leads to."""
    here, above = xl_rowcol_to_cell(row, FIRST), xl_rowcol_to_cell(row - 1, LEVEL)
    if is_end:
        return [amount, "0", here, "0", "0", here]
    base = f"MIN({above},{above}+{here})"
    return [amount, base, "0", f"MAX({here},0)", f"MAX(-{here},0)", f"{above}+{here}"]


def _step(book: Book, page: Page, row: int, name: str, formulas: list[str], values: list[Decimal]) -> None:
    currency = book.contents.stamp.currency
    number = book.styles(**QUIET, num_format=pattern(currency, book.language), align="end")
    page.put(row, NAME, name, book.styles(**QUIET))
    for column, (text, value) in enumerate(zip(formulas, values, strict=True), FIRST):
        page.formula(row, column, text, number, value)
    label = f'{xl_rowcol_to_cell(row, NAME)}&"  "&FIXED({xl_rowcol_to_cell(row, FIRST)},0)'
    page.formula(row, LABEL, label, book.styles(**QUIET), f"{name}  {values[0]:,.0f}")


def _drawn(book: Book, found: Months) -> Iterator[tuple[str, list[Decimal]]]:
    """Each step of a stretch: amount, base, total, rise, fall and the level it leads to."""
    none = Decimal(0)
    first, last = (list(found.values())[place] for place in (0, -1))
    level = opening_of(first)
    yield book.say("workbook.opening"), [level, none, level, none, none, level]
    for step in STEPS:
        amount = sum((signed(each[step]) for each in found.values()), none)
        before, level = level, level + amount
        rises = [min(before, level), none, max(amount, none), max(-amount, none), level]
        yield book.say(f"metric.{step}"), [amount, *rises]
    closing = Decimal(str(last["mrr"].value))
    yield book.say("workbook.closing"), [closing, none, closing, none, none, closing]


def _chart(book: Book, page: Page, first: int) -> Any:
    """Stacked columns on a base that is not seen."""
    last = first + len(STEPS) + 1
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    colours = [ACCENT, *(MOVEMENTS[step] for step in STEPS), ACCENT]
    points = [{"fill": {"color": colour}, "border": {"none": True}} for colour in colours]
    for place, key in enumerate(("base", "total", "rise", "fall"), 1):
        seen = {"fill": {"none": True}} if key == "base" else {"fill": {"color": ACCENT}, "points": points}
        chart.add_series(
            {
                "name": book.say(f"workbook.{key}"),
                "categories": [page.name, first, LABEL, last, LABEL],
                "values": [page.name, first, FIRST + place, last, FIRST + place],
                "border": {"none": True},
                "gap": 40,
                **seen,
            }
        )
    unit = book.contents.stamp.currency
    return dressed(book, chart, book.joined(book.say("workbook.waterfall"), unit), unit, legend=False)
