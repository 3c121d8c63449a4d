"""The Kaplan-Meier curve of a set of spells, with late entry (K12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.metrics.intervals import Bounds, Z

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """S(t) = product over churn times up to t of (1 - d / n), and Greenwood's sum beside it.

    `times` are the distinct times at which spells ended, `alive` is S just after each,
    `variance` the running sum of d / (n (n - d)). `lasted` and `entered` are those of the
    spells, `ended` how many of them ended; all times are in one unit, such as months.
    """

    times: Floats
    alive: Floats
    variance: Floats
    lasted: Floats
    entered: Floats
    of_ended: Floats

    @property
    def ended(self) -> int:
        """How many spells ended."""
        return len(self.of_ended)

    def at(self, months: float) -> float:
        """S at `months`: the share still customers that long after first paying."""
        place = int(np.searchsorted(self.times, months, side="right"))
        return float(self.alive[place - 1]) if place else 1.0

    def at_risk(self, months: float) -> int:
        """Spells that are under observation at `months`."""
        return int(np.sum((self.lasted >= months) & (self.entered < months)))

    def bounds(self, months: float) -> Bounds | None:
        """Greenwood's interval on the log-log scale; None where S is 1 or 0."""
        place = int(np.searchsorted(self.times, months, side="right"))
        if not place or not 0 < self.alive[place - 1] < 1:
            return None
        low, high = self._bounds(slice(place - 1, place))
        return float(low[0]), float(high[0])

    def _bounds(self, places: slice) -> tuple[Floats, Floats]:
        """The interval at some of the times; where S is 1 or 0 that alone."""
        alive, variance = self.alive[places], self.variance[places]
        inside = (alive > 0) & (alive < 1)
        spread = np.exp(Z * np.sqrt(variance[inside]) / np.abs(np.log(alive[inside])))
        low, high = alive.copy(), alive.copy()
        low[inside], high[inside] = alive[inside] ** spread, alive[inside] ** (1 / spread)
        return low, high

    def median(self) -> float | None:
        """The first time at which S is 0.5 or less, or None where it never is."""
        reached = np.flatnonzero(self.alive <= 0.5 + 1e-12)
        return float(self.times[reached[0]]) if len(reached) else None

    def median_bounds(self) -> tuple[float | None, float | None]:
        """The median's interval: where the bounds of S fall to 0.5 (Brookmeyer & Crowley 1982)."""
        low, high = (self.times[bound <= 0.5] for bound in self._bounds(slice(None)))
        return (float(low[0]) if len(low) else None), (float(high[0]) if len(high) else None)

    def median_of_ended(self) -> float | None:
        """The plain median of the spells that ended: biased short, since the long are still open."""
        return float(np.median(self.of_ended)) if self.ended else None

    def restricted_mean(self, horizon: float) -> float:
        """The area under S from 0 to `horizon`, in months."""
        inside = self.times[self.times < horizon]
        edges = np.concatenate(([0.0], inside, [horizon]))
        heights = np.concatenate(([1.0], self.alive[: len(inside)]))
        return float(np.sum(np.diff(edges) * heights))


def curve(lasted: Floats, ended: NDArray[np.bool_], entered: Floats) -> Curve:
    """The curve of spells that `lasted`, seen from `entered` on; ends before censorings at ties."""
    times, deaths = np.unique(lasted[ended], return_counts=True)
    at_risk = risk_at(lasted, entered, times)
    alive = np.cumprod(1 - deaths / at_risk, dtype=np.float64)
    left = at_risk - deaths
    terms = np.divide(deaths, at_risk * left, out=np.full(len(times), np.inf), where=left > 0)
    return Curve(times, alive, np.cumsum(terms), lasted, entered, lasted[ended])


def risk_at(lasted: Floats, entered: Floats, times: Floats) -> Floats:
    """How many spells are at risk at each time: seen before it, and not over before it.

    Who was seen from the beginning is at risk at time 0 too, where something may end as it begins.
    """
    return _at_least(lasted, times) - _at_least(entered[entered > 0], times)


def _at_least(values: Floats, times: Floats) -> Floats:
    ordered = np.sort(values)
    return (len(ordered) - np.searchsorted(ordered, times, side="left")).astype(np.float64)
