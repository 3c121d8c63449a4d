"""What values a metric can have: what a target may ask, and where a forecast ends."""

from __future__ import annotations

from math import inf
from typing import TypeAlias

from holdfast.metrics import Metric

Bounds: TypeAlias = tuple[float, float]

PROPORTIONS = {
    "gross_revenue_retention",
    "gross_renewal_rate",
    "onboarding_rate.steps",
    "payment_recovery_rate",
    "stickiness",
    "survival",
}
"""Metrics that cannot exceed 1 though their interval is not that of a proportion."""

SIGNED = {"mrr_net_new", "mrr_fx"}
"""Money that may be negative."""


def bounds_of(metric: Metric) -> Bounds:
    """The least and the greatest value that a metric can have."""
    is_proportion = metric.interval == "wilson" or {metric.full_name, metric.name} & PROPORTIONS
    if metric.unit == "share" and is_proportion:
        return 0.0, 1.0
    if metric.name == "nps":
        return -100.0, 100.0
    return (-inf, inf) if metric.name in SIGNED or metric.unit == "points" else (0.0, inf)
