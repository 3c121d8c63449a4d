"""The report card of each kind of warning: what followed those that fired, and how long after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr

from holdfast.insights.warning.episodes import BEGIN, MICRO, Episodes
from holdfast.insights.warning.rules import KINDS
from holdfast.insights.warning.signs import FAR_MICROS
from holdfast.insights.warning.stretches import Stretches, joined
from holdfast.metrics.intervals import wilson

DAY = 86_400_000_000
NEEDED = 20
"""Episodes whose days have passed, under which nothing is said of a kind."""

Verdict: TypeAlias = Literal["tells", "no_better", "too_little"]


@dataclass(frozen=True)
class Lead:
    """The middle of the days from firing to leaving, with a 95 % interval where so few can bear one."""

    days: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Card:
    """How one kind did: of `fired` episodes whose days have passed, `left` were followed by leaving.

    `precision` is that share, with its Wilson interval `low` to `high`; None where none fired. `base` is the
    share of all days of customers that were followed by it. `caught` of `leavings` had the warning open
    within so many days before. Of `young` episodes the days have not passed.
    """

    kind: str
    days: int
    fired: int
    left: int
    young: int
    precision: float | None
    low: float | None
    high: float | None
    base: float | None
    lead: Lead | None
    caught: int
    leavings: int

    @property
    def verdict(self) -> Verdict:
        """Whether leaving follows it more often than it follows any day, by more than chance."""
        if self.fired < NEEDED or self.base is None or self.low is None:
            return "too_little"
        return "tells" if self.low > self.base else "no_better"


def cards(found: Episodes, customers: Stretches, days: int, until: datetime) -> Mapping[str, Card]:
    """The card of each kind, by leavings that were settled by `until`."""
    settled, span = int((until - BEGIN) / MICRO), days * DAY
    spans = joined(customers)
    spans = spans.where(spans.start < settled)
    base = _base(spans, span, settled)
    ends = spans.where(spans.end < settled)
    return {
        kind: _card(found, place, kind, days, base, ends, settled)
        for place, kind in enumerate(KINDS)
        if (found.kind == place).any()
    }


def _card(
    found: Episodes, place: int, kind: str, days: int, base: float | None, ends: Stretches, settled: int
) -> Card:
    mine, span = found.kind == place, days * DAY
    opened, left = found.stretches.start[mine], found.left[mine]
    old = opened + span <= settled
    gone = old & (left < opened + span)
    fired, many = int(old.sum()), int(gone.sum())
    low, high = wilson(many, fired) if fired else (None, None)
    # Only leavings whose days before lie within the history of the kind can have been caught.
    told = ends.where(ends.end >= (opened.min() if len(opened) else settled) + span)
    return Card(
        kind,
        days,
        fired,
        many,
        int((~old).sum()),
        many / fired if fired else None,
        low,
        high,
        base,
        lead_of((left[gone] - opened[gone]) / DAY),
        _caught(found.stretches.where(mine), told, span),
        len(told),
    )


def _base(spans: Stretches, days: int, settled: int) -> float | None:
    """The share of customers' time that leaving followed, where so many days after it have passed."""
    last = settled - days
    end = np.minimum(spans.end, last)
    lived = np.maximum(end - spans.start, 0)
    near = np.where(spans.end < settled, np.maximum(end - np.maximum(spans.start, spans.end - days), 0), 0)
    whole = float(lived.sum())
    return float(near.sum()) / whole if whole else None


def _caught(those: Stretches, ends: Stretches, days: int) -> int:
    """How many of the leavings had an episode open within so many days before."""
    who = np.concatenate((those.who, ends.who))
    # An episode of a customer ends with its leaving at the latest, so the last one begun before tells.
    begun = np.concatenate((those.start, ends.end))
    is_end = np.concatenate((np.zeros(len(those), dtype=bool), np.ones(len(ends), dtype=bool)))
    order = np.lexsort((is_end, begun, who))
    until = np.concatenate((np.minimum(those.end, FAR_MICROS), np.zeros(len(ends), dtype=np.int64)))[order]
    ending, who, begun = is_end[order], who[order], begun[order]
    last = np.maximum.accumulate(np.where(ending, -1, np.arange(len(order))))
    place = np.flatnonzero(ending & (last >= 0))
    hit = (who[last[place]] == who[place]) & (until[last[place]] >= begun[place] - days)
    return int(hit.sum())


def lead_of(waits: NDArray[np.float64]) -> Lead | None:
    """The median with the interval between the order statistics that hold it 95 times of 100."""
    if not len(waits):
        return None
    ordered, many = np.sort(waits), len(waits)
    below = int(np.searchsorted(bdtr(np.arange(many), many, 0.5), 0.025, side="right"))
    bounds = (float(ordered[below - 1]), float(ordered[many - below])) if below else (None, None)
    return Lead(float(np.median(ordered)), *bounds)
