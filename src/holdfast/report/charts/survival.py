"""The curve of those who stay: Kaplan-Meier's steps with their interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import altair as alt

from holdfast.report.charts.frame import drawn_from, layered
from holdfast.report.charts.labels import apart, named
from holdfast.report.charts.theme import LIGHT, Colours
from holdfast.report.colours import SERIES
from holdfast.report.look import Look
from holdfast.report.phrases import interval_text, value_text
from holdfast.words import say
from holdfast.words.amounts import amount
from holdfast.words.order import ordered

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.charts.frame import Frame

MOST_LINES = len(SERIES)
MOST_STEPS = 300
BETWEEN = 18


def told_apart(steps: Sequence[Figure]) -> list[Figure]:
    """The steps of curves that a picture tells apart: the last of each of `MOST_STEPS` stretches of time."""
    months = [float(each.of["months"]) for each in steps]
    longest = max(months, default=0.0) or 1.0
    last = {
        (tuple(each.segment.items()), int(MOST_STEPS * at / longest)): each
        for each, at in zip(steps, months, strict=True)
    }
    return list(last.values()) if len(steps) > MOST_STEPS else list(steps)


def survival(steps: Sequence[Figure], frame: Frame, paint: Colours = LIGHT) -> alt.LayerChart:
    """The share still there after so many months, a step wherever it falls, one curve a segment.

    `steps` are figures of a survival metric whose own dimension is `months`, of one period.
    """
    names = list(dict.fromkeys(_segment(each, frame) for each in steps))[:MOST_LINES]
    rows = [_row(each, frame) for each in told_apart(steps) if _segment(each, frame) in names]
    colour: Any = alt.value(paint.accent)
    if len(names) > 1:
        colour = alt.Color("line:N", scale=alt.Scale(domain=names, range=list(paint.series)), legend=None)
    axis = alt.Axis(title=frame.spoken(say("chart.months_since", frame.language)), tickMinStep=1, tickCount=8)
    scale = alt.Scale(reverse=frame.mirrored, nice=False, zero=True)
    along = alt.X("months", type="quantitative", scale=scale, axis=axis)
    base = drawn_from(rows).encode(x=along, color=colour)
    # Lines are drawn from the left: mirrored, the later point comes first and holds its value back.
    held: Any = "step-before" if frame.mirrored else "step-after"
    layers = []
    if len(names) == 1:
        band = base.mark_area(interpolate=held, opacity=0.16)
        layers.append(band.encode(y=_share(frame, "low"), y2="high:Q"))
    layers.append(base.mark_line(interpolate=held, strokeWidth=2.5).encode(y=_share(frame, "value")))
    touch = base.mark_point(size=60, opacity=0).encode(y=_share(frame, "value"), tooltip="said:N")
    return layered(*layers, touch, _ends(rows, names, frame, along, colour))


def _ends(
    rows: Sequence[dict[str, Any]], names: Sequence[str], frame: Frame, x: alt.X, colour: Any
) -> alt.Chart:
    """Each curve's name and last value, at the side where the longest of them ends."""
    lasts = [[row for row in rows if row["line"] == name and row["value"] is not None][-1] for name in names]
    places = apart([row["value"] for row in lasts], BETWEEN / frame.height)
    longest = max(row["months"] for row in rows)
    said = [{**row, "months": longest, "at": at} for row, at in zip(lasts, places, strict=True)]
    end = drawn_from(said).mark_text(align=frame.align, dx=frame.beside, fontSize=12, fontWeight=600)
    made: alt.Chart = end.encode(x=x, y=_share(frame, "at"), text="end:N", color=colour)
    return made


def _share(frame: Frame, field: str) -> alt.Y:
    made = frame.quantity(field, "share", zero=True)
    made["scale"] = alt.Scale(domain=[0, 1])
    return made


def _segment(figure: Figure, frame: Frame) -> str:
    return named(replace(figure, of={}), frame.language)


def _row(figure: Figure, frame: Frame) -> dict[str, Any]:
    look, months = Look(language=frame.language), figure.of["months"]
    value = value_text(figure, look).strip(f" {look.mark}")
    line = _segment(figure, frame)
    parts = (
        line,
        amount(round(float(months), 1), "months", frame.language),
        value,
        interval_text(figure, look),
    )
    shown = float(figure.value) if figure.value is not None else None
    return {
        "months": float(months),
        "line": line,
        "value": shown,
        "low": float(figure.low) if figure.low is not None else shown,
        "high": float(figure.high) if figure.high is not None else shown,
        "end": ordered(f"{line}  {value}".strip(), frame.language),
        "said": frame.spoken(say("chart.joint", frame.language).join(part for part in parts if part)),
    }
