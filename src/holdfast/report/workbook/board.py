"""The first sheet: the figures that matter most, how they went, and all the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from holdfast.report.colours import ACCENT, BAD, FAINT, GOOD, HAIRLINE, INK, MUTED, SURFACE, WHITE
from holdfast.report.phrases import change_text
from holdfast.report.workbook.board_charts import board_charts
from holdfast.report.workbook.board_targets import targets
from holdfast.report.workbook.book import DASH
from holdfast.report.workbook.formats import difference, pattern
from holdfast.report.workbook.lines import Line, lines_of
from holdfast.report.workbook.page import HEADING_ROWS, head, heading, printed
from holdfast.words.amounts import period_short
from holdfast.words.order import ordered

if TYPE_CHECKING:
    from holdfast.metrics.figure import Change, Figure
    from holdfast.report.workbook.book import Book, Cell, Page

CARDS = (
    "mrr",
    "net_revenue_retention",
    "gross_revenue_retention",
    "customer_churn_rate",
    "paying_customers",
    "nps",
    "lifetime_value",
    "arpa",
    "quick_ratio",
    "monthly_active_users",
    "renewal_rate",
)
"""What heads the board: the first six of these that the report has."""

MOST_CARDS = 6
FIRST, LAST = 1, 12
WIDTH = 14
CARD_ROWS = 5
NAME, VALUE, THAN, THAN_YEAR, LOW, HIGH, N, TREND = 1, 3, 4, 6, 8, 9, 10, 12
TREND_COLOUR = "#A9C3C8"
SIGNS = {"higher": "▲", "lower": "▼"}


def board_sheet(book: Book, page: Page, families: Sequence[tuple[str, Sequence[Line], Cell]]) -> None:
    """Write the board: cards, charts, then every line by family."""
    sheet = page.sheet
    heading(book, page, book.contents.stamp.title or book.contents.stamp.workspace, LAST)
    sheet.set_column(FIRST, LAST, WIDTH)
    row = _cards(book, page, HEADING_ROWS)
    row = board_charts(book, page, row + 1, WIDTH)
    sheet.set_h_pagebreaks([row])
    row = targets(book, page, row)
    row = _table(book, page, row, families)
    row = _notes(book, page, row + 1)
    sheet.freeze_panes(HEADING_ROWS, 0)
    printed(book, page, repeat=2, last_column=LAST, last_row=row, pages_high=3)
    sheet.set_first_sheet()
    sheet.activate()


def _cards(book: Book, page: Page, row: int) -> int:
    """The figures that matter most, each with how it moved and its trend."""
    found = [line for line in _headliners(book) if line.last.value is not None][:MOST_CARDS]
    heights = (18, 30, 15, 26, 6)
    for offset, height in enumerate(heights):
        page.sheet.set_row(row + offset, height)
    for place, line in enumerate(found):
        _card(book, page, row, FIRST + 2 * place, line)
    return row + CARD_ROWS


def _headliners(book: Book) -> list[Line]:
    plain = [
        line
        for line in lines_of(book.contents.figures)
        if dict(line.last.segment) == dict(book.contents.stamp.segment)
    ]
    known = {line.last.name: line for line in reversed(plain) if line.last.value is not None}
    return [known[name] for name in CARDS if name in known]


def _card(book: Book, page: Page, row: int, column: int, line: Line) -> None:
    figure, sheet, styles = line.last, page.sheet, book.styles
    inside = {"bg_color": SURFACE, "indent": 1, "align": "start"}
    side = "left" if styles.is_mirrored else "right"
    edge = inside | {side: 5, f"{side}_color": WHITE}
    top = edge | {"top": 5, "top_color": ACCENT}
    end = column + 1
    sheet.merge_range(row, column, row, end, "", styles(**top))
    page.put(row, column, book.title(figure), styles(**top, font_color=MUTED, text_wrap=False))
    big = edge | {"font_size": 20, "bold": True, "font_color": INK}
    shown = pattern(figure.unit, book.language, coded=True, mark=figure.status == "provisional", whole=True)
    value = styles(**big, num_format=shown.replace("_*", ""))
    sheet.merge_range(row + 1, column, row + 1, end, "", value)
    to = book.behind.get(figure.key) or book.values[figure.key]
    page.link(row + 1, column, to, value)
    page.formula(row + 1, column, book.values[figure.key].reference, value, figure.value)
    moved = _change_of(book, figure, "previous")
    small = styles(**edge, font_size=8, font_color=_judged(book, figure, moved))
    sheet.merge_range(row + 2, column, row + 2, end, "", small)
    page.put(row + 2, column, _sentence(book, figure, moved), small)
    page.put(row + 3, column, None, styles(**inside))
    page.put(row + 3, end, None, styles(**edge))
    _sparkline(book, page, row + 3, end, line)


def _change_of(book: Book, figure: Figure, kind: str) -> Change | None:
    changes = book.contents.changes.get(figure.key, ())
    return next((change for change in changes if change.kind == kind), None)


def _sentence(book: Book, figure: Figure, change: Change | None) -> str:
    words = ordered(change_text(change, figure, book.look, whole=True), book.language)
    sign = SIGNS.get(change.verdict, "") if change is not None else ""
    return f"{sign} {words}".strip()


def _judged(book: Book, figure: Figure, change: Change | None) -> str:
    metric = book.contents.metrics[figure.name]
    if change is None or change.verdict not in SIGNS or metric.better not in SIGNS:
        return MUTED
    return GOOD if change.verdict == metric.better else BAD


def _sparkline(book: Book, page: Page, row: int, column: int, line: Line) -> None:
    page.sheet.add_sparkline(
        row,
        column,
        {
            "range": book.runs[line.series].reference,
            "type": "column",
            "series_color": TREND_COLOUR,
            "last_point": not book.styles.is_mirrored,
            "last_color": ACCENT,
            "reverse": book.styles.is_mirrored,
        },
    )


def _table(book: Book, page: Page, row: int, families: Sequence[tuple[str, Sequence[Line], Cell]]) -> int:
    """Every line under its family's name."""
    _table_head(book, page, row)
    row += 1
    for name, every, cell in families:
        lines = _telling(every)
        style = {"bold": True, "font_size": 10, "font_color": ACCENT, "bottom": 1, "bottom_color": HAIRLINE}
        page.sheet.set_row(row, 22)
        for column in range(FIRST, LAST + 1):
            page.put(row, column, None, book.styles(**style))
        page.link(row, NAME, cell, book.styles(**style, underline=0), name)
        row += 1
        for line in lines:
            _line(book, page, row, line)
            row += 1
    return row


def _telling(lines: Sequence[Line]) -> list[Line]:
    """Without values of a metric's own dimension that say nothing now, where others of it do."""
    told = {line.series[:4] for line in lines if line.last.value is not None}
    return [
        line
        for line in lines
        if line.last.value is not None or not line.last.of or line.series[:4] not in told
    ]


def _table_head(book: Book, page: Page, row: int) -> None:
    words = {
        NAME: book.say("board.name"),
        VALUE: book.say("board.value"),
        THAN: _than(book, "previous"),
        THAN_YEAR: _than(book, "year_before"),
        LOW: book.say("workbook.low"),
        HIGH: book.say("workbook.high"),
        N: book.say("workbook.n"),
        TREND: book.say("board.trend"),
    }
    page.sheet.set_row(row, 20)
    for column in range(FIRST, LAST + 1):
        style = head(align="end") if column in {VALUE, LOW, HIGH, N} else head()
        page.put(
            row, column, words.get(column), book.styles(**style, indent=int(column in {THAN, THAN_YEAR}))
        )


def _than(book: Book, kind: str) -> str:
    """The head of a column of changes, naming the period that they are against."""
    label = book.contents.stamp.period_label
    for figure in book.contents.figures:
        change = _change_of(book, figure, kind) if figure.period_label == label else None
        if change is not None:
            period = period_short(figure.grain, change.earlier_label, label, book.language)
            return book.say("than.header", period=period)
    return book.say(f"than.{kind}")


def _line(book: Book, page: Page, row: int, line: Line) -> None:
    figure, styles = line.last, book.styles
    ruled = {"bottom": 1, "bottom_color": HAIRLINE}
    page.sheet.set_row(row, 16)
    for column in range(FIRST, LAST + 1):
        page.put(row, column, None, styles(**ruled))
    name = styles(**ruled, shrink=True, align="start")
    page.sheet.merge_range(row, NAME, row, VALUE - 1, "", name)
    page.put(row, NAME, book.named(figure), name)
    _value(book, page, row, figure, ruled)
    _sparkline(book, page, row, TREND, line)
    if figure.value is None:
        page.put(row, THAN, book.why(figure), styles(**ruled, font_color=FAINT, indent=1, align="start"))
    else:
        _change(book, page, row, line, "previous", THAN, ruled)
        _change(book, page, row, line, "year_before", THAN_YEAR, ruled)
    for column, value, unit in (
        (LOW, figure.low, figure.unit),
        (HIGH, figure.high, figure.unit),
        (N, figure.n, ""),
    ):
        if value is not None:
            shown = pattern(unit, book.language)
            page.put(row, column, value, styles(**ruled, num_format=shown, align="end", font_color=MUTED))


def _value(book: Book, page: Page, row: int, figure: Figure, ruled: dict[str, Any]) -> None:
    """The figure, leading to the rows behind it, else to its family's sheet."""
    at = book.values[figure.key]
    if figure.value is None:
        style = book.styles(**ruled, align="end", font_color=FAINT)
        page.link(row, VALUE, at, style)
        page.put(row, VALUE, DASH, style)
        page.sheet.write_comment(row, VALUE, book.why(figure), {"font_size": 9, "y_scale": 0.5})
        return
    behind = book.behind.get(figure.key)
    style = book.number(
        figure, coded=True, bold=True, font_color=ACCENT if behind else INK, underline=0, **ruled
    )
    page.link(row, VALUE, behind or at, style)
    page.formula(row, VALUE, at.reference, style, figure.value)


def _change(
    book: Book, page: Page, row: int, line: Line, kind: str, column: int, ruled: dict[str, Any]
) -> None:
    """The verdict in a word, and the difference as a live formula."""
    figure, change = line.last, _change_of(book, line.last, kind)
    if change is None:
        return
    said = change_text(change, figure, book.look, whole=False).partition(",")[0].partition("،")[0]
    sign = SIGNS.get(change.verdict, "")
    colour = _judged(book, figure, change)
    page.put(
        row,
        column,
        f"{sign} {said}".strip(),
        book.styles(**ruled, font_color=colour, indent=1, font_size=8, shrink=True),
    )
    earlier = line.at(change.earlier_label)
    if change.difference is None or earlier is None or earlier.value is None or figure.value is None:
        return
    times = 100 if figure.unit == "share" else 1
    now, then = book.values[figure.key].reference, book.values[earlier.key].reference
    text = f"({now}-{then})*{times}" if times > 1 else f"{now}-{then}"
    style = book.styles(
        **ruled, num_format=difference(figure.unit, book.language), align="end", font_color=MUTED
    )
    page.formula(row, column + 1, text, style, float(change.difference) * times)


def _notes(book: Book, page: Page, row: int) -> int:
    quiet = book.styles(font_size=8, font_color=MUTED)
    notes = [book.say("workbook.note_links"), book.say("workbook.note_dash")]
    if any(figure.status == "provisional" for figure in book.contents.figures):
        notes.append(book.say("board.provisional", mark="*"))
    notes.append(book.say("board.interval_note"))
    for note in notes:
        page.put(row, NAME, note, quiet)
        row += 1
    return row
