"""What a point of a chart says: the words of its tooltip, its axis and its end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from holdfast.report.look import Look
from holdfast.report.phrases import interval_text, reason_text, segment_text, value_text
from holdfast.words import say
from holdfast.words.amounts import period_brief, period_told
from holdfast.words.order import ordered

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure


def brief(figure: Figure, language: str) -> str:
    """The figure's period on an axis."""
    return period_brief(figure.grain, figure.period_label, language)


def named(figure: Figure, language: str) -> str:
    """Which line a figure is on: its segment and its metric's own dimension."""
    return segment_text(figure, Look(language=language))


def told(figure: Figure, language: str) -> str:
    """All that a figure says, in one line: whose, when, how much, between what, whether to trust it."""
    look = Look(language=language)
    said = [period_told(figure.grain, figure.period_label, language), segment_text(figure, look)]
    said.append(value_text(figure, look).strip(f" {look.mark}") if figure.value is not None else "")
    said.append(reason_text(figure, look) if figure.value is None else interval_text(figure, look))
    if figure.status == "provisional":
        said.append(say("chart.provisional", language))
    return say("chart.joint", language).join(part for part in said if part)


def ended(figure: Figure, language: str) -> str:
    """What stands at the end of a line: its segment where it has one, and its value."""
    look = Look(language=language)
    value = value_text(figure, look).strip()
    return ordered(f"{segment_text(figure, look)}  {value}".strip(), language)


def apart(places: Sequence[float], least: float) -> list[float]:
    """The places of labels on one side, none nearer than `least` to the next, in the same order upwards."""
    order = sorted(range(len(places)), key=lambda each: places[each])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    return moved
