"""Chances that were told against the shares that came: on the line, 10 % was 10 %."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from holdfast.words.amounts import percent

if TYPE_CHECKING:
    from holdfast.insights.risk.card import Group

SIDE, BEFORE, AFTER = 320.0, 44.0, 12.0
ROUNDED = 0.05
"""Axes end at a whole multiple of this share."""


def calibration(groups: Sequence[Group], language: str, name: str, told: str, came: str) -> Markup:
    """An SVG of each group's chance told (across) and share that left (up), with its 95 % interval.

    `name` is what a reader without sight hears; `told` and `came` name the axes. Nothing without groups.
    """
    if not groups:
        return Markup("")
    most = max(max(each.high, each.chance) for each in groups)
    top = min((int(most / ROUNDED) + 1) * ROUNDED, 1.0)
    marks = [_mark(each, top) for each in groups]
    line = " ".join(f"{'L' if place else 'M'}{x:.1f} {y:.1f}" for place, (x, y, _, _) in enumerate(marks))
    drawn = Markup(
        '<svg class="calibration" viewBox="0 0 {0} {0}" direction="ltr" role="img" aria-label="{1}">'
        '<path class="axis" d="M{2} {3}V{4}H{5}"/><path class="even" d="M{2} {4}L{5} {3}"/>{6}'
        '<path class="curve" d="{7}"/>{8}</svg>'
    )
    bars = Markup("").join(
        Markup('<path class="span" d="M{0:.1f} {1:.1f}V{2:.1f}"/>').format(x, low, high)
        for x, _, low, high in marks
    )
    points = Markup("").join(
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4"/>').format(x, y) for x, y, _, _ in marks
    )
    return drawn.format(
        int(SIDE), name, BEFORE, AFTER, SIDE - BEFORE, SIDE - AFTER, _labels(top, language, told, came), line,
        bars + points,
    )  # fmt: skip


def _mark(each: Group, top: float) -> tuple[float, float, float, float]:
    share = each.left / each.rows
    return _x(each.chance, top), _y(share, top), _y(each.low, top), _y(min(each.high, top), top)


def _x(share: float, top: float) -> float:
    return BEFORE + share / top * (SIDE - BEFORE - AFTER)


def _y(share: float, top: float) -> float:
    return SIDE - BEFORE - share / top * (SIDE - BEFORE - AFTER)


def _labels(top: float, language: str, told: str, came: str) -> Markup:
    text = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}"{}>{}</text>')
    foot, middle = SIDE - BEFORE + 18, (SIDE + BEFORE - AFTER) / 2
    turned = Markup(' transform="rotate(-90 12 {0:.1f})"').format(SIDE - middle)
    return Markup("").join(
        (
            text.format(BEFORE, foot, "middle", "", percent(0, language)),
            text.format(SIDE - AFTER, foot, "end", "", percent(top, language)),
            text.format(BEFORE - 6, AFTER + 8, "end", "", percent(top, language)),
            text.format(middle, SIDE - 8, "middle", "", told),
            text.format(12.0, SIDE - middle, "middle", turned, came),
        )
    )
