"""K17 to K20: who uses the product, how often and for how long."""

from __future__ import annotations

from tests.oracle import active_users, time_spent, usage_rate
from tests.oracle.active_users import Measure

MEASURES: dict[str, Measure] = {
    **active_users.MEASURES,
    **usage_rate.MEASURES,
    **time_spent.MEASURES,
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
