"""The charts of the page: which ones, what each says, its specification by light and dark, its table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast.report.charts import (
    NET,
    Frame,
    TargetLine,
    framed,
    movements,
    survival,
    time_series,
    told_apart,
)
from holdfast.report.charts.captions import caption, marks_of
from holdfast.report.charts.drawing import png_of, svg_of
from holdfast.report.charts.frame import Chart
from holdfast.report.charts.theme import DARK, LIGHT, Colours
from holdfast.report.look import Look
from holdfast.report.phrases import interval_text, segment_text, value_text
from holdfast.words import say
from holdfast.words.amounts import amount, period_name

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.page.lines import Lines

OVER_TIME = (
    "mrr",
    "net_revenue_retention",
    "gross_revenue_retention",
    "customer_churn_rate",
)
Size = tuple[int, int]
HALF: Size = (420, 250)
"""A chart that stands beside another one."""

Drawing = Callable[[Frame, Colours], Chart]


@dataclass(frozen=True)
class Drawn:
    """A chart of the page with the words and the table that go with it."""

    id: str
    name: str
    says: Sequence[str]
    specs: dict[str, dict[str, Any]]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def charts(lines: Lines, steps: Sequence[Figure]) -> Iterator[Drawn]:
    """Metrics over time, what moved MRR, and the curve of those who stay, where there is enough to draw."""
    for name in OVER_TIME:
        figures = [each for each in lines.contents.figures if each.name == name and not each.of]
        if len({each.period_label for each in figures if each.value is not None}) > 1:
            yield over_time(lines, figures)
        if name == "mrr" and any(each.value for each in lines.contents.movements):
            yield moved(lines)
    if len([each for each in steps if each.value is not None]) > 1:
        yield stayed(lines, steps)


def over_time(lines: Lines, figures: Sequence[Figure], size: Size = HALF) -> Drawn:
    """One metric over time, a line for each segment, with its target where one line is drawn."""
    single = len({each.series for each in figures}) == 1
    goal = next((goal for goal in lines.contents.goals if goal.figure.series == figures[-1].series), None)
    target = None
    if goal is not None and single:
        value = amount(goal.value, figures[0].unit, lines.language)
        target = TargetLine(float(goal.value), say("chart.target", lines.language, value=value))
    marks = marks_of(figures, lines.language, band=single)
    return _drawn(
        lines,
        figures,
        lines.name(figures[0]),
        marks,
        lambda frame, paint: time_series(figures, frame, target, paint),
        size,
    )


def picture_of(lines: Lines, figures: Sequence[Figure]) -> bytes:
    """One metric over time as a PNG that stands by itself."""
    marks = marks_of(figures, lines.language, band=len({each.series for each in figures}) == 1)
    says = caption(figures, lines.language, as_of=lines.contents.stamp.as_of, marks=marks)
    frame = Frame(lines.name(figures[0]), says, lines.language)
    return png_of(svg_of(framed(time_series(figures, frame), frame), lines.language), lines.language)


def moved(lines: Lines, size: Size = HALF) -> Drawn:
    """What moved MRR."""
    figures = lines.contents.movements
    shown = [each for each in figures if each.metric != "mrr"]
    marks = marks_of(shown, lines.language, band=False, provisional="chart.pale")
    if any(each.metric == NET for each in figures):
        marks = [say("chart.net", lines.language, name=say(f"metric.{NET}", lines.language)), *marks]
    name = say("chart.movements", lines.language)
    return _drawn(lines, shown, name, marks, lambda frame, paint: movements(shown, frame, paint), size)


def stayed(lines: Lines, steps: Sequence[Figure], size: Size = HALF) -> Drawn:
    """The curve of those who stay."""
    marks = [say("chart.band", lines.language)]
    name = lines.name(steps[0])
    steps = told_apart(steps)
    return _drawn(lines, steps, name, marks, lambda frame, paint: survival(steps, frame, paint), size)


def _drawn(
    lines: Lines, figures: Sequence[Figure], name: str, marks: Sequence[str], drawing: Drawing, size: Size
) -> Drawn:
    says = caption(figures, lines.language, as_of=lines.contents.stamp.as_of, marks=marks)
    frame = Frame(name, says, lines.language, *size)
    specs = {
        ground: fitted(framed(drawing(frame, paint), frame, paint, titled=False))
        for ground, paint in (("light", LIGHT), ("dark", DARK))
    }
    first = "chart.months_since" if "months" in figures[0].of else "series.period"
    heads = [say(key, lines.language) for key in (first, "board.name", "board.value", "board.interval")]
    rows = [_row(lines, each) for each in figures]
    return Drawn(f"chart-{figures[0].metric}", name, says, specs, heads, rows)


def fitted(spec: dict[str, Any]) -> dict[str, Any]:
    """As wide as its place on the page, and no room of its own around it."""
    return {**spec, **FITTED, "config": {**spec["config"], "padding": 2}}


FITTED = {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}


def _row(lines: Lines, figure: Figure) -> tuple[str, str, str, str]:
    look = Look(language=lines.language)
    when = period_name(figure.grain, figure.period_label, lines.language)
    apart = segment_text(figure, look)
    if "months" in figure.of:
        when, apart = amount(round(float(figure.of["months"]), 1), "months", lines.language), ""
    name = lines.name(figure) + (f": {apart}" if apart else "")
    return when, name, value_text(figure, look).strip(), interval_text(figure, look)
