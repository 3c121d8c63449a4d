"""A target proposed from past periods: what the company itself did, typically and at its best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from importlib import import_module
from math import isinf, log10
from statistics import fmean, median, quantiles
from typing import Any, Literal

from holdfast.insights.bounds import Bounds
from holdfast.insights.forecast import Forecast, TooLittle
from holdfast.insights.targets import Direction
from holdfast.metrics.figure import Figure

RECENT = 12
"""Settled periods that a proposal looks at, the latest ones."""

LEAST = 6
"""Settled periods under which nothing is proposed."""

STRETCHES = 12
"""Over how many of the latest stretches of equal length a pace is judged."""


@dataclass(frozen=True)
class Trend:
    """The steady change from period to period (Theil and Sen) and its 95 % interval."""

    slope: float
    low: float
    high: float

    @property
    def way(self) -> Literal["higher", "lower", "none"]:
        """Where it leads, if its interval leaves that no doubt."""
        if self.low > 0:
            return "higher"
        return "lower" if self.high < 0 else "none"


@dataclass(frozen=True)
class Pace:
    """How far the metric moved over `stretch` periods: at the middle, and in the best quarter of times."""

    stretch: int
    middle: float
    best: float


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Two values that a target may have, and the past they are drawn from.

    Where the metric has no clear trend to the good, `ambitious` is the figure of the best quarter of
    its periods (`best`) taken together, and `cautious` lies halfway from the `middle` of all to it.
    Where it has one, both move the `current` figure on by its `pace`, in proportion to the
    periods `ahead`: by the median change or by that of the best quarter. Both are rounded and kept
    inside what the metric can be.
    """

    direction: Direction
    ahead: tuple[str, ...]
    history: tuple[Figure, ...]
    middle: float
    lower_quartile: float
    upper_quartile: float
    trend: Trend
    best: tuple[Figure, ...]
    best_value: float
    pace: Pace | None
    cautious: Decimal
    ambitious: Decimal
    forecast: Forecast | TooLittle

    @property
    def period_label(self) -> str:
        """The period that the target is for."""
        return self.ahead[-1]

    @property
    def unit(self) -> str:
        """The unit of every number here."""
        return self.current.unit

    @property
    def current(self) -> Figure:
        """The last settled figure."""
        return self.history[-1]


def propose(
    history: Sequence[Figure],
    *,
    direction: Direction,
    ahead: Sequence[str],
    bounds: Bounds,
    forecast: Forecast | TooLittle,
) -> Proposal:
    """The proposal for the last of the periods `ahead`, from the settled figures before them.

    Raises ValueError under `LEAST` of them.
    """
    if len(history) < LEAST:
        raise ValueError(f"a proposal needs {LEAST} settled periods, not {len(history)}")
    recent = tuple(history[-RECENT:])
    values = _values(recent)
    first, middle, third = quantiles(values, n=4, method="inclusive")
    best = _best(recent, direction)
    trend = trend_of(values)
    pace = _pace(_values(history), len(ahead), direction) if trend.way == direction else None
    if pace is None:
        ambitious = pooled(best)
        cautious = (middle + ambitious) / 2
    else:
        cautious, ambitious = (
            values[-1] + each * len(ahead) / pace.stretch for each in (pace.middle, pace.best)
        )
    return Proposal(
        direction=direction,
        ahead=tuple(ahead),
        history=recent,
        middle=middle,
        lower_quartile=first,
        upper_quartile=third,
        trend=trend,
        best=best,
        best_value=pooled(best),
        pace=pace,
        cautious=rounded(cautious, recent[-1].unit, bounds),
        ambitious=rounded(ambitious, recent[-1].unit, bounds),
        forecast=forecast,
    )


def trend_of(values: Sequence[float]) -> Trend:
    """The median of the slopes between all pairs of periods, with Sen's interval (1968)."""
    found = _stats().theilslopes(values, range(len(values)), 0.95)
    return Trend(float(found.slope), float(found.low_slope), float(found.high_slope))


def pooled(figures: Sequence[Figure]) -> float:
    """The figure of several periods taken together: of the sums where it is a ratio, else their mean."""
    sums = [
        (each.numerator, each.denominator)
        for each in figures
        if each.numerator is not None and each.denominator
    ]
    if len(sums) < len(figures) or any(each.parts for each in figures):
        return fmean(float(each.value) for each in figures if each.value is not None)
    return float(sum(Decimal(str(top)) for top, _ in sums) / sum(Decimal(str(below)) for _, below in sums))


def rounded(value: float, unit: str, bounds: Bounds) -> Decimal:
    """A value as a person would set it: a tenth of a point of percent, or three digits that count."""
    low, high = bounds
    kept = min(max(value, low), high) if not isinf(value) else value
    if unit == "share":
        places = -3 if abs(kept) >= 0.01 else -4
    else:
        places = (int(log10(abs(kept))) if abs(kept) >= 1 else 0) - 2
        places = max(places, 0) if unit in {"accounts", "users"} else places
    made = Decimal(str(kept)).quantize(Decimal(1).scaleb(places), rounding=ROUND_HALF_EVEN)
    return Decimal(f"{made:f}")


def _values(figures: Sequence[Figure]) -> list[float]:
    return [float(each.value) for each in figures if each.value is not None]


def _best(figures: Sequence[Figure], direction: Direction) -> tuple[Figure, ...]:
    """The best quarter of the periods, in the order of time."""
    ranked = sorted(figures, key=lambda each: float(each.value or 0), reverse=direction == "higher")
    chosen = {each.period_label for each in ranked[: max(1, len(figures) // 4)]}
    return tuple(each for each in figures if each.period_label in chosen)


def _pace(values: Sequence[float], ahead: int, direction: Direction) -> Pace:
    """The changes over stretches as long as what lies ahead, or as half of what lies behind."""
    stretch = max(1, min(ahead, len(values) // 2))
    changes = [after - before for before, after in zip(values, values[stretch:], strict=False)][-STRETCHES:]
    ranked = sorted(changes, reverse=direction == "higher")
    return Pace(stretch, median(changes), fmean(ranked[: max(1, len(ranked) // 4)]))


@cache
def _stats() -> Any:
    """scipy.stats, loaded when first needed: few commands propose."""
    return import_module("scipy.stats")
