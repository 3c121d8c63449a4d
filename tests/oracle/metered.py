"""What is charged by use, beside MRR (R10)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tests.oracle.answers import Answer, exact
from tests.oracle.company import Company
from tests.oracle.economics import Asked, told
from tests.oracle.revenue import billed


def usage_mrr(company: Company, window: Asked) -> Answer:
    """A third of what was metered in the last three months."""
    months = sorted(window.year, key=lambda month: month.start)[-3:]
    return Answer(exact(sum((billed(company, "usage", month) for month in months), Decimal(0))) / 3)


MEASURES: dict[str, Callable[..., Answer]] = {"usage_mrr": told(usage_mrr)}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
