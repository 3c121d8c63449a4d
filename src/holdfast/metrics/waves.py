"""Waves of surveys: of figures by survey and wave, each question as a series in time (C29)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from holdfast.metrics.compare import compare
from holdfast.metrics.figure import Change, Figure

Place = tuple[str | int | None, str | int | None]
Answered = Mapping[Place, tuple[datetime, datetime]]
"""When each wave of each survey was answered first and last."""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One round of a question: its figure, when it was answered, how it differs from the round before.

    `label` names the wave; a survey that has none is taken month by month, `named` is then False. `rate`
    is the share of those invited who answered, None where nobody was known to be.
    """

    label: str
    named: bool
    first: datetime
    last: datetime
    figure: Figure
    rate: Figure | None = None
    change: Change | None = None


def place(figure: Figure) -> Place:
    """The survey and wave that a figure is of."""
    return (figure.of.get("survey"), figure.of.get("wave"))


def series(
    name: str,
    figures: Sequence[Figure],
    rates: Mapping[tuple[Place, str], Figure],
    told: Answered,
) -> list[list[Wave]]:
    """The waves of one metric, by survey and scale, each series from its oldest wave on."""
    found: dict[tuple[object, object], list[Wave]] = {}
    for figure in figures:
        if figure.name == name and figure.n and place(figure) in told:
            key = (figure.of.get("survey"), figure.of.get("scale"))
            rate = rates.get((place(figure), figure.period_label))
            found.setdefault(key, []).append(_wave(figure, rate, told))
    return [list(_compared(sorted(each, key=lambda wave: wave.first))) for each in found.values()]


def _wave(figure: Figure, rate: Figure | None, told: Answered) -> Wave:
    first, last = told[place(figure)]
    name = figure.of.get("wave")
    if name is None:
        first, last = max(first, figure.period_start), min(last, figure.period_end)
    label = figure.period_label if name is None else str(name)
    return Wave(label=label, named=name is not None, first=first, last=last, figure=figure, rate=rate)


def _compared(waves: Sequence[Wave]) -> Iterator[Wave]:
    before = None
    for wave in waves:
        if before is None:
            yield wave
        else:
            change = compare(wave.figure, before.figure, "previous")
            yield replace(wave, change=replace(change, earlier_label=before.label))
        before = wave
