"""How a figure differs from an earlier one, and whether that is more than chance (R23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from holdfast.metrics.catalog import find
from holdfast.metrics.figure import Against, Change, Figure, Key, Verdict
from holdfast.metrics.intervals import Bounds, difference, poisson
from holdfast.periods import Calendar

NEEDED = {"wilson": 10, "ratio": 30, "joint": 30}
"""Fewer subjects than this say too little to tell a change from chance (R17)."""


def changes(figures: Sequence[Figure], calendar: Calendar) -> dict[Key, list[Change]]:
    """For each figure its change from the period before and from the same period a year before."""
    known = {figure.key: figure for figure in figures}
    return {figure.key: _both(figure, known, calendar) for figure in figures}


def compare(figure: Figure, earlier: Figure, kind: Against) -> Change:
    """The change from `earlier` to `figure`.

    Where figures have intervals the difference gets one (`intervals.difference`), and the
    verdict is `higher` or `lower` only where it excludes 0. Counts of accounts that came or
    went in the period get exact Poisson bounds. Full counts of money and stocks have no
    chance in them: their verdict is the sign of the difference.
    """
    blank = Change(kind=kind, earlier_label=earlier.period_label)
    if figure.value is None or earlier.value is None:
        return replace(blank, reason="undefined")
    gap = Decimal(str(figure.value)) - Decimal(str(earlier.value))
    if (few := _too_few(figure, earlier)) is not None:
        n, needed = few
        return replace(blank, difference=gap, reason="too_few", n=n, needed=needed)
    bounds, before = _bounds(figure), _bounds(earlier)
    if bounds is None or before is None:
        return replace(blank, difference=gap, verdict=_without_chance(figure, gap))
    low, high = difference(float(figure.value), bounds, float(earlier.value), before)
    verdict: Verdict = "higher" if low > 0 else "lower" if high < 0 else "same"
    return replace(blank, difference=gap, low=low, high=high, verdict=verdict)


def _both(figure: Figure, known: dict[Key, Figure], calendar: Calendar) -> list[Change]:
    period = calendar.period(figure.grain, figure.period_label)
    earlier = {"previous": calendar.previous(period), "year_before": calendar.year_before(period)}
    found = []
    kinds: tuple[Against, ...] = ("previous", "year_before")
    for kind in kinds:
        label = earlier[kind].label
        other = known.get((figure.series, label))
        if other is None:
            found.append(Change(kind=kind, earlier_label=label, reason="no_earlier"))
        else:
            found.append(compare(figure, other, kind))
    return found


def _too_few(figure: Figure, earlier: Figure) -> tuple[int, int] | None:
    needed = NEEDED.get(find(figure.name).interval)
    least = min(figure.n or 0, earlier.n or 0)
    return (least, needed) if needed is not None and least < needed else None


def _bounds(figure: Figure) -> Bounds | None:
    if figure.low is not None and figure.high is not None:
        return float(figure.low), float(figure.high)
    metric = find(figure.name)
    came_and_went = metric.at == "opening" and figure.unit in ("accounts", "users")
    if came_and_went and metric.interval == "none" and figure.value is not None:
        return poisson(float(figure.value))
    return None


def _without_chance(figure: Figure, gap: Decimal) -> Verdict:
    if find(figure.name).interval != "none":
        return "unknown"
    return "higher" if gap > 0 else "lower" if gap < 0 else "same"
