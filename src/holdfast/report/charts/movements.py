"""What moved MRR, period by period: gains above the line, losses below it, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from holdfast.report.charts.frame import drawn_from, layered
from holdfast.report.charts.labels import brief, told
from holdfast.report.charts.theme import LIGHT, Colours
from holdfast.report.colours import MOVEMENTS as PAINTED
from holdfast.words import say

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.charts.frame import Frame

LOSSES = {"mrr_contraction", "mrr_churn"}
NET = "mrr_net_new"
MOVEMENTS = (*PAINTED, NET)
"""The metrics that the chart is drawn from."""


def movements(figures: Sequence[Figure], frame: Frame, paint: Colours = LIGHT) -> alt.LayerChart:
    """Stacked bars of the movements of MRR, losses downwards, with a mark at the net of them.

    Bars of provisional periods are pale.
    """
    told_of = sorted(figures, key=lambda each: each.period_start)
    order = list(dict.fromkeys(brief(each, frame.language) for each in told_of))
    unit = told_of[0].unit if told_of else ""
    x, y = frame.ordinal("period", order), frame.quantity("amount", unit, zero=True)
    moved = [_row(each, frame) for each in told_of if each.metric in PAINTED and each.value]
    names = [frame.spoken(say(f"metric.{metric}", frame.language)) for metric in PAINTED]
    legend = alt.Legend(columns=3, symbolSize=90)
    scale = alt.Scale(domain=names, range=list(PAINTED.values()))
    bars = (
        drawn_from(moved)
        .mark_bar(size=_wide(frame, order))
        .encode(
            x=x,
            y=y,
            color=alt.Color("name:N", scale=scale, legend=legend),
            order=alt.Order("place:Q"),
            opacity=alt.condition("datum.provisional", alt.value(0.45), alt.value(1)),
            tooltip="said:N",
        )
    )
    zero = drawn_from([{"amount": 0}]).mark_rule(color=paint.muted).encode(y=y)
    net = [_row(each, frame) for each in told_of if each.metric == NET and each.value is not None]
    if not net:
        return layered(bars, zero)
    ticks = drawn_from(net).mark_point(
        shape="diamond", filled=True, size=60, color=paint.ink, opacity=1, stroke=paint.ground, strokeWidth=1
    )
    return layered(bars, zero, ticks.encode(x=x, y=y, tooltip="said:N"))


def _row(figure: Figure, frame: Frame) -> dict[str, Any]:
    value = float(figure.value or 0)
    name = say(f"metric.{figure.metric}", frame.language)
    return {
        "period": brief(figure, frame.language),
        "name": frame.spoken(name),
        "place": MOVEMENTS.index(figure.metric),
        "amount": -value if figure.metric in LOSSES else value,
        "provisional": figure.status == "provisional",
        "said": frame.spoken(say("chart.joint", frame.language).join((name, told(figure, frame.language)))),
    }


def _wide(frame: Frame, order: Sequence[str]) -> int:
    """How wide a bar is: two thirds of its step, and never a block."""
    return max(2, min(36, frame.width * 2 // (3 * max(len(order), 1))))
