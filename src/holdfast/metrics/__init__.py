"""Counted: the catalogue of metrics, their evidence, and the figures that follow from it."""

from holdfast.metrics import (
    churn,
    cohorts,
    customers,
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
    time_spent,
    trials,
    usage,
)
from holdfast.metrics.asked import Asked
from holdfast.metrics.catalog import CATALOG, Evidence, Metric, defaults, find
from holdfast.metrics.figure import Change, Explanation, Figure
from holdfast.metrics.measure import curve_of, curves_of, explain, measure

__all__ = [
    "CATALOG",
    "Asked",
    "Change",
    "Evidence",
    "Explanation",
    "Figure",
    "Metric",
    "churn",
    "cohorts",
    "curve_of",
    "curves_of",
    "customers",
    "defaults",
    "economics",
    "explain",
    "find",
    "lifetime",
    "measure",
    "metered",
    "onboarding",
    "payments",
    "renewals",
    "returning",
    "revenue",
    "support",
    "surveys",
    "themes",
    "time_spent",
    "trials",
    "usage",
]
