"""A metric over time: its line, its interval as a band, its target, gaps where it is undefined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import altair as alt

from holdfast.report.charts.frame import drawn_from, layered
from holdfast.report.charts.labels import apart, brief, ended, named, told
from holdfast.report.charts.theme import LIGHT, Colours
from holdfast.report.colours import SERIES
from holdfast.words.reading import in_toman

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure, Series
    from holdfast.report.charts.frame import Frame

MOST_LINES = len(SERIES)
BETWEEN = 18
"""How far apart the names at the ends of lines stand, at least."""


@dataclass(frozen=True)
class TargetLine:
    """A target across the chart: its value, and what is said of it."""

    value: float
    said: str


@dataclass(frozen=True)
class _Plot:
    """The lines of one chart with what all its layers share."""

    lines: Sequence[Sequence[Figure]]
    frame: Frame
    paint: Colours

    @property
    def order(self) -> list[str]:
        figures = sorted((each for line in self.lines for each in line), key=lambda each: each.period_start)
        return list(dict.fromkeys(brief(each, self.frame.language) for each in figures))

    @property
    def x(self) -> alt.X:
        return self.frame.ordinal("period", self.order)

    def y(self, field: str = "value") -> alt.Y:
        return self.frame.quantity(field, self.lines[0][0].unit, zero=False)

    @property
    def colour(self) -> Any:
        if len(self.lines) == 1:
            return alt.value(self.paint.accent)
        names = [named(line[0], self.frame.language) for line in self.lines]
        return alt.Color("line:N", scale=alt.Scale(domain=names, range=list(self.paint.series)), legend=None)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [self.row(each) for line in self.lines for each in line]

    def row(self, figure: Figure) -> dict[str, Any]:
        there = figure.value is not None
        return {
            "period": brief(figure, self.frame.language),
            "line": named(figure, self.frame.language),
            "value": _drawn(figure.value),
            "low": _drawn(figure.low) if there else None,
            "high": _drawn(figure.high) if there else None,
            "provisional": figure.status == "provisional",
            "said": self.frame.spoken(told(figure, self.frame.language)),
        }

    def at_end(self, figure: Figure) -> str:
        """What stands at the end of a line; an amount with a word runs as the page does."""
        told = ended(figure, self.frame.language)
        return self.frame.spoken(told) if in_toman(figure.unit, self.frame.language) else told

    def over(self, rows: Sequence[dict[str, Any]]) -> alt.Chart:
        return drawn_from(rows).encode(x=self.x, color=self.colour)


def time_series(
    figures: Sequence[Figure], frame: Frame, target: TargetLine | None = None, paint: Colours = LIGHT
) -> alt.LayerChart:
    """One line for each segment of one metric, at most four of them, each named at its end.

    The band is the interval of a single line; the part that leads to a provisional period is dashed
    and its point hollow; an undefined period is a gap with a dash at the foot.
    """
    plot = _Plot(_by_series(figures)[:MOST_LINES], frame, paint)
    layers = [
        *_band(plot),
        *_lines(plot),
        _points(plot),
        *_gaps(plot),
        *_ends(plot),
        *_target(plot, target),
    ]
    return layered(*layers)


def _by_series(figures: Sequence[Figure]) -> list[list[Figure]]:
    lines: dict[Series, list[Figure]] = {}
    for figure in sorted(figures, key=lambda each: each.period_start):
        lines.setdefault(figure.series, []).append(figure)
    return sorted(lines.values(), key=lambda line: -(line[-1].n or 0))


def _drawn(number: Any) -> float | None:
    return None if number is None else float(number)


def _band(plot: _Plot) -> list[alt.Chart]:
    rows = plot.rows
    if len(plot.lines) > 1 or all(row["low"] is None for row in rows):
        return []
    return [plot.over(rows).mark_area(opacity=0.16).encode(y=plot.y("low"), y2="high:Q")]


def _stretches(plot: _Plot, *, provisional: bool) -> list[dict[str, Any]]:
    """Each step between two defined neighbours as two rows of one group, so that gaps stay open."""
    rows = []
    for line in plot.lines:
        for place, (one, other) in enumerate(pairwise(line)):
            if None not in (one.value, other.value) and (other.status == "provisional") == provisional:
                group = f"{named(one, plot.frame.language)} {place}"
                rows += [{**plot.row(one), "group": group}, {**plot.row(other), "group": group}]
    return rows


def _lines(plot: _Plot) -> list[alt.Chart]:
    """The settled part and the provisional one, each where there is any: Vega warns of empty layers."""
    looks: list[tuple[bool, dict[str, Any]]] = [
        (False, {"strokeCap": "round"}),
        (True, {"strokeDash": [4, 4]}),
    ]
    told = [(_stretches(plot, provisional=provisional), look) for provisional, look in looks]
    return [
        plot.over(rows).mark_line(strokeWidth=2.5, **look).encode(y=plot.y(), detail="group:N")
        for rows, look in told
        if rows
    ]


def _points(plot: _Plot) -> alt.Chart:
    shown = [row for row in plot.rows if row["value"] is not None]
    points = plot.over(shown).mark_point(size=46, opacity=1, strokeWidth=2, filled=False)
    filled = plot.colour if len(plot.lines) > 1 else alt.value(plot.paint.accent)
    fill = alt.condition("datum.provisional", alt.value(plot.paint.ground), filled)
    made: alt.Chart = points.encode(y=plot.y(), fill=fill, tooltip="said:N")
    return made


def _gaps(plot: _Plot) -> list[alt.Chart]:
    missing = [row for row in plot.rows if row["value"] is None]
    if not missing:
        return []
    dash = plot.over(missing).mark_text(text="–", fontSize=16, color=plot.paint.muted)
    return [
        dash.encode(y=alt.value(plot.frame.height - 8), color=alt.value(plot.paint.muted), tooltip="said:N")
    ]


def _ends(plot: _Plot) -> list[alt.Chart]:
    """The last defined point of each line with its name and value, those that would touch apart."""
    lasts = [[each for each in line if each.value is not None][-1:] for line in plot.lines]
    rows = [{**plot.row(each), "end": plot.at_end(each)} for last in lasts for each in last]
    if not rows:
        return []
    drawn = [row["value"] for row in plot.rows if row["value"] is not None]
    least = (max(drawn) - min(drawn)) * BETWEEN / plot.frame.height
    for row, place in zip(rows, apart([row["value"] for row in rows], least), strict=True):
        row["at"] = place
    side = plot.over(rows).mark_text(
        align=plot.frame.align, dx=plot.frame.beside, fontSize=12, fontWeight=600, clip=False
    )
    return [side.encode(y=plot.y("at"), text="end:N")]


def _target(plot: _Plot, target: TargetLine | None) -> list[alt.Chart]:
    if target is None:
        return []
    row = {"value": target.value, "said": plot.frame.spoken(target.said)}
    over = drawn_from([row]).encode(y=plot.y(), color=alt.value(plot.paint.target))
    begin: Any = "width" if plot.frame.mirrored else 0
    text = over.mark_text(align=plot.frame.align, baseline="bottom", dy=-4, fontSize=12, fontWeight=600)
    line = over.mark_rule(strokeDash=[6, 4], strokeWidth=1.5)
    return [line, text.encode(text="said:N", x=alt.value(begin))]
