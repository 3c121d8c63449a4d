"""Charts of a page: their specifications in light and dark as data that cannot end its element."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from holdfast.metrics import Figure
from holdfast.report.page.drawn import HALF, Drawn, Size, moved, over_time, stayed
from holdfast.report.page.lines import Lines

OF_BOARDS: dict[str, tuple[str, ...]] = {
    "leadership": ("movements", "net_revenue_retention", "customer_churn_rate", "survival"),
    "success": ("customer_churn_rate", "net_revenue_retention", "renewal_rate", "survival"),
    "product": ("monthly_active_users", "stickiness", "activation_rate", "product_usage_rate"),
    "billing": ("movements", "mrr", "payment_recovery_rate", "authorisation_rate"),
}
"""What each role's overview draws, in its order."""

LEAST_POINTS = 2


def charts_of(board: str, lines: Lines, steps: Sequence[Figure]) -> Iterator[Drawn]:
    """The charts of a role's overview for which there is enough to draw."""
    for name in OF_BOARDS[board]:
        if name == "survival":
            if _points(steps) >= LEAST_POINTS:
                yield stayed(lines, steps)
        elif name == "movements":
            if any(each.value for each in lines.contents.movements):
                yield moved(lines)
        else:
            yield from chart_of(name, lines)


def chart_of(name: str, lines: Lines, size: Size = HALF) -> Iterator[Drawn]:
    """One metric over time, where it has a value in two periods."""
    figures = [each for each in lines.contents.figures if each.name == name]
    if _points(figures) >= LEAST_POINTS:
        yield over_time(lines, figures, size)


def as_data(chart: Drawn) -> Markup:
    """The specifications by ground, as JSON that stands in an element of its own."""
    text = json.dumps(chart.specs, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def _points(figures: Sequence[Figure]) -> int:
    return len({(each.period_label, *each.of.values()) for each in figures if each.value is not None})
