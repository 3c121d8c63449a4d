"""Payments that fail and come back (K10)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric

SHARE: dict[str, Any] = {"family": "payments", "unit": "share"}
FAILED: dict[str, Any] = {
    **SHARE,
    "timeline": "failed_invoices",
    "reads": ("payments", "invoices"),
    "also_reads": ("invoice_lines",),
    "better": "higher",
    "cluster": "subject_id",
}
PAST_DUE = "https://help.chartmogul.com/article/303-handling-past-due-subscriptions"
DUNNING = "https://retentionlens.com/saas-metrics/dunning"
RECOVERY = "https://churnbuster.io/docs/data-testing"


@metric(
    "involuntary_churn_share",
    interval="wilson",
    source=PAST_DUE,
    **{**SHARE, "timeline": "churned_accounts", "reads": ("subscription_phases",), "better": "lower"},
)
def involuntary_churn_share(row: Any) -> Evidence:
    """Involuntary share of churn
    Opening customers who churned because a payment failed / all opening customers who churned."""
    lost = ((row.opening_customer > 0) & (row.closing_customer == 0)).cast("int64")
    return Evidence(lost * row.unpaid, lost, excluded=[("not_in_opening", row.opening_customer == 0)])


@metric("payment_recovery_rate", interval="ratio", rates=("no_fixed_rate",), source=RECOVERY, **FAILED)
def payment_recovery_rate(row: Any) -> Evidence:
    """Payment recovery rate
    Amount of the recurring invoices paid within 30 days of their first failure / amount of those that
    first failed in the period, once the 30 days are over."""
    return Evidence(row.value * row.recovered, row.value, matures=row.recovered_by)


@metric("payment_recovery_rate", "by_count", interval="wilson", source=RECOVERY, **FAILED)
def payment_recovery_rate_by_count(row: Any) -> Evidence:
    """Payment recovery rate by count
    Recurring invoices paid within 30 days of their first failure / recurring invoices that first failed
    in the period, once the 30 days are over."""
    return Evidence(row.recovered, row.subject_id.notnull().cast("int64"), matures=row.recovered_by)


@metric(
    "authorisation_rate",
    interval="wilson",
    source=DUNNING,
    **{**FAILED, "timeline": "charged_invoices"},
)
def authorisation_rate(row: Any) -> Evidence:
    """Authorisation rate
    Recurring invoices paid at the first attempt / recurring invoices first attempted in the period."""
    return Evidence(row.paid_at_once, row.subject_id.notnull().cast("int64"))
