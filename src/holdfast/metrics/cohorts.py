"""Cohorts: of those who began in one period, how many and how much is still there later."""

from __future__ import annotations

from typing import Any

from holdfast.errors import unknown
from holdfast.metrics.catalog import Evidence, Metric, metric

COHORT: dict[str, Any] = {
    "family": "cohorts",
    "timeline": "account_cohorts",
    "reads": ("subscription_phases",),
    "unit": "share",
    "better": "higher",
    "of_columns": ("age",),
    "at": "entry",
    "empty": "pending",
    "on_board": False,
}
STRIPE = "https://support.stripe.com/questions/subscriber-cohorts-and-cohort-retention-in-billing"


@metric("cohort_retention", interval="wilson", source=STRIPE, **COHORT)
def cohort_retention(row: Any) -> Evidence:
    """Cohort retention
    Accounts that first paid in the period and are customers at the closing of the period so many later
    / accounts that first paid in the period; only once that later period is over."""
    return Evidence(row.there, _one(row), matures=row.window_end)


@metric("cohort_retention", "gross_revenue", interval="ratio", rates=("no_rate",), source=STRIPE, **COHORT)
def cohort_retention_gross_revenue(row: Any) -> Evidence:
    """Cohort retention, gross revenue
    Sum over the cohort of the lesser of MRR at that closing and MRR as it first paid / MRR as it first
    paid, at the rate before the cohort's period."""
    return Evidence(row.kept, row.began_mrr, matures=row.window_end)


@metric("cohort_retention", "net_revenue", interval="ratio", rates=("no_rate",), source=STRIPE, **COHORT)
def cohort_retention_net_revenue(row: Any) -> Evidence:
    """Cohort retention, net revenue
    MRR of the cohort at that closing / its MRR as it first paid, at the rate before the cohort's period."""
    return Evidence(row.mrr, row.began_mrr, matures=row.window_end)


@metric(
    "cohort_retention",
    "usage",
    interval="wilson",
    source=STRIPE,
    needs=("core_events",),
    **{**COHORT, "timeline": "account_usage_cohorts", "reads": ("subscription_phases", "events")},
)
def cohort_retention_usage(row: Any) -> Evidence:
    """Cohort retention, usage
    Accounts that first paid in the period and had a core event in the period so many later / accounts
    that first paid in the period."""
    return Evidence(row.active, _one(row), matures=row.window_end)


@metric(
    "cohort_retention",
    "users",
    interval="wilson",
    cluster="subject_id",
    source=STRIPE,
    **{**COHORT, "timeline": "user_cohorts", "reads": ("events",)},
)
def cohort_retention_users(row: Any) -> Evidence:
    """Cohort retention, users
    Users who first acted in the period and acted in the period so many later / users who first acted in
    the period."""
    return Evidence(row.active, _one(row), matures=row.window_end)


def _one(row: Any) -> Any:
    return row.start_at.notnull().cast("int64")


KINDS = {
    "logo": cohort_retention,
    "gross": cohort_retention_gross_revenue,
    "net": cohort_retention_net_revenue,
    "usage": cohort_retention_usage,
    "users": cohort_retention_users,
}
"""What can be followed of a cohort, by the word that a person uses."""


def cohort(kind: str) -> Metric:
    """The metric that follows `kind` of a cohort; raises UsageError with the nearest right word."""
    if kind not in KINDS:
        raise unknown("kind of cohort", kind, KINDS)
    return KINDS[kind]
