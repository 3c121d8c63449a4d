"""Contracts that come to their end, and those renewed (K11, K08 by due contracts)."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.catalog import Evidence, metric
from holdfast.metrics.churn import CUSTOMER

DUE: dict[str, Any] = {
    "family": "renewals",
    "timeline": "due_terms",
    "reads": ("subscription_phases",),
    "also_reads": ("contracts",),
    "unit": "share",
    "better": "higher",
    "cluster": "subject_id",
}
BY_ACCOUNT: dict[str, Any] = {**DUE, "timeline": "due_accounts", "cluster": "account_id"}
MONEY: dict[str, Any] = {
    **DUE,
    "timeline": "due_terms_worth",
    "interval": "ratio",
    "rates": ("no_fixed_rate",),
}
LOST: dict[str, Any] = {
    **DUE,
    "timeline": "lost_terms",
    "unit": "contracts",
    "better": "lower",
    "source": "Seed 003, renewal rate: a low one calls for work on success and product",
}
OPEXENGINE = "https://www.opexengine.com/question/renewal-rate-definition/"
WINSABOVE = "https://www.winsabove.com/glossary/renewal-rate"
BIGDELTA = "https://bigdelta.com/library/metrics/renewal-rate"
GROWPANEL = "https://growpanel.io/academy/renewal-rate"
DUE_ONLY = "https://rdrr.io/github/Displayr/flipRevenueMetrics/man/CustomerChurn.html"
SEED = "Seed 003, renewal rate"


@metric("renewal_rate", interval="wilson", source=WINSABOVE, **DUE)
def renewal_rate(row: Any) -> Evidence:
    """Renewal rate
    Contracts whose term ended in the period and that were renewed within 30 days of it / contracts
    whose term ended. Of plans without contracts every billing cycle is a term."""
    return Evidence(row.renewed, _one(row), matures=row.matures)


@metric("renewal_rate", "per_account", interval="wilson", source=SEED, **BY_ACCOUNT)
def renewal_rate_per_account(row: Any) -> Evidence:
    """Renewal rate by account
    Accounts that renewed any of their contracts due in the period / accounts with a contract due."""
    return Evidence(row.renewed, _one(row), matures=row.matures)


@metric("renewal_rate", "pessimistic", interval="wilson", source=OPEXENGINE, **DUE)
def renewal_rate_pessimistic(row: Any) -> Evidence:
    """Renewal rate, pessimistic
    The same, but what is still undecided counts as not renewed."""
    return Evidence(row.renewed, _one(row))


@metric(
    "renewal_rate",
    "of_base",
    interval="wilson",
    source=OPEXENGINE,
    **{**BY_ACCOUNT, "timeline": "base_and_due"},
)
def renewal_rate_of_base(row: Any) -> Evidence:
    """Renewal rate of all customers
    Opening customers that renewed a contract due in the period / all opening customers."""
    renewed = ibis.ifelse(row.opening_customer > 0, row.renewed, 0)
    outside = [("not_in_opening", row.opening_customer == 0)]
    return Evidence(renewed, row.opening_customer, excluded=outside, matures=row.matures)


@metric(
    "renewal_rate", "windfall", interval="ratio", source=OPEXENGINE, **{**DUE, "timeline": "signed_terms"}
)
def renewal_rate_windfall(row: Any) -> Evidence:
    """Renewal rate, windfall
    Renewals, late ones in the period they were signed in / contracts due in the period; may exceed
    100 %."""
    return Evidence(row.signed, row.due)


@metric("gross_renewal_rate", source=BIGDELTA, **MONEY)
def gross_renewal_rate(row: Any) -> Evidence:
    """Gross renewal rate
    Sum over contracts due in the period of the lesser of renewed and expiring MRR / their expiring MRR."""
    return Evidence(ibis.least(row.renewing, row.expiring), row.expiring, matures=row.matures)


@metric("net_renewal_rate", source=GROWPANEL, **MONEY)
def net_renewal_rate(row: Any) -> Evidence:
    """Net renewal rate
    MRR for which the contracts due in the period were renewed / their expiring MRR."""
    return Evidence(row.renewing, row.expiring, matures=row.matures)


@metric("lost_renewals", **LOST)
def lost_renewals(row: Any) -> Evidence:
    """Renewals lost
    Contracts whose term ended in the period and that were not renewed within 30 days of it; by
    lost_because, what the account said as it left."""
    return Evidence(_one(row), matures=row.matures)


@metric("lost_renewals", "mrr", **{**LOST, "unit": "money", "rates": ("no_fixed_rate",)})
def lost_renewals_mrr(row: Any) -> Evidence:
    """Renewals lost, in MRR
    Sum of the expiring MRR of contracts whose term ended in the period and that were not renewed within
    30 days of it."""
    return Evidence(row.expiring, matures=row.matures)


@metric(
    "customer_churn_rate",
    "due_only",
    interval="wilson",
    source=DUE_ONLY,
    **{**CUSTOMER, "timeline": "due_accounts", "also_reads": ("contracts",)},
)
def customer_churn_rate_due_only(row: Any) -> Evidence:
    """Customer churn rate of those due
    Accounts with a contract due in the period that renewed none of them / accounts with a contract due."""
    return Evidence(1 - row.renewed, _one(row), matures=row.matures)


def _one(row: Any) -> Any:
    return row.account_id.notnull().cast("int64")
