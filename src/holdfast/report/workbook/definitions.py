"""What each figure means and where its definition comes from; the report and the rules it was counted by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.report.colours import ACCENT, HAIRLINE, MUTED
from holdfast.report.phrases import formula_text
from holdfast.report.workbook.lines import by_family
from holdfast.report.workbook.page import HEADING_ROWS, head, heading, printed, when
from holdfast.words.amounts import period_name

if TYPE_CHECKING:
    from holdfast.metrics.catalog import Metric
    from holdfast.report.workbook.book import Book, Cell, Page

NAME, KEY, FORMULA, UNIT, BETTER, SOURCE = range(1, 7)
WIDTHS = {NAME: 32, KEY: 26, FORMULA: 84, UNIT: 12, BETTER: 12, SOURCE: 46}
CHARACTERS, POINTS = {"en": 92, "id": 92}, {"en": 13, "id": 13}
FEWER, TALLER = 82, 17
"""Of a formula's line: what fits, and how high it is; Arabic and Devanagari letters need more room."""


def definitions_sheet(book: Book, page: Page, board: Cell) -> None:
    """Write what the report is, each metric's formula in words with its source, and the rules in force."""
    heading(book, page, book.say("workbook.definitions"), SOURCE, back=board)
    for column, width in WIDTHS.items():
        page.sheet.set_column(column, column, width)
    row = _about(book, page, HEADING_ROWS)
    row = _metrics(book, page, row + 1)
    row = _rules(book, page, row + 1)
    page.sheet.freeze_panes(HEADING_ROWS, 0)
    printed(book, page, repeat=2, last_column=SOURCE, last_row=row)


def _about(book: Book, page: Page, row: int) -> int:
    """What the report stands on, with instants as instants."""
    stamp = book.contents.stamp
    period = period_name(stamp.grain, stamp.period_label, book.language)
    told = [
        ("workbook.about_workspace", stamp.workspace),
        ("series.period", period),
        ("workbook.about_currency", stamp.currency),
        ("workbook.about_zone", stamp.zone),
        ("workbook.about_as_of", stamp.as_of),
        ("workbook.about_known_at", stamp.known_at),
        ("workbook.about_made_at", stamp.made_at),
        ("workbook.about_by", stamp.by),
        ("workbook.about_report", stamp.report_id),
        ("workbook.about_rulebook", stamp.rulebook),
    ]
    style = book.styles(num_format=when(book), align="start")
    for key, value in told:
        if value is not None:
            page.put(row, NAME, book.say(key), book.styles(font_color=MUTED))
            page.put(row, KEY, value, style)
            book.workbook.define_name(key.rpartition(".")[2], f"={page.cell(row, KEY).reference}")
            row += 1
    return row


def _metrics(book: Book, page: Page, row: int) -> int:
    words = {
        NAME: "board.name",
        KEY: "workbook.key",
        FORMULA: "catalogue.formula",
        UNIT: "catalogue.unit",
        BETTER: "catalogue.better",
        SOURCE: "catalogue.source",
    }
    for column, key in words.items():
        page.put(row, column, book.say(key), book.styles(**head()))
    shown = {line.last.name: line.last for _, lines in by_family(book) for line in lines}
    for name, figure in shown.items():
        row += 1
        _metric(book, page, row, book.contents.metrics[name], book.title(figure))
    return row + 1


def _metric(book: Book, page: Page, row: int, metric: Metric, title: str) -> None:
    ruled = {"bottom": 4, "bottom_color": HAIRLINE, "valign": "top"}
    formula = formula_text(metric, book.look)
    several = 1 + len(formula) // CHARACTERS.get(book.language, FEWER)
    page.sheet.set_row(row, POINTS.get(book.language, TALLER) * several + 4)
    unit = book.contents.stamp.currency if metric.unit == "money" else book.say(f"unit_name.{metric.unit}")
    page.put(row, NAME, title, book.styles(**ruled, bold=True))
    page.put(row, KEY, metric.full_name, book.styles(**ruled, font_color=MUTED, font_size=8))
    page.put(row, FORMULA, formula, book.styles(**ruled, text_wrap=True))
    page.put(row, UNIT, unit, book.styles(**ruled, font_color=MUTED))
    page.put(
        row, BETTER, book.say(f"catalogue.better_{metric.better}"), book.styles(**ruled, font_color=MUTED)
    )
    source = book.styles(
        **ruled, font_size=8, font_color=ACCENT if "://" in metric.source else MUTED, underline=0
    )
    if metric.source.startswith("http") and " " not in metric.source:
        page.sheet.write_url(row, SOURCE, metric.source, source, metric.source.partition("://")[2])
    else:
        page.put(row, SOURCE, metric.source, source)


def _rules(book: Book, page: Page, row: int) -> int:
    page.put(row, NAME, book.say("catalogue.rules"), book.styles(**head()))
    page.put(row, KEY, book.contents.stamp.rulebook, book.styles(**head()))
    row += 1
    for name, value in book.contents.stamp.rules.items():
        page.put(row, NAME, name, book.styles(font_size=8, font_color=MUTED))
        page.put(row, KEY, value, book.styles(font_size=8, align="start"))
        row += 1
    return row
