"""A sheet per family: each figure as a live formula over the sums that it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from holdfast.report.colours import ACCENT, FAINT, HAIRLINE, INK, MUTED, SURFACE
from holdfast.report.workbook.book import DASH
from holdfast.report.workbook.formats import pattern
from holdfast.report.workbook.lines import Line, labels_of, lines_of
from holdfast.report.workbook.page import HEADING_ROWS, head, heading, printed
from holdfast.words.amounts import is_currency, period_brief

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.workbook.book import Book, Cell, Page

NAME, UNIT, FIRST = 1, 2, 3
NARROW, WIDE = 9.5, 12.5
SHORT, LONG = 36, 60


@dataclass
class _Sheet:
    """Where the next row goes."""

    book: Book
    page: Page
    labels: Sequence[str]
    row: int = HEADING_ROWS

    @property
    def last(self) -> int:
        return FIRST + len(self.labels) - 1


def family_sheet(book: Book, page: Page, title: str, lines: Sequence[Line], board: Cell) -> None:
    """Write a family's lines, each with the sums, the interval and the parts under it."""
    sheet = _Sheet(book, page, labels_of(book.contents.figures))
    heading(book, page, title, sheet.last, back=board)
    _columns(sheet, lines)
    _head(sheet)
    for line in lines:
        _block(sheet, line)
    page.sheet.freeze_panes(HEADING_ROWS + 1, FIRST)
    page.sheet.outline_settings(visible=True, symbols_below=False)
    printed(book, page, repeat=HEADING_ROWS, last_column=sheet.last, last_row=sheet.row)


def _columns(sheet: _Sheet, lines: Sequence[Line]) -> None:
    money = any(is_currency(line.last.unit) for line in lines)
    longest = max(len(sheet.book.named(line.last)) for line in lines)
    sheet.page.sheet.set_column(NAME, NAME, min(max(longest, SHORT), LONG))
    sheet.page.sheet.set_column(UNIT, UNIT, 9)
    sheet.page.sheet.set_column(FIRST, sheet.last, WIDE if money else NARROW)


def _head(sheet: _Sheet) -> None:
    book, page, row = sheet.book, sheet.page, sheet.row
    grain = book.contents.stamp.grain
    page.sheet.set_row(row, 20)
    page.put(row, NAME, book.say("board.name"), book.styles(**head()))
    page.put(row, UNIT, book.say("catalogue.unit"), book.styles(**head()))
    for column, label in enumerate(sheet.labels, FIRST):
        is_last = label == sheet.labels[-1]
        style = head(align="end", font_color=ACCENT if is_last else MUTED)
        page.put(row, column, period_brief(grain, label, book.language), book.styles(**style))
    sheet.row += 1


def _block(sheet: _Sheet, line: Line) -> None:
    """The line of values, and indented under it what they are made of."""
    book, page, row = sheet.book, sheet.page, sheet.row
    title = book.named(line.last)
    strong = {"bold": True, "bg_color": SURFACE, "top": 1, "top_color": HAIRLINE}
    page.sheet.set_row(row, 17)
    page.put(row, NAME, title, book.styles(**strong))
    page.put(row, UNIT, book.unit(line.last), book.styles(**strong | {"bold": False, "font_color": MUTED}))
    sheet.row += 1
    below = _made_of(sheet, line, 1)
    for column, label in enumerate(sheet.labels, FIRST):
        figure = line.at(label)
        _value(sheet, row, column, figure, below, strong)
        if figure is not None:
            book.values[figure.key] = page.cell(row, column)
    _reasons(sheet, line)


def _made_of(sheet: _Sheet, line: Line, level: int) -> dict[str, int]:
    """The rows under a line, by what they hold: its sums, its interval, how much it stands on, its parts."""
    rows: dict[str, int] = {}
    for name in ("numerator", "denominator", "low", "high", "n"):
        if any(getattr(figure, name) is not None for figure in line.figures.values()):
            rows[name] = _numbers(sheet, line, name, level)
    return rows | _parts(sheet, line, level)


def _numbers(sheet: _Sheet, line: Line, name: str, level: int) -> int:
    """One of the numbers that a figure carries, over the periods."""
    book, page, row = sheet.book, sheet.page, sheet.row
    quiet = {"font_size": 8, "font_color": MUTED}
    page.sheet.set_row(row, 13, None, {"level": level})
    page.put(row, NAME, book.say(_said(book, line, name)), book.styles(**quiet, indent=level + 1))
    for column, label in enumerate(sheet.labels, FIRST):
        figure = line.at(label)
        value = None if figure is None else getattr(figure, name)
        if figure is not None and value is not None:
            page.put(row, column, value, _number_style(book, figure, name, value, quiet))
    sheet.row += 1
    return row


def _said(book: Book, line: Line, name: str) -> str:
    """What a sum is called: that of the rows for a plain total, no part of a quotient for a curve."""
    if is_curve(book, line.last) and name in {"numerator", "denominator"}:
        return f"workbook.curve_{name}"
    is_total = name == "numerator" and line.last.denominator is None
    return "workbook.rows_sum" if is_total else f"workbook.{name}"


def is_curve(book: Book, figure: Figure) -> bool:
    """Whether a figure is read off a curve, so that no quotient gives it."""
    metric = book.contents.metrics.get(figure.name)
    return metric is not None and metric.statistic != "sums"


def _number_style(book: Book, figure: Figure, name: str, value: Any, quiet: Mapping[str, Any]) -> Any:
    """Bounds in the figure's own unit; sums whole where they are."""
    unit = figure.unit if name in {"low", "high"} else "accounts" if float(value).is_integer() else "ratio"
    return book.styles(**quiet, num_format=pattern(unit, book.language), align="end")


def _parts(sheet: _Sheet, line: Line, level: int) -> dict[str, int]:
    """The parts of a composed metric, each with its own sums under it."""
    rows = {}
    for part in lines_of([part for figure in line.figures.values() for part in figure.parts]):
        book, page, row = sheet.book, sheet.page, sheet.row
        quiet = {"font_size": 8, "font_color": INK}
        page.sheet.set_row(row, 13, None, {"level": level})
        page.put(row, NAME, book.title(part.last), book.styles(**quiet, indent=level + 1))
        page.put(row, UNIT, book.unit(part.last), book.styles(**quiet | {"font_color": MUTED}))
        sheet.row += 1
        below = {
            name: _numbers(sheet, part, name, level + 1)
            for name in ("numerator", "denominator")
            if any(figure.denominator is not None for figure in part.figures.values())
        }
        for column, label in enumerate(sheet.labels, FIRST):
            _value(sheet, row, column, part.at(label), below, quiet)
        rows[part.last.name] = row
    return rows


def _value(
    sheet: _Sheet,
    row: int,
    column: int,
    figure: Figure | None,
    below: Mapping[str, int],
    look: dict[str, Any],
) -> None:
    """A value as a formula over the rows below it; undefined, a dash with the reason beside it."""
    book, page = sheet.book, sheet.page
    if figure is None:
        page.put(row, column, None, book.styles(**look))
    elif figure.value is None:
        page.put(row, column, DASH, book.styles(**look | {"align": "end", "font_color": FAINT}))
        page.sheet.write_comment(
            row, column, book.why(figure), {"font_size": 9, "x_scale": 1.4, "y_scale": 0.5}
        )
    else:
        text, style = _formula(book, figure, below, column), book.number(figure, **look)
        if text:
            page.formula(row, column, text, style, figure.value)
        else:
            page.put(row, column, figure.value, style)


def _formula(book: Book, figure: Figure, below: Mapping[str, int], column: int) -> str:
    """How a value follows from the rows below it; empty where it is read off a curve or has no sums."""

    def at(name: str) -> str:
        return str(xl_rowcol_to_cell(below[name], column))

    if is_curve(book, figure):
        return ""
    composed = book.contents.formulas.get(figure.name, "")
    if composed and figure.parts:
        return re.sub(r"[a-z_]+", lambda name: at(name[0]) if name[0] in below else name[0], composed)
    if figure.denominator is not None and "denominator" in below:
        return f'IF({at("denominator")}=0,"{DASH}",{at("numerator")}/{at("denominator")})'
    if figure.denominator is None and figure.numerator is not None and "numerator" in below:
        return at("numerator")
    return ""


def _reasons(sheet: _Sheet, line: Line) -> None:
    """Under a line with gaps, why they are there and when."""
    book, page = sheet.book, sheet.page
    told = [f"{DASH} {gap}" for gap in _gaps(sheet, line)]
    if is_curve(book, line.last):
        told.insert(0, book.say("workbook.curve"))
    if told:
        style = book.styles(font_size=8, font_color=FAINT, italic=not book.styles.is_mirrored, indent=2)
        page.sheet.set_row(sheet.row, 13, None, {"level": 1})
        page.put(sheet.row, NAME, "; ".join(told), style)
        sheet.row += 1


def _gaps(sheet: _Sheet, line: Line) -> Iterator[str]:
    book, grain = sheet.book, sheet.book.contents.stamp.grain
    why: dict[str, list[str]] = {}
    for label in sheet.labels:
        figure = line.at(label)
        if figure is not None and figure.value is None:
            reason = book.why(figure).partition(" (")[0]
            why.setdefault(reason, []).append(period_brief(grain, label, book.language))
    for reason, labels in why.items():
        yield f"{reason} ({labels[0] if len(labels) == 1 else f'{labels[0]} – {labels[-1]}: {len(labels)}'})"
