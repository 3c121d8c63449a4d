"""The charts of the board: as many as the report has the figures for, three in a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from holdfast.report.colours import ACCENT, MOVEMENTS, SERIES
from holdfast.report.workbook.charts import Drawn, columns, lines
from holdfast.report.workbook.lines import Line, lines_of

if TYPE_CHECKING:
    from holdfast.report.workbook.book import Book, Page

IN_A_ROW, COLUMNS, ROWS, PIXELS = 3, 4, 17, 20
"""Charts in a row, the columns and rows of the sheet that each takes, and the pixels of such a row."""


def board_charts(book: Book, page: Page, row: int, width: int) -> int:
    """Place the charts from a row on; gives the row after them."""
    pixels = (width * 7 + 5) * COLUMNS
    place = -1
    for place, chart in enumerate(_charts(book)):
        at = row + ROWS * (place // IN_A_ROW)
        chart.set_size({"width": pixels - 8, "height": ROWS * PIXELS - 10})
        offset = {"x_offset": 2, "y_offset": 2, "object_position": 1}
        page.sheet.insert_chart(at, 1 + COLUMNS * (place % IN_A_ROW), chart, offset)
    return row + ROWS * (place // IN_A_ROW + 1) + 1


def _charts(book: Book) -> Iterator[Any]:
    plain = {line.last.name: line for line in lines_of(book.contents.figures) if book.is_whole(line.last)}
    yield from _money(book, plain)
    yield from _retention(book, plain)
    for name in ("customer_churn_rate", "renewal_rate"):
        if name in plain:
            band, aim = book.bands.get(plain[name].series), book.targets.get(plain[name].series)
            yield lines(book, *_drawn(book, plain[name]), band=band, aim=aim)
            break
    for name in ("paying_customers", "monthly_active_users"):
        if name in plain:
            yield columns(book, *_drawn(book, plain[name]), aim=book.targets.get(plain[name].series))


def _money(book: Book, plain: dict[str, Line]) -> Iterator[Any]:
    if "mrr" in plain:
        yield columns(book, *_drawn(book, plain["mrr"]), aim=book.targets.get(plain["mrr"].series))
    if book.moves:
        unit = book.contents.stamp.currency
        drawn = [Drawn(book.say(f"metric.{name}"), run, MOVEMENTS[name]) for name, run in book.moves.items()]
        yield columns(
            book, book.joined(book.say("workbook.moved"), unit), unit, drawn, stacked=True, over=book.moved_in
        )


def _retention(book: Book, plain: dict[str, Line]) -> Iterator[Any]:
    kept = [plain[name] for name in ("net_revenue_retention", "gross_revenue_retention") if name in plain]
    if kept:
        drawn = [
            Drawn(book.title(line.last), book.runs[line.series], colour)
            for line, colour in zip(kept, SERIES, strict=False)
        ]
        yield lines(
            book, book.say("workbook.retention"), "share", drawn, aim=book.targets.get(kept[0].series)
        )


def _drawn(book: Book, line: Line) -> tuple[str, str, list[Drawn]]:
    """The title, the unit and the row of a chart of one line; a provisional last period is hatched."""
    run, last = book.runs[line.series], line.last
    hatched = run.last - run.first if last.status == "provisional" else None
    return book.unit_titled(last), last.unit, [Drawn(book.title(last), run, ACCENT, hatched)]
