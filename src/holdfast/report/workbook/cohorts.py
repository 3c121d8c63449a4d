"""A sheet per kind of cohort: shares as a heatmap of live formulas, and the counts they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_rowcol_to_cell

from holdfast.report.colours import AROUND_ONE, FAINT, HAIRLINE, MUTED, SHARES, SURFACE
from holdfast.report.workbook.book import DASH
from holdfast.report.workbook.formats import counted, pattern, plain
from holdfast.report.workbook.page import HEADING_ROWS, head, heading, printed
from holdfast.words.amounts import bare, is_currency, period_brief
from holdfast.words.numerals import in_digits

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.workbook.book import Book, Cell, Page

NAME, SIZE, FIRST = 1, 2, 3
PENDING = "·"
Cohort = Mapping[int, "Figure"]


def cohort_sheet(book: Book, page: Page, kind: str, figures: Sequence[Figure], board: Cell) -> None:
    """Write the share of each cohort that is left at each age, and below what it is a share of."""
    cohorts = _by_cohort(figures)
    oldest = max(
        (age for each in cohorts.values() for age, cell in each.items() if cell.value is not None), default=0
    )
    last = FIRST + oldest
    heading(book, page, book.say(f"workbook.cohorts_{kind}"), last, back=board)
    is_money = kind != "logo"
    page.sheet.set_column(NAME, NAME, 16)
    page.sheet.set_column(SIZE, SIZE, 12 if is_money else 9)
    page.sheet.set_column(FIRST, last, 9 if is_money else 7.5)
    shares, counts = HEADING_ROWS, HEADING_ROWS + len(cohorts) + 5
    _head(book, page, shares, book.say("workbook.cohort_shares"), oldest)
    _head(book, page, counts, book.say(f"workbook.cohort_counts_{kind}"), oldest)
    for offset, (label, each) in enumerate(cohorts.items(), 2):
        _counts(book, page, counts + offset, label, each, oldest)
        _shares(book, page, shares + offset, label, each, oldest, counts + offset)
    end = shares + 2 + len(cohorts)
    _together(book, page, end, cohorts, oldest, (counts + 2, counts + 1 + len(cohorts)))
    _coloured(page, (shares + 2, FIRST, end, last), diverging=kind == "net")
    note = book.styles(font_size=8, font_color=MUTED)
    page.put(counts + len(cohorts) + 3, NAME, book.say("workbook.cohort_note", mark=PENDING), note)
    page.sheet.freeze_panes(shares + 2, FIRST)
    printed(book, page, repeat=2, last_column=last, last_row=counts + len(cohorts) + 3, pages_high=1)


def _by_cohort(figures: Sequence[Figure]) -> dict[str, dict[int, Figure]]:
    """The cohorts that someone is in, each with its figures by age, the oldest first."""
    found: dict[str, dict[int, Figure]] = {}
    for figure in sorted(figures, key=lambda each: each.period_start):
        found.setdefault(figure.period_label, {})[int(figure.of.get("age", -1))] = figure
    return {label: each for label, each in found.items() if 0 in each and each[0].value is not None}


def _head(book: Book, page: Page, row: int, title: str, oldest: int) -> None:
    page.put(row, NAME, title, book.styles(bold=True, font_size=11))
    page.sheet.set_row(row, 24)
    page.put(row + 1, NAME, book.say("cohorts.began"), book.styles(**head()))
    page.put(row + 1, SIZE, book.say("cohorts.size"), book.styles(**head(align="end")))
    ages = book.styles(**head(align="center", num_format=plain("0", book.language)))
    for age in range(oldest + 1):
        page.put(row + 1, FIRST + age, age, ages)


def _counts(book: Book, page: Page, row: int, label: str, cohort: Cohort, oldest: int) -> None:
    """How many, or how much, is left; `49 of 96` where accounts are counted."""
    first = cohort[0]
    size = bare(first.denominator or 0, "", book.language)
    is_money = is_currency(_unit(book, first))
    _name(book, page, row, label, first)
    shown = (
        plain("#,##0", book.language) if is_money else counted(in_digits(size, book.language), book.language)
    )
    style = book.styles(num_format=shown, align="center", font_size=8)
    for age in range(oldest + 1):
        figure = cohort.get(age)
        if figure is not None and figure.value is not None:
            page.put(row, FIRST + age, figure.numerator, style)
        elif figure is not None:
            page.put(row, FIRST + age, PENDING, _pending(book))


def _shares(book: Book, page: Page, row: int, label: str, cohort: Cohort, oldest: int, counts: int) -> None:
    _name(book, page, row, label, cohort[0])
    style = book.styles(
        num_format=plain("0%", book.language), align="center", border=1, border_color="#FFFFFF"
    )
    for age in range(oldest + 1):
        figure = cohort.get(age)
        if figure is None:
            continue
        if figure.value is None:
            page.put(row, FIRST + age, PENDING, _pending(book))
            continue
        of = xl_rowcol_to_cell(counts, SIZE, col_abs=True)
        if figure.denominator != cohort[0].denominator:
            of = repr(float(figure.denominator or 0))
        page.formula(row, FIRST + age, f"{xl_rowcol_to_cell(counts, FIRST + age)}/{of}", style, figure.value)


def _name(book: Book, page: Page, row: int, label: str, first: Figure) -> None:
    page.sheet.set_row(row, 16)
    page.put(row, NAME, period_brief(first.grain, label, book.language), book.styles())
    unit = _unit(book, first)
    number = plain("#,##0", book.language) if is_currency(unit) else pattern("accounts", book.language)
    page.put(row, SIZE, first.denominator, book.styles(num_format=number, align="end", font_color=MUTED))


def _unit(book: Book, first: Figure) -> str:
    """Accounts where the cohort's size is how many stand in it, else money."""
    return "accounts" if first.denominator == first.n else book.contents.stamp.currency


def _pending(book: Book) -> Any:
    """A window that is not over: hatched, and no number."""
    return book.styles(align="center", font_color=FAINT, pattern=14, fg_color=HAIRLINE, bg_color="#FFFFFF")


def _together(
    book: Book, page: Page, row: int, cohorts: Mapping[str, Cohort], oldest: int, rows: tuple[int, int]
) -> None:
    """All cohorts that are old enough, weighted by their size."""
    strong = {"bold": True, "top": 1, "top_color": HAIRLINE, "bg_color": SURFACE}
    page.put(row, NAME, book.say("workbook.cohort_all"), book.styles(**strong))
    page.put(row, SIZE, None, book.styles(**strong))
    style = book.styles(**strong | {"bg_color": ""}, num_format=plain("0%", book.language), align="center")
    sizes = f"{xl_rowcol_to_cell(rows[0], SIZE, True, True)}:{xl_rowcol_to_cell(rows[1], SIZE, True, True)}"
    for age in range(oldest + 1):
        column = FIRST + age
        kept = f"{xl_rowcol_to_cell(rows[0], column)}:{xl_rowcol_to_cell(rows[1], column)}"
        seen = [each[age] for each in cohorts.values() if age in each and each[age].value is not None]
        top = sum(float(figure.numerator or 0) for figure in seen)
        bottom = sum(float(figure.denominator or 0) for figure in seen)
        text = f'IF(COUNT({kept})=0,"{DASH}",SUM({kept})/SUMPRODUCT(ISNUMBER({kept})*{sizes}))'
        page.formula(row, column, text, style, top / bottom if bottom else DASH)


def _coloured(page: Page, place: tuple[int, int, int, int], *, diverging: bool) -> None:
    low, middle, high = AROUND_ONE if diverging else SHARES
    bounds = (0.5, 1, 1.5) if diverging else (0, 0.5, 1)
    rule: dict[str, Any] = {"type": "3_color_scale"}
    for name, colour, bound in zip(("min", "mid", "max"), (low, middle, high), bounds, strict=True):
        rule |= {f"{name}_color": colour, f"{name}_type": "num", f"{name}_value": bound}
    page.sheet.conditional_format(*place, rule)
