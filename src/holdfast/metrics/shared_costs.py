"""How far the cost of keeping customers hangs on which costs are said to keep them (K16).

It has no sampling interval: what is uncertain of it is the share of each kind of cost that is spent on
keeping rather than on winning or serving. So the figure is shown with none, half and all of each kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from holdfast.metrics.catalog import Metric
from holdfast.metrics.composed import as_decimal
from holdfast.metrics.figure import Figure
from holdfast.periods import Period
from holdfast.timelines.costs import RETENTION, spent_by_category
from holdfast.timelines.layout import Layout


@dataclass(frozen=True, kw_only=True)
class SharedCost:
    """One kind of cost, and the figure with none, half and all of it counted; `counted` is what it is now."""

    category: str
    cost: Decimal
    counted: bool
    none: Decimal
    half: Decimal
    whole: Decimal


def has_shared_costs(metric: Metric) -> bool:
    """Whether a metric stands on the cost of keeping customers."""
    return any(part.full_name == "retention_costs" for part in metric.parts)


def shared_costs(figure: Figure, layout: Layout, periods: Sequence[Period]) -> list[SharedCost]:
    """For each kind of cost of the period, the figure with none, half and all of it."""
    if figure.value is None or figure.numerator is None or figure.denominator is None:
        return []
    rows = spent_by_category(layout, periods).order_by("category").to_pyarrow().to_pylist()
    return [_shared(row, Fraction(figure.numerator), Fraction(figure.denominator)) for row in rows]


def _shared(row: dict[str, Any], numerator: Fraction, denominator: Fraction) -> SharedCost:
    cost, counted = Fraction(row["value"]), row["category"] in RETENTION
    others = numerator - cost if counted else numerator
    none, half, whole = (as_decimal((others + cost * share / 2) / denominator) for share in range(3))
    return SharedCost(
        category=row["category"], cost=row["value"], counted=counted, none=none, half=half, whole=whole
    )
