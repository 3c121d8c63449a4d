"""The oracle: every figure once more, slowly and plainly.

It is written from the definitions alone and shares no code with the program, so that where
the two agree they agree for two reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.oracle import (
    churn,
    cohorts,
    economics,
    lifetime,
    metered,
    onboarding,
    payments,
    renewals,
    returning,
    revenue,
    support,
    surveys,
    themes,
    trials,
    usage,
)
from tests.oracle.answers import Answer
from tests.oracle.company import Company, NoRateError
from tests.oracle.knowledge import Records

__all__ = ["METRICS", "Answer", "Company", "measure"]

LIFETIMES = (
    "survival",
    "survival.final_churn",
    "survival.median",
    "customer_lifetime",
    "customer_lifetime.km_restricted_mean",
)
METRICS = (*revenue.MEASURES, *churn.MEASURES, *LIFETIMES)
"""What every random company of `tests.histories` has records for."""

OTHERS = {
    **cohorts.MEASURES,
    **payments.MEASURES,
    **renewals.MEASURES,
    **economics.MEASURES,
    **metered.MEASURES,
    **usage.MEASURES,
    **returning.MEASURES,
    **onboarding.MEASURES,
    **trials.MEASURES,
    **surveys.MEASURES,
    **support.MEASURES,
    **themes.MEASURES,
}
"""What has random histories of its own."""


def measure(
    metric: str,
    records: Records,
    grain: str,
    label: str,
    *,
    settings: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    of: Mapping[str, Any] | None = None,
) -> Answer:
    """One figure: a metric (with its variant) in one period."""
    company = Company(records, settings, rules, as_of, known_at)
    return answer(company, metric, grain, label, of)


def answer(
    company: Company, metric: str, grain: str, label: str, of: Mapping[str, Any] | None = None
) -> Answer:
    """One figure of a company that is laid out already."""
    window = company.place.period(grain, label)
    try:
        if metric in OTHERS:
            return OTHERS[metric](company, window, **(of or {}))
        if metric in revenue.MEASURES:
            return revenue.MEASURES[metric](company, window)
        if metric in churn.MEASURES:
            return churn.MEASURES[metric](company, window)
    except NoRateError:
        return Answer(None, reason="no_rate")
    if metric == "customer_lifetime":
        return lifetime.customer_lifetime(company, window)
    seen = lifetime.spells(company, window, final=metric.endswith("final_churn"))
    month = 24 if not of else int(of["months"])
    if metric == "survival.median":
        return lifetime.median(seen)
    if metric == "customer_lifetime.km_restricted_mean":
        return lifetime.restricted_mean(seen, month)
    return lifetime.survival_at(seen, month)
