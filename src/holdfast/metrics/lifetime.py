"""How long customers stay: survival and lifetime (K12, K13)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric

SPELLS: dict[str, Any] = {
    "family": "lifetime",
    "timeline": "spells",
    "at": "entry",
    "reads": ("subscription_phases",),
    "better": "higher",
    "interval": "curve",
    "statistic": "survival",
    "empty": "no_data",
}
MONTHS: tuple[dict[str, int], ...] = (
    {"months": 1},
    {"months": 3},
    {"months": 6},
    {"months": 12},
    {"months": 24},
)
KAPLAN_MEIER = "https://github.com/CamDavidsonPilon/lifelines"
INVERSE = "https://baremetrics.com/blog/time-to-churn-at-risk-payments-changes"


@metric("survival", unit="share", of=MONTHS, source=KAPLAN_MEIER, **SPELLS)
def survival(row: Any) -> Evidence:
    """Survival
    Kaplan-Meier probability of still being a customer so many months after first paying: the product
    over churn times of (1 - churned / at risk). The first churn ends the spell."""
    return Evidence(row.ended.cast("int64"), row.ended.notnull().cast("int64"))


@metric(
    "survival",
    "final_churn",
    unit="share",
    of=MONTHS,
    source=KAPLAN_MEIER,
    **{**SPELLS, "timeline": "last_spells"},
)
def survival_final_churn(row: Any) -> Evidence:
    """Survival, final churn
    The same, but only a churn that the account never came back from ends the spell."""
    return Evidence(row.ended.cast("int64"), row.ended.notnull().cast("int64"))


@metric(
    "survival",
    "median",
    unit="months",
    source=KAPLAN_MEIER,
    **{**SPELLS, "statistic": "median", "empty": "not_reached"},
)
def survival_median(row: Any) -> Evidence:
    """Median survival
    The first time at which survival is 50 % or less."""
    return Evidence(row.ended.cast("int64"), row.ended.notnull().cast("int64"))


@metric(
    "customer_lifetime",
    unit="months",
    family="lifetime",
    timeline="accounts_by_period",
    pooled=True,
    reads=("subscription_phases",),
    better="higher",
    interval="inverse_wilson",
    empty="no_churn",
    source=INVERSE,
)
def customer_lifetime(row: Any) -> Evidence:
    """Customer lifetime
    1 / monthly customer churn pooled over the last twelve months: openings / losses."""
    lost = ((row.opening_customer > 0) & (row.closing_customer == 0)).cast("int64")
    outside = row.opening_customer == 0
    return Evidence(row.opening_customer, lost, excluded=[("not_in_opening", outside)])


@metric(
    "customer_lifetime",
    "km_restricted_mean",
    unit="months",
    of=({"months": 24},),
    source=KAPLAN_MEIER,
    **{**SPELLS, "statistic": "restricted_mean", "interval": "none"},
)
def customer_lifetime_km_restricted_mean(row: Any) -> Evidence:
    """Customer lifetime, restricted mean
    The area under the survival curve up to so many months."""
    return Evidence(row.ended.cast("int64"), row.ended.notnull().cast("int64"))
