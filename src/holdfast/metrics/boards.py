"""Boards of roles: the KPIs that a role looks at, each the same figure as on the whole board (C75).

Counts of what the team itself does (tickets closed, mails sent) head none of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.errors import unknown
from holdfast.metrics.catalog import Metric, defaults
from holdfast.rulebook import Rulebook

BOARDS: Mapping[str, tuple[str, ...]] = {
    "leadership": (
        *("mrr", "arr", "mrr_net_new", "net_revenue_retention", "gross_revenue_retention", "quick_ratio"),
        *("paying_customers", "arpa", "customer_churn_rate", "customer_retention_rate", "renewal_rate"),
        *("customer_lifetime", "lifetime_value", "acquisition_cost", "ltv_to_cac", "cac_payback"),
        *("retention_cost", "nps"),
    ),
    "success": (
        *("customers", "customer_churn_rate", "customer_retention_rate", "net_revenue_retention"),
        *("renewal_rate", "gross_renewal_rate", "net_renewal_rate", "survival", "product_usage_rate"),
        *("onboarding_rate", "activation_rate", "time_to_value", "health_score"),
        *("nps", "csat", "ces"),
        *("survey_response_rate", "theme_share", "first_contact_resolution", "first_reply_time"),
        *("resolution_time", "retention_cost"),
    ),
    "product": (
        *("signups", "activation_rate", "onboarding_rate", "time_to_value", "trial_conversion_rate"),
        *("daily_active_users", "weekly_active_users", "monthly_active_users", "stickiness", "l28"),
        *("product_usage_rate", "time_on_platform", "n_day_retention", "seven_day_drop_off"),
        *("theme_share", "nps"),
    ),
    "billing": (
        *("mrr", "mrr_new", "mrr_expansion", "mrr_contraction", "mrr_churn", "mrr_reactivation", "mrr_fx"),
        *("usage_mrr", "one_off_revenue", "involuntary_churn_share", "payment_recovery_rate"),
        *("authorisation_rate", "renewal_rate", "paying_customers"),
    ),
}
"""The names of the metrics of each role's board."""


def board(name: str, rules: Rulebook | None = None) -> list[Metric]:
    """The metrics of a role's board under a rulebook, in its order; without a name the whole one."""
    if not name:
        return defaults(rules)
    if name not in BOARDS:
        raise unknown("board", name, BOARDS)
    return [metric for metric in defaults(rules, BOARDS[name]) if metric.full_name in BOARDS[name]]
