"""What stands around a drawing: its name, what it shows, in which language, how it is mirrored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import altair as alt

from holdfast.report.charts.theme import EMBEDDED, ENDED, HEIGHT, LIGHT, WIDTH, Colours, config, is_mirrored
from holdfast.words.numerals import system_of
from holdfast.words.order import END, LEFT, RIGHT, ordered
from holdfast.words.reading import in_toman

LEAST_ROOM = 64
PERCENT = "%"
IN_TOMAN = "format(datum.value / 10, ',')"
"""What an axis of rials says to one who reads toman."""

IN_PERSIAN = f"'{RIGHT}{LEFT}' + slice(datum.label, 0, -1) + '{END}' + slice(datum.label, -1) + '{END}'"
"""What an axis of percents says with Persian digits: the sign at their left, however the label runs."""

Chart = alt.Chart | alt.LayerChart
Side = Literal["left", "right"]


def drawn_from(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A chart of rows that stand in it."""
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]


def layered(*layers: alt.Chart) -> alt.LayerChart:
    """Layers over each other, the first at the bottom."""
    return cast("alt.LayerChart", alt.layer(*layers))


@dataclass(frozen=True)
class Frame:
    """The words around a chart: its `title` and what its caption `says`, line by line."""

    title: str
    says: tuple[str, ...] = ()
    language: str = "en"
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def mirrored(self) -> bool:
        """Whether it runs from right to left."""
        return is_mirrored(self.language)

    @property
    def align(self) -> Side:
        """Which edge of a text stands at its point, when the text goes on from it as reading does."""
        return "right" if self.mirrored else "left"

    @property
    def side(self) -> Side:
        """Where the names of amounts stand: at the side where reading begins."""
        return "right" if self.mirrored else "left"

    @property
    def beside(self) -> int:
        """How far such a text stands from its point."""
        return -9 if self.mirrored else 9

    def spoken(self, text: str) -> str:
        """A text that keeps its direction beside numbers and names of the other."""
        return f"{EMBEDDED}{ordered(text, self.language)}{ENDED}" if self.mirrored else text

    def ordinal(self, field: str, order: list[str]) -> alt.X:
        """Steps along the chart in their order, from the right where mirrored."""
        shown = alt.Axis(
            title=None, labelAngle=0, values=self.some(order), labelOverlap="greedy", labelSeparation=6
        )
        steps = order[::-1] if self.mirrored else order
        return alt.X(field, type="ordinal", sort=steps, scale=alt.Scale(domain=steps), axis=shown)

    def some(self, order: list[str]) -> list[str]:
        """As many of the steps' names as there is room for, evenly, the last among them."""
        room = max(self.width // max(LEAST_ROOM, 8 * max(map(len, order), default=1)), 1)
        return order[:: -max(-(-len(order) // room), 1)]

    def quantity(self, field: str, unit: str, *, zero: bool) -> alt.Y:
        """Amounts of a unit upwards, with the light grid, their labels at the side where reading begins."""
        axis = alt.Axis(title=None, grid=True, orient=self.side, tickCount=5)
        if unit == "share":
            axis["format"] = PERCENT
            if system_of(self.language) == "arabext":
                axis["labelExpr"] = IN_PERSIAN
        elif in_toman(unit, self.language):
            axis["labelExpr"] = IN_TOMAN
        scale = alt.Scale(zero=zero, nice=True)
        return alt.Y(field, type="quantitative", scale=scale, axis=axis)


def framed(chart: Chart, frame: Frame, paint: Colours = LIGHT, *, titled: bool = True) -> dict[str, Any]:
    """The whole specification as Vega-Lite's JSON; without title where the page around has it."""
    sized = chart.properties(width=frame.width, height=frame.height)
    spec: dict[str, Any] = sized.to_dict()
    spec["config"] = config(frame.language, paint)
    spec["config"]["axisY"] = {"gridColor": paint.line}
    spec["config"]["axisRight"] = spec["config"]["axisLeft"] = {"gridColor": paint.line}
    if titled:
        said = [frame.spoken(line) for line in frame.says]
        spec["title"] = {"text": frame.spoken(frame.title), "subtitle": said, "frame": "bounds"}
    return spec
