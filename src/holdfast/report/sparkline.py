"""A row of small bars: the shape of a series in as many signs as it has periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from holdfast.words.order import END, LEFT

if TYPE_CHECKING:
    from holdfast.metrics.figure import Number
    from holdfast.report.look import Look


def sparkline(values: Sequence[Number | None], look: Look) -> str:
    """One sign per value between the series' least and greatest; a gap where it is undefined.

    A series that never moves is drawn at half height, so that calm does not look like nothing.
    """
    known = [float(value) for value in values if value is not None]
    if not known:
        return look.gap * len(values)
    low, high = min(known), max(known)
    top = len(look.steps) - 1
    signs = [
        look.gap if value is None else look.steps[_step(float(value), low, high, top)] for value in values
    ]
    return "".join(signs)


def drawn_series(values: Sequence[Number | None], look: Look) -> Text:
    """A sparkline with its last sign marked; time runs as the language is read."""
    drawn = Text(sparkline(values, look))
    drawn.stylize("bold", len(drawn) - 1)
    if not look.mirrored:
        return drawn
    backwards = Text("").join(reversed(drawn.divide(range(1, len(drawn)))))
    return Text.assemble(LEFT, backwards, END)


def _step(value: float, low: float, high: float, top: int) -> int:
    return top // 2 if high == low else round((value - low) / (high - low) * top)
