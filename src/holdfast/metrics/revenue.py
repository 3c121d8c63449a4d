"""Recurring revenue: what it is, how it moved, and how much of it stayed (K03 to K07)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from holdfast.metrics.catalog import Evidence, metric

MONEY: dict[str, Any] = {
    "family": "revenue",
    "timeline": "accounts_by_period",
    "reads": ("subscription_phases",),
    "unit": "money",
}
STOCK = {**MONEY, "at": "closing", "better": "higher", "rates": ("no_closing_rate",)}
MOVES = {**MONEY, "rates": ("no_movement_rate",)}
SHARE = {**MONEY, "unit": "share", "better": "higher", "interval": "ratio", "rates": ("no_fixed_rate",)}
OF_LEDGER = {**SHARE, "rates": ("no_fixed_rate", "no_fixed_movement_rate")}
QUICK_RATIO = {**SHARE, "unit": "ratio", "empty": "no_losses", "rates": ("no_movement_rate",)}
MRR = "https://support.stripe.com/questions/billing-analytics"
MOVEMENT = "https://help.chartmogul.com/hc/en-us/articles/4416682609426-Understanding-MRR-movements"
GRR = "https://docs.imboard.ai/api/ontology/customers.json"
LEDGER_GRR = "https://help.chartmogul.com/hc/en-us/articles/203359341-Metric-MRR-Churn-Rate"
NRR = "https://virtuaresearch.com/insights/?p=47"
BAREMETRICS = "https://changelog.baremetrics.com/new-metric-net-revenue-retention-2BOJIA"
QUICK = "https://dnoise.online/en/metrics/formulas/quick-ratio-formula"


@metric("mrr", source=MRR, **STOCK)
def mrr(row: Any) -> Evidence:
    """Monthly recurring revenue
    Monthly value of all paying phases at the period's end, net of recurring discounts, without tax,
    usage and one-off charges."""
    return Evidence(row.closing_mrr, excluded=[("no_mrr_at_closing", row.closing_paying == 0)])


@metric("mrr", "latest_subscription", source=MRR, rules={"subscriptions": "latest"}, **STOCK)
def mrr_latest_subscription(row: Any) -> Evidence:
    """Monthly recurring revenue, latest subscription
    The same, counting of each account only the subscription that began last (then dearest, then
    greatest id), for sources that keep superseded subscriptions open."""
    return Evidence(row.closing_mrr, excluded=[("no_mrr_at_closing", row.closing_paying == 0)])


@metric(
    "mrr",
    "seed_customers_x_arpu",
    source="Seed 003, metric 5",
    **{**STOCK, "timeline": "given", "reads": (), "given": ("customers", "arpu")},
)
def mrr_seed_customers_x_arpu(row: Any) -> Evidence:
    """Monthly recurring revenue, customers x ARPU
    Customers x average revenue per user, both entered by hand: a reconciliation, not a measurement."""
    return Evidence(row.customers * row.arpu)


@metric("arr", source=MRR, **STOCK)
def arr(row: Any) -> Evidence:
    """Annual recurring revenue, run rate
    12 x MRR at the period's end."""
    return Evidence(row.closing_mrr * 12, excluded=[("no_mrr_at_closing", row.closing_paying == 0)])


def _movement(
    name: str, better: str, value: Callable[[Any], Any], net: Callable[[Any], Any], words: str
) -> None:
    """Declare one movement by the ledger, and its `period_net` variant."""
    title, formula = words.split(": ", 1)

    def ledger(row: Any) -> Evidence:
        return Evidence(value(row))

    def period_net(row: Any) -> Evidence:
        return Evidence(net(row))

    ledger.__doc__ = f"{title}\n{formula}"
    period_net.__doc__ = f"{title}, net by period\nOne net movement per account and period: {formula}"
    metric(name, source=MOVEMENT, better=better, **MOVES)(ledger)
    metric(name, "period_net", source=MOVEMENT, better=better, **MOVES)(period_net)


def _moved(row: Any) -> Any:
    """The account's MRR movement over the period, exchange effects apart."""
    gains = row.new_mrr + row.expansion_mrr + row.reactivation_mrr
    return gains - row.contraction_mrr - row.churned_mrr


def _only(when: Any, value: Any) -> Any:
    return ibis.ifelse(when, value, ibis.literal(0).cast("decimal(38, 9)"))


def _joined(row: Any) -> Any:
    return (row.opening_customer == 0) & (row.closing_paying > 0)


def _left(row: Any) -> Any:
    return (row.opening_customer > 0) & (row.closing_customer == 0)


def _stayed(row: Any) -> Any:
    return ~_joined(row) & ~_left(row) & (row.opening_customer > 0)


_movement(
    "mrr_new",
    "higher",
    lambda row: row.new_mrr,
    lambda row: _only(_joined(row) & (row.first_became > 0), _moved(row)),
    "New MRR: MRR of accounts that pay for the first time ever.",
)
_movement(
    "mrr_expansion",
    "higher",
    lambda row: row.expansion_mrr,
    lambda row: _only(_stayed(row) & (_moved(row) > 0), _moved(row)),
    "Expansion MRR: rises of MRR of accounts that are customers already, ends of pauses and discounts too.",
)
_movement(
    "mrr_contraction",
    "lower",
    lambda row: row.contraction_mrr,
    lambda row: _only(_stayed(row) & (_moved(row) < 0), -_moved(row)),
    "Contraction MRR: falls of MRR of accounts that stay customers, pauses included; a positive number.",
)
_movement(
    "mrr_churn",
    "lower",
    lambda row: row.churned_mrr,
    lambda row: _only(_left(row), -_moved(row)),
    "Churned MRR: MRR of accounts at the instant they cease to be customers; a positive number.",
)
_movement(
    "mrr_reactivation",
    "higher",
    lambda row: row.reactivation_mrr,
    lambda row: _only(_joined(row) & (row.first_became == 0), _moved(row)),
    "Reactivation MRR: MRR of accounts that pay again after having churned.",
)


@metric(
    "mrr_fx",
    source=MOVEMENT,
    better="context",
    **{**MONEY, "rates": ("no_opening_rate", "no_closing_rate", "no_movement_rate")},
)
def mrr_fx(row: Any) -> Evidence:
    """Exchange effect on MRR
    What revaluing the same subscriptions at each next month's rate adds: closing - opening - movements."""
    return Evidence(row.closing_mrr - row.opening_mrr - _moved(row))


@metric("mrr_net_new", source=MOVEMENT, better="higher", **MOVES)
def mrr_net_new(row: Any) -> Evidence:
    """Net new MRR
    New + expansion + reactivation - contraction - churn, exchange effects apart."""
    return Evidence(_moved(row))


@metric(
    "one_off_revenue",
    family="revenue",
    timeline="one_off_lines",
    reads=("invoices",),
    unit="money",
    better="higher",
    rates=("no_rate",),
    source="Seed 003, its 'expansion MRR'",
)
def one_off_revenue(row: Any) -> Evidence:
    """One-off revenue
    Non-recurring lines (up-sells, cross-sells, extras) of invoices issued in the period; never in MRR."""
    return Evidence(row.value)


@metric("gross_revenue_retention", source=GRR, **SHARE)
def gross_revenue_retention(row: Any) -> Evidence:
    """Gross revenue retention
    Sum over opening accounts of the lesser of closing and opening MRR / sum of their opening MRR."""
    kept = ibis.least(row.opening_fixed, row.closing_fixed)
    return Evidence(kept, row.opening_fixed, excluded=_not_in_opening(row))


@metric("gross_revenue_retention", "ledger", source=LEDGER_GRR, **OF_LEDGER)
def gross_revenue_retention_ledger(row: Any) -> Evidence:
    """Gross revenue retention, ledger
    1 - (churned + contraction MRR) / opening MRR; may go below 0 over long windows."""
    return Evidence(row.opening_fixed - row.lost_fixed, row.opening_fixed)


@metric("gross_revenue_retention", "subscription_level", source=GRR, **SHARE)
def gross_revenue_retention_subscription_level(row: Any) -> Evidence:
    """Gross revenue retention, subscription level
    The lesser of closing and opening MRR of each subscription / opening MRR; punishes product swaps."""
    return Evidence(row.kept_by_subscription, row.opening_fixed, excluded=_not_in_opening(row))


@metric("net_revenue_retention", source=NRR, **SHARE)
def net_revenue_retention(row: Any) -> Evidence:
    """Net revenue retention
    Sum over opening accounts of closing MRR / sum of their opening MRR."""
    return Evidence(row.closing_fixed, row.opening_fixed, excluded=_not_in_opening(row))


@metric("net_revenue_retention", "ledger_with_reactivation", source=LEDGER_GRR, **OF_LEDGER)
def net_revenue_retention_ledger(row: Any) -> Evidence:
    """Net revenue retention, ledger with reactivation
    1 - (churned + contraction - expansion - reactivation MRR) / opening MRR."""
    kept = row.opening_fixed + row.expansion_fixed + row.reactivation_fixed - row.lost_fixed
    return Evidence(kept, row.opening_fixed)


@metric("net_revenue_retention", "baremetrics", source=BAREMETRICS, **OF_LEDGER)
def net_revenue_retention_baremetrics(row: Any) -> Evidence:
    """Net revenue retention, Baremetrics
    1 - (churned + contraction - expansion MRR) / opening MRR."""
    return Evidence(row.opening_fixed + row.expansion_fixed - row.lost_fixed, row.opening_fixed)


@metric("quick_ratio", source=QUICK, **QUICK_RATIO)
def quick_ratio(row: Any) -> Evidence:
    """SaaS quick ratio
    (new + expansion + reactivation MRR) / (churned + contraction MRR)."""
    return Evidence(
        row.new_mrr + row.expansion_mrr + row.reactivation_mrr, row.churned_mrr + row.contraction_mrr
    )


@metric("quick_ratio", "without_reactivation", source=QUICK, **QUICK_RATIO)
def quick_ratio_without_reactivation(row: Any) -> Evidence:
    """SaaS quick ratio, without reactivation
    (new + expansion MRR) / (churned + contraction MRR)."""
    return Evidence(row.new_mrr + row.expansion_mrr, row.churned_mrr + row.contraction_mrr)


def _not_in_opening(row: Any) -> list[tuple[str, Any]]:
    return [("not_in_opening", row.opening_paying == 0)]
