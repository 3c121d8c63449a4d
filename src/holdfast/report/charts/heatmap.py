"""Cohorts as a heatmap: a row a cohort, a column an age, darker where more is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from holdfast.report.charts.frame import drawn_from, layered
from holdfast.report.charts.labels import brief
from holdfast.report.charts.theme import LIGHT, Colours
from holdfast.report.colours import SHARES
from holdfast.report.look import Look
from holdfast.report.phrases import reason_text
from holdfast.words import say
from holdfast.words.amounts import bare, percent, period_name
from holdfast.words.order import ordered

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.charts.frame import Frame

ROW, COLUMN = 26, 46
DARKEST = 1.0


def size_of(figures: Sequence[Figure]) -> tuple[int, int]:
    """How wide and high a heatmap of these cohorts is drawn."""
    ages = {int(each.of["age"]) for each in figures}
    cohorts = {each.period_label for each in figures}
    return COLUMN * max(len(ages), 1), ROW * max(len(cohorts), 1)


def heatmap(figures: Sequence[Figure], frame: Frame, paint: Colours = LIGHT) -> alt.LayerChart:
    """What is left of each cohort by its age; what is not over yet is a dot, not a shade."""
    told = sorted(figures, key=lambda each: each.period_start)
    rows = [_row(each, frame) for each in told]
    cohorts = list(dict.fromkeys(row["cohort"] for row in rows))
    ages = [bare(age, "", frame.language) for age in sorted({int(each.of["age"]) for each in told})]
    across = ages[::-1] if frame.mirrored else ages
    title = frame.spoken(say(f"chart.age_{told[0].grain}", frame.language))
    base = drawn_from(rows).encode(
        x=alt.X("age:N", sort=across, scale=alt.Scale(domain=across), axis=alt.Axis(orient="top", title=title,
                labelAngle=0)),
        y=alt.Y("cohort:N", sort=cohorts, axis=alt.Axis(orient=frame.side, title=None, labelLimit=200)),
        tooltip="said:N",
    )  # fmt: skip
    shade = alt.Color(
        "value:Q", scale=alt.Scale(domain=[0, 0.5, DARKEST], range=list(SHARES), clamp=True), legend=None
    )
    cells = base.transform_filter("isValid(datum.value)").mark_rect(stroke=paint.ground, strokeWidth=1)
    ink = alt.condition("isValid(datum.value)", alt.value(LIGHT.ink), alt.value(paint.muted))
    return layered(cells.encode(color=shade), base.mark_text(fontSize=11).encode(text="text:N", color=ink))


def _row(figure: Figure, frame: Frame) -> dict[str, Any]:
    language, look = frame.language, Look(language=frame.language)
    there = figure.value is not None
    sums = (bare(part or 0, "", language) for part in (figure.numerator, figure.denominator))
    counted = say("series.of", language, **dict(zip(("numerator", "denominator"), sums, strict=True)))
    when = period_name(figure.grain, figure.period_label, language)
    shown = percent(figure.value, language) if figure.value is not None else reason_text(figure, look)
    parts = (when, f"+{bare(int(figure.of['age']), '', language)}", shown, counted if there else "")
    return {
        "cohort": brief(figure, language),
        "age": bare(int(figure.of["age"]), "", language),
        "value": float(figure.value) if figure.value is not None else None,
        "text": ordered(percent(figure.value, language, decimals=0), language)
        if figure.value is not None
        else look.gap,
        "said": frame.spoken(say("chart.joint", language).join(part for part in parts if part)),
    }
