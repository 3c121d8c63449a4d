"""Counted: the catalogue of metrics, their evidence, and the figures that follow from it."""

from holdfast.metrics import churn, customers, lifetime, revenue
from holdfast.metrics.catalog import CATALOG, Evidence, Metric, defaults, find
from holdfast.metrics.figure import Change, Explanation, Figure
from holdfast.metrics.measure import Asked, explain, measure

__all__ = [
    "CATALOG",
    "Asked",
    "Change",
    "Evidence",
    "Explanation",
    "Figure",
    "Metric",
    "churn",
    "customers",
    "defaults",
    "explain",
    "find",
    "lifetime",
    "measure",
    "revenue",
]
