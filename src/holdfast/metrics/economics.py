"""What a customer is worth, costs to win and costs to keep (K14 to K16)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from holdfast.metrics.catalog import Evidence, metric
from holdfast.metrics.composed import Parts, Undefined, composed, least, part
from holdfast.metrics.customers import arpa, paying_customers
from holdfast.metrics.lifetime import customer_lifetime

CHARGEBEE = "https://support.chargebee.com/support/solutions/articles/229197"
FINMARK = "https://help.finmark.com/en/articles/5525177-how-finmark-calculates-ltv-cac-and-cac-payback"
SKOK = "https://echai.ventures/startingup/from/for-entrepreneurs"
TOTANGO = "https://vdocument.in/the-missing-saas-metric-customer-retention-cost.html"
ZORIAN = "https://www.zorian.com/a-key-gtm-metric-in-pe-crc-customer-retention-cost/"
SEED = "Seed 003, customer lifetime value"

FAMILY: dict[str, Any] = {"family": "economics", "reads": ("subscription_phases",)}
WORTH: dict[str, Any] = {**FAMILY, "unit": "money", "better": "higher", "interval": "joint"}
COSTING: dict[str, Any] = {**FAMILY, "unit": "money", "reads": ("subscription_phases", "costs")}
KEEPING: dict[str, Any] = {**COSTING, "better": "context"}
COST: dict[str, Any] = {"unit": "money", "allocated": False, "rates": ("no_rate",), "empty": "no_data"}
SETTLED: dict[str, Any] = {"settled": {"gross_margin": ("goods_sold", "revenue_with_costs")}}
PURCHASE: dict[str, Any] = {"timeline": "purchases", "interval": "ratio", "empty": "no_data"}


@part("goods_sold", timeline="goods_sold", **{**COST, "empty": "margin_unknown"})
def goods_sold(row: Any) -> Evidence:
    """Cost of goods sold
    Costs of category cogs in the last twelve months."""
    return Evidence(row.value)


@part("revenue_with_costs", timeline="revenue_with_costs", unit="money", interval="ratio", rates=("no_rate",))
def revenue_with_costs(row: Any) -> Evidence:
    """Recurring revenue of the same months
    Mean of daily opening MRR x months, over those of the last twelve months that have such costs."""
    return Evidence(row.value)


@part("acquisition_costs", timeline="acquisition_costs", **COST)
def acquisition_costs(row: Any) -> Evidence:
    """Sales and marketing
    Costs of category sales_marketing in the period, or `sales_cycle_days` before it."""
    return Evidence(row.value)


@part("new_customers", timeline="accounts_by_period", unit="accounts")
def new_customers(row: Any) -> Evidence:
    """New paying customers
    Accounts that pay for the first time ever in the period."""
    return Evidence(row.first_became)


@part("retention_costs", timeline="retention_costs", **COST)
def retention_costs(row: Any) -> Evidence:
    """Retention costs
    Costs of categories cs_wages, adoption, services_training and customer_marketing in the period."""
    return Evidence(row.value)


@part("paying_days", timeline="accounts_by_period", unit="days", at="closing")
def paying_days(row: Any) -> Evidence:
    """Paying days
    Days of the period that began with the account paying."""
    return Evidence(row.paying_days)


@part("opening_paying", timeline="accounts_by_period", unit="accounts")
def opening_paying(row: Any) -> Evidence:
    """Paying customers at the opening
    Accounts with MRR above 0 at the period's start."""
    return Evidence(row.opening_paying)


@part("retained_paying", timeline="accounts_by_period", unit="accounts")
def retained_paying(row: Any) -> Evidence:
    """Paying customers at both ends
    Accounts with MRR above 0 at the period's start and at its end."""
    return Evidence(row.opening_paying * row.closing_paying)


@part("recurring_revenue", timeline="recurring_revenue", unit="money", rates=("no_rate",))
def recurring_revenue(row: Any) -> Evidence:
    """Recurring revenue
    Mean of daily opening MRR x months of the period."""
    return Evidence(row.value)


@part("purchase_value", unit="money", rates=("no_rate",), **PURCHASE)
def purchase_value(row: Any) -> Evidence:
    """Average purchase value
    Paid revenue of the last twelve months / purchases."""
    return Evidence(row.value, row.purchases)


@part("purchase_frequency", unit="per_month", **PURCHASE)
def purchase_frequency(row: Any) -> Evidence:
    """Purchase frequency
    Purchases of the last twelve months / months that accounts were customers for."""
    return Evidence(row.purchases, row.months)


LIFESPAN = replace(customer_lifetime, name="lifespan")
MARGIN = (goods_sold, revenue_with_costs)
VALUE = (arpa, *MARGIN, customer_lifetime)
SPENT = (acquisition_costs, new_customers)


@composed("lifetime_value", parts=VALUE, source=CHARGEBEE, **SETTLED, **WORTH)
def lifetime_value(of: Parts) -> Any:
    """Customer lifetime value
    Average revenue per account x gross margin / monthly churn pooled over the last twelve months. The
    margin is the setting, or else 1 - cost of goods sold / recurring revenue of the same months."""
    return _gross_profit(of) * _months(of)


@composed("lifetime_value", "revenue", parts=(arpa, customer_lifetime), source=FINMARK, **WORTH)
def lifetime_value_revenue(of: Parts) -> Any:
    """Customer lifetime value, revenue
    Average revenue per account / monthly churn pooled over the last twelve months: revenue, not profit."""
    return of["arpa"] * _months(of)


@metric(
    "lifetime_value",
    "realised",
    timeline="paid_by_cohort",
    at="entry",
    rates=("no_rate",),
    source=CHARGEBEE,
    also_reads=("refunds",),
    **{**WORTH, "interval": "ratio", "reads": ("subscription_phases", "invoices")},
)
def lifetime_value_realised(row: Any) -> Evidence:
    """Customer lifetime value, realised so far
    What accounts that first paid in the period have paid to date for recurring and one-off goods, less
    refunds / these accounts."""
    return Evidence(row.value, row.account_id.notnull().cast("int64"))


@composed(
    "lifetime_value",
    "seed_purchase",
    parts=(purchase_value, purchase_frequency, LIFESPAN),
    given=("purchase_value", "purchase_frequency", "lifespan"),
    source=SEED,
    **{**WORTH, "reads": ("subscription_phases", "invoices")},
)
def lifetime_value_seed_purchase(of: Parts) -> Any:
    """Customer lifetime value, purchases
    Average purchase value x purchases a month x lifespan in months: revenue, no margin; counted over the
    last twelve months, or entered by hand, each with its unit of time."""
    return of["purchase_value"] * of["purchase_frequency"] * of["lifespan"]


@composed("acquisition_cost", parts=SPENT, source=FINMARK, better="lower", **COSTING)
def acquisition_cost(of: Parts) -> Any:
    """Customer acquisition cost
    Sales and marketing cost of the period / accounts that pay for the first time ever in it."""
    return of["acquisition_costs"], of["new_customers"]


@composed(
    "ltv_to_cac",
    parts=(*VALUE, *SPENT),
    source=SKOK,
    better="higher",
    interval="joint",
    **{**COSTING, "unit": "ratio"},
    **SETTLED,
)
def ltv_to_cac(of: Parts) -> Any:
    """Lifetime value to acquisition cost
    Customer lifetime value / customer acquisition cost; the interval is that of the lifetime value."""
    return of.over(_gross_profit(of) * _months(of), _cost_to_win(of))


@composed(
    "cac_payback",
    parts=(arpa, *MARGIN, *SPENT),
    source=FINMARK,
    better="lower",
    interval="joint",
    **{**COSTING, "unit": "months"},
    **SETTLED,
)
def cac_payback(of: Parts) -> Any:
    """Payback of acquisition cost
    Customer acquisition cost / (average revenue per account x gross margin), in months."""
    profit = _gross_profit(of)
    if of.exact and profit <= 0:
        raise Undefined("not_reached")
    return of.over(_cost_to_win(of), profit)


@composed("retention_cost", parts=(retention_costs, paying_days), source=TOTANGO, **KEEPING)
def retention_cost(of: Parts) -> Any:
    """Customer retention cost
    Retention costs of the period / mean over its days of the accounts that paid as the day began."""
    return of["retention_costs"], of["paying_days"] / of.days


@composed("retention_cost", "closing", parts=(retention_costs, paying_customers), source=TOTANGO, **KEEPING)
def retention_cost_closing(of: Parts) -> Any:
    """Customer retention cost, closing
    Retention costs of the period / accounts that pay at its end."""
    return of["retention_costs"], of["paying_customers"]


@composed("retention_cost", "opening", parts=(retention_costs, opening_paying), source=TOTANGO, **KEEPING)
def retention_cost_opening(of: Parts) -> Any:
    """Customer retention cost, opening
    Retention costs of the period / accounts that pay at its start."""
    return of["retention_costs"], of["opening_paying"]


@composed("retention_cost", "retained", parts=(retention_costs, retained_paying), source=ZORIAN, **KEEPING)
def retention_cost_retained(of: Parts) -> Any:
    """Customer retention cost, retained
    Retention costs of the period / accounts that pay both at its start and at its end."""
    return of["retention_costs"], of["retained_paying"]


@composed(
    "retention_cost_ratio",
    parts=(retention_costs, recurring_revenue),
    source=TOTANGO,
    **{**KEEPING, "unit": "share"},
)
def retention_cost_ratio(of: Parts) -> Any:
    """Retention cost ratio
    Retention costs of the period / its recurring revenue (mean of daily opening MRR x months)."""
    return of["retention_costs"], of["recurring_revenue"]


def _gross_profit(of: Parts) -> Any:
    """What an account leaves a month: its revenue times the margin settled or counted."""
    revenue, settled = of["arpa"], of.setting("gross_margin")
    if settled is not None:
        return revenue * settled
    return revenue * (1 - of.over(of["goods_sold"], of["revenue_with_costs"], reason="margin_unknown"))


def _months(of: Parts) -> Any:
    cap = of.basis.rules.cap_months
    return least(of["customer_lifetime"], cap) if cap else of["customer_lifetime"]


def _cost_to_win(of: Parts) -> Any:
    return of.over(of["acquisition_costs"], of["new_customers"])
