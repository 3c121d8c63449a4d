"""Native charts: quiet axes, a light horizontal grid, gaps where a figure is undefined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast.report.colours import ACCENT, HAIRLINE, INK, MUTED, TARGET, WHITE
from holdfast.report.workbook.formats import pattern, plain

if TYPE_CHECKING:
    from holdfast.report.workbook.book import Book, Run

MANY = 7
BAND = "#D8E7E9"


@dataclass(frozen=True)
class Drawn:
    """One row of cells as a chart draws it."""

    name: str
    values: Run
    colour: str = ACCENT
    hatched: int | None = None


def columns(
    book: Book,
    title: str,
    unit: str,
    drawn: Sequence[Drawn],
    *,
    aim: Run | None = None,
    stacked: bool = False,
    over: Run | None = None,
) -> Any:
    """Columns from zero, with a target dashed; stacked ones stand on each other, or hang below zero.

    `over` are the periods that they are of, where these are not all.
    """
    chart = book.workbook.add_chart({"type": "column", "subtype": "stacked" if stacked else "clustered"})
    for each in drawn:
        chart.add_series(
            {
                "name": each.name,
                "categories": f"={(over or book.periods).reference}",
                "values": f"={each.values.reference}",
                "fill": {"color": each.colour},
                "border": {"none": True},
                "gap": 45,
                "overlap": 100 if stacked else 0,
                "points": _hatched(each),
            }
        )
    if aim is not None:
        line = book.workbook.add_chart({"type": "line"})
        line.add_series(_aim(book, aim))
        chart.combine(line)
    return dressed(book, chart, title, unit, legend=len(drawn) > 1, every=_every(book))


def lines(
    book: Book,
    title: str,
    unit: str,
    drawn: Sequence[Drawn],
    *,
    band: tuple[Run, Run] | None = None,
    aim: Run | None = None,
) -> Any:
    """Lines, with a target dashed and over the band of the interval where these are given."""
    chart = book.workbook.add_chart({"type": "line"})
    for each in drawn:
        chart.add_series(
            {
                "name": each.name,
                "categories": _periods(book),
                "values": f"={each.values.reference}",
                "line": {"color": each.colour, "width": 2},
                "marker": {"type": "none"},
            }
        )
    if aim is not None:
        chart.add_series(_aim(book, aim))
    if band is not None:
        bars = _band(book, band)
        bars.combine(chart)
        chart = bars
    return dressed(book, chart, title, unit, legend=len(drawn) > 1, every=_every(book))


def _aim(book: Book, run: Run) -> dict[str, Any]:
    """A target as a dashed line."""
    return {
        "name": book.say("workbook.target"),
        "categories": _periods(book),
        "values": f"={run.reference}",
        "line": {"color": TARGET, "width": 1.25, "dash_type": "dash"},
        "marker": {"type": "none"},
    }


def _band(book: Book, band: tuple[Run, Run]) -> Any:
    """The interval of each period as a bar on a base that is not seen; an area would draw a gap as 0."""
    bars = book.workbook.add_chart({"type": "column", "subtype": "stacked"})
    low, spread = band
    shared = {"categories": _periods(book), "border": {"none": True}, "gap": 25, "overlap": 100}
    bars.add_series({**shared, "values": f"={low.reference}", "fill": {"none": True}})
    bars.add_series({**shared, "values": f"={spread.reference}", "fill": {"color": BAND}})
    return bars


def _periods(book: Book) -> str:
    return f"={book.periods.reference}"


def _hatched(drawn: Drawn) -> list[Any]:
    """The provisional last column is hatched."""
    if drawn.hatched is None:
        return []
    pattern_fill = {"pattern": "wide_upward_diagonal", "fg_color": drawn.colour, "bg_color": WHITE}
    return [None] * drawn.hatched + [
        {"pattern": pattern_fill, "border": {"color": drawn.colour, "width": 0.5}}
    ]


def axis_font(book: Book) -> dict[str, Any]:
    """The face of what stands along an axis; months in Arabic letters are long."""
    return {"name": book.styles.font, "size": 7 if book.styles.is_mirrored else 8, "color": MUTED}


def title_of(book: Book, text: str) -> dict[str, Any]:
    """A chart's title: small, at the start, apart from the plot."""
    font = {"name": book.styles.font, "size": 10, "bold": True, "color": INK}
    return {"name": text, "name_font": font, "overlay": False}


def _every(book: Book) -> int:
    """How many periods go to a label, so that labels do not touch."""
    return 3 if book.periods.last - book.periods.first + 1 > MANY else 1


def dressed(book: Book, chart: Any, title: str, unit: str, *, legend: bool, every: int = 1) -> Any:
    """The chart with its title, quiet axes (mirrored for a right-to-left reader) and grid."""
    digits = pattern(unit, book.language, whole=True).replace("_*", "")
    if unit == "share":
        digits = plain("0%", book.language)
    chart.set_title(title_of(book, title))
    chart.set_x_axis(
        {
            "num_font": axis_font(book),
            "line": {"color": HAIRLINE},
            "major_tick_mark": "none",
            "minor_tick_mark": "none",
            "interval_unit": every,
            "reverse": book.styles.is_mirrored,
            "text_axis": True,
            "label_position": "low",
        }
    )
    chart.set_y_axis(
        {
            "num_font": axis_font(book),
            "num_format": digits,
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": HAIRLINE, "width": 0.5}},
            "major_tick_mark": "none",
            "minor_tick_mark": "none",
        }
    )
    chart.set_legend({"position": "bottom", "font": axis_font(book)} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": HAIRLINE, "width": 0.75}, "fill": {"color": WHITE}})
    chart.set_plotarea({"fill": {"none": True}})
    chart.show_blanks_as("gap")
    return chart
