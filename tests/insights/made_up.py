"""Figures and targets that nobody counted, for judgements on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.insights.targets import Target
from holdfast.metrics.figure import Figure

DUE = "2026-06"


def month(place: int) -> str:
    return f"{2024 + place // 12}-{place % 12 + 1:02}"


def figure(place: int, value: Any, **more: Any) -> Figure:
    """The figure of month `place` after January 2024."""
    begins, ends = (datetime(2024 + at // 12, at % 12 + 1, 1) for at in (place, place + 1))
    told = {"metric": "mrr", "grain": "month", "unit": "USD", **more}
    return Figure(period_label=month(place), period_start=begins, period_end=ends, value=value, **told)


def series(values: Sequence[Any], **more: Any) -> list[Figure]:
    return [figure(place, value, **more) for place, value in enumerate(values)]


def target(value: str, direction: Any = "higher", **more: Any) -> Target:
    fields: dict[str, Any] = {
        "target_id": "t1",
        "metric": "mrr",
        "grain": "month",
        "period_label": DUE,
        "due_at": datetime(2026, 7, 1),
        "value": Decimal(value),
        "unit": "USD",
        "direction": direction,
        "owner": "ana",
        "from_label": "2025-06",
        "from_value": Decimal(100),
        "recorded_at": datetime(2025, 7, 3),
        **more,
    }
    return Target(**fields)
