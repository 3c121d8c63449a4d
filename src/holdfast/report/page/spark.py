"""A line of the size of a word: no axes, its last point marked, gaps left open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from holdfast.metrics.figure import Number

WIDE, HIGH, EDGE = 100.0, 24.0, 3.0


def spark(values: Sequence[Number | None]) -> Markup:
    """The values as an SVG without words; nothing where fewer than two are there."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return Markup("")
    low, high = min(known), max(known)
    step, tall = (WIDE - 2 * EDGE) / (len(values) - 1), (HIGH - 2 * EDGE) / ((high - low) or 1)
    path, at, pen = [], (0.0, 0.0), "M"
    for place, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        level = (float(value) - low) * tall if high > low else (HIGH - 2 * EDGE) / 2
        at = EDGE + place * step, HIGH - EDGE - level
        path.append(f"{pen}{at[0]:.1f} {at[1]:.1f}")
        pen = "L"
    drawn = Markup(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<path d="{}"/><path d="M{:.1f} {:.1f}h.01" class="end"/></svg>'
    )
    return drawn.format(int(WIDE), int(HIGH), " ".join(path), *at)
