"""A made-up year of figures to show: no metric computed them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.metrics.figure import Change, Figure, Key
from holdfast.report import Line

LINES = {
    "paying_customers": Line("Paying customers", "customers", "higher"),
    "mrr": Line("Monthly recurring revenue", "revenue", "higher"),
    "customer_churn_rate": Line("Customer churn rate", "churn", "lower"),
    "quick_ratio": Line("Quick ratio", "churn", "higher"),
    "customer_lifetime": Line("Average customer lifetime", "survival", "higher"),
}


def figure(metric: str, month: int, value: Any, unit: str, **more: Any) -> Figure:
    """A figure of one month of 2025."""
    following = datetime(2025 + month // 12, month % 12 + 1, 1)
    return Figure(
        metric=metric,
        grain="month",
        period_label=f"2025-{month:02}",
        period_start=datetime(2025, month, 1),
        period_end=following,
        value=value,
        unit=unit,
        **more,
    )


def a_year() -> list[Figure]:
    """Nine months of five metrics; the last month is still open."""
    figures: list[Figure] = []
    for month in range(1, 10):
        still = {"status": "provisional" if month == 9 else "final"}
        churned, paying = Decimal(40 - month), 1180 + 9 * month
        figures += [
            figure("paying_customers", month, paying, "accounts", n=paying, **still),
            figure("mrr", month, Decimal("98304.5") + 1204 * month, "USD", **still),
            figure(
                "customer_churn_rate",
                month,
                churned / 1000,
                "share",
                numerator=churned,
                denominator=Decimal(1000),
                n=1000,
                low=Decimal("0.021"),
                high=Decimal("0.044"),
                **still,
            ),
            figure("quick_ratio", month, None, "ratio", reason="no_losses"),
            figure(
                "customer_lifetime", month, 15.625, "months", denominator=7, n=7, low=12.4, high=19.8, **still
            ),
        ]
    return figures


def changes() -> dict[Key, list[Change]]:
    """How the last month moved, one verdict of each kind."""
    last = {each.metric: each.key for each in a_year() if each.period_label == "2025-09"}
    before, year = "2025-08", "2024-09"
    return {
        last["paying_customers"]: [
            Change(kind="previous", earlier_label=before, difference=9, verdict="higher"),
            Change(kind="year_before", earlier_label=year, reason="no_earlier"),
        ],
        last["mrr"]: [
            Change(kind="previous", earlier_label=before, difference=Decimal(-1204), verdict="lower"),
            Change(kind="year_before", earlier_label=year, reason="no_earlier"),
        ],
        last["customer_churn_rate"]: [
            Change(kind="previous", earlier_label=before, difference=Decimal("-0.001"), verdict="same"),
            Change(kind="year_before", earlier_label=year, difference=Decimal("-0.012"), verdict="lower"),
        ],
        last["customer_lifetime"]: [
            Change(kind="previous", earlier_label=before, reason="too_few", n=7, needed=30),
            Change(kind="year_before", earlier_label=year, reason="undefined"),
        ],
    }
