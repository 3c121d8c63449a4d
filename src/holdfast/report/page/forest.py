"""Differences with their intervals, one bar each, around a line where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from holdfast.insights.behaviours.effect import Gap

WIDE, HIGH = 100.0, 24.0
ROUNDED = 0.05
"""Bars reach to a whole multiple of this share on both sides."""


def reach_of(gaps: Iterable[Gap]) -> float:
    """How far bars are to reach on each side of the line, so that every interval has room."""
    most = max((max(abs(each.low), abs(each.high)) for each in gaps), default=0.0)
    return min(round(max(ceil(most / ROUNDED - 1e-9), 1) * ROUNDED, 2), 1.0)


def bar(judged: Gap, plain: Gap, reach: float) -> Markup:
    """An SVG without words: what was judged above, the plain difference below it and fainter."""
    drawn = Markup(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="even" d="M{} 0V{}"/>{}{}</svg>'
    )
    rows = _interval(judged, reach, 8.0, "judged"), _interval(plain, reach, 18.0, "plain")
    return drawn.format(int(WIDE), int(HIGH), WIDE / 2, int(HIGH), *rows)


def _interval(gap: Gap, reach: float, level: float, name: str) -> Markup:
    low, value, high = (_across(each, reach) for each in (gap.low, gap.value, gap.high))
    drawn = Markup('<g class="{}"><path d="M{:.2f} {}H{:.2f}"/><path class="point" d="M{:.2f} {}h.01"/></g>')
    return drawn.format(name, low, level, high, value, level)


def _across(value: float, reach: float) -> float:
    return WIDE / 2 * (1 + min(max(value / reach, -1.0), 1.0))
