"""Who left and who stayed: logo churn and retention (K08, K09)."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.catalog import Evidence, metric

CUSTOMER: dict[str, Any] = {
    "family": "churn",
    "timeline": "accounts_by_period",
    "reads": ("subscription_phases",),
    "unit": "share",
    "better": "lower",
}
CHARTMOGUL = "https://help.chartmogul.com/hc/en-us/articles/207340419-Churn-rate-formulas"
STRIPE = "https://support.stripe.com/questions/calculating-churn-rate-in-billing"
SHOPIFY = "https://www.shopify.com/technology/4018382-defining-churn-rate-no-really-this-actually-requires-an-entire-blog-post"
SEED = "Seed 003, metric 4"
RETENTION = "https://piwik.pro/glossary/customer-retention-rate/"


@metric("customer_churn_rate", interval="wilson", source=CHARTMOGUL, **CUSTOMER)
def customer_churn_rate(row: Any) -> Evidence:
    """Customer churn rate
    Opening customers who are not customers at closing / opening customers."""
    return Evidence(_lost(row), row.opening_customer, excluded=_not_in_opening(row))


@metric("customer_churn_rate", "seed_all_churned", interval="ratio", source=SEED, **CUSTOMER)
def customer_churn_rate_seed_all_churned(row: Any) -> Evidence:
    """Customer churn rate, all churned
    (Lost opening customers + customers who joined and left) / opening customers; may exceed 100 %."""
    return Evidence(_lost(row) + _joined_and_left(row), row.opening_customer)


@metric("customer_churn_rate", "exposed", interval="wilson", source=STRIPE, **CUSTOMER)
def customer_churn_rate_exposed(row: Any) -> Evidence:
    """Customer churn rate, exposed
    Accounts that churned in the period / (opening customers + others that became customers)."""
    exposed = (row.opening_customer > 0) | (row.became > 0)
    return Evidence((row.churns > 0).cast("int64"), exposed.cast("int64"))


@metric("customer_churn_rate", "midpoint", interval="ratio", source=CHARTMOGUL, **CUSTOMER)
def customer_churn_rate_midpoint(row: Any) -> Evidence:
    """Customer churn rate, midpoint
    Churns in the period / mean of the customers at opening and at closing."""
    return Evidence(
        row.churns, (row.opening_customer + row.closing_customer).cast("decimal(20, 1)") * _half()
    )


@metric(
    "customer_churn_rate",
    "daily_sum",
    interval="poisson",
    source=CHARTMOGUL,
    **{**CUSTOMER, "timeline": "accounts_by_day"},
)
def customer_churn_rate_daily_sum(row: Any) -> Evidence:
    """Customer churn rate, daily sum
    Sum over the period's days of (customers at the day's start lost by its end / customers at its
    start)."""
    return Evidence(row.lost * row.day_share)


@metric("customer_churn_rate", "customer_days", interval="ratio", source=SHOPIFY, **CUSTOMER)
def customer_churn_rate_customer_days(row: Any) -> Evidence:
    """Customer churn rate, customer-days
    Churns x days in the period / customer-days (the sum of customers as each day began)."""
    return Evidence(row.churns * row.days, row.customer_days)


@metric("joined_and_left", **{**CUSTOMER, "unit": "accounts"}, source=CHARTMOGUL)
def joined_and_left(row: Any) -> Evidence:
    """Joined and left
    Accounts outside the opening that became customers and churned inside the period (R9)."""
    return Evidence(_joined_and_left(row))


@metric("left_and_back", **{**CUSTOMER, "unit": "accounts", "better": "context"}, source=CHARTMOGUL)
def left_and_back(row: Any) -> Evidence:
    """Left and back
    Opening customers who churned inside the period and are customers again at closing."""
    back = (row.opening_customer > 0) & (row.closing_customer > 0) & (row.churns > 0)
    return Evidence(back.cast("int64"))


@metric("customer_retention_rate", interval="wilson", source=RETENTION, **{**CUSTOMER, "better": "higher"})
def customer_retention_rate(row: Any) -> Evidence:
    """Customer retention rate
    Opening customers still customers at closing / opening customers: 1 - churn."""
    return Evidence(_kept(row), row.opening_customer, excluded=_not_in_opening(row))


@metric(
    "customer_retention_rate",
    "arithmetic",
    interval="wilson",
    source=RETENTION,
    **{**CUSTOMER, "better": "higher"},
)
def customer_retention_rate_arithmetic(row: Any) -> Evidence:
    """Customer retention rate, arithmetic
    (Customers at closing - those of them not in the opening) / opening customers."""
    newcomers = ((row.opening_customer == 0) & (row.closing_customer > 0)).cast("int64")
    return Evidence(row.closing_customer - newcomers, row.opening_customer)


@metric(
    "customer_retention_rate",
    "engaged",
    interval="wilson",
    source="Seeds 000-002, 'percent of customers who stay engaged'",
    needs=("core_events",),
    **{
        **CUSTOMER,
        "better": "higher",
        "timeline": "engagement",
        "reads": ("subscription_phases", "events"),
    },
)
def customer_retention_rate_engaged(row: Any) -> Evidence:
    """Customer retention rate, engaged
    Opening customers with at least one core event in the period / opening customers."""
    engaged = ((row.opening_customer > 0) & (row.engaged > 0)).cast("int64")
    return Evidence(engaged, row.opening_customer, excluded=_not_in_opening(row))


def _lost(row: Any) -> Any:
    return ((row.opening_customer > 0) & (row.closing_customer == 0)).cast("int64")


def _kept(row: Any) -> Any:
    return ((row.opening_customer > 0) & (row.closing_customer > 0)).cast("int64")


def _joined_and_left(row: Any) -> Any:
    left = (row.opening_customer == 0) & (row.closing_customer == 0) & (row.became > 0) & (row.churns > 0)
    return left.cast("int64")


def _not_in_opening(row: Any) -> list[tuple[str, Any]]:
    outside = row.opening_customer == 0
    return [("joined_and_left", _joined_and_left(row) > 0), ("not_in_opening", outside)]


def _half() -> Any:
    return ibis.literal(0.5).cast("decimal(2, 1)")
