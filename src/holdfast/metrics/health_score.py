"""How well accounts do (K33)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric
from holdfast.metrics.health.score import AMBER
from holdfast.metrics.health.weights import COMPONENTS

HEALTH: dict[str, Any] = {
    "family": "health",
    "timeline": "health_by_period",
    "reads": ("subscription_phases",),
    "at": "closing",
    "empty": "not_enough_data",
    "on_board": False,  # It costs as much as a third of all others; boards name it.
    "shows": ("profile", *COMPONENTS),
}
GAINSIGHT = "https://www.gainsight.com/customer-success-best-practices/how-to-score-customer-health"


@metric("health_score", unit="points", better="higher", interval="ratio", source=GAINSIGHT, **HEALTH)
def health_score(row: Any) -> Evidence:
    """Customer health score
    Sum of the health scores, 0 to 100, of customers and trials at the period's end / accounts that have
    one."""
    return Evidence(row.score.fill_null(0), _one(row), excluded=_unknown(row))


@metric("health_score", "red", unit="share", better="lower", interval="wilson", source=GAINSIGHT, **HEALTH)
def health_score_red(row: Any) -> Evidence:
    """Accounts in red health
    Accounts with a health score below 50 at the period's end / accounts that have one."""
    return Evidence((row.score < AMBER).fill_null(False).cast("int64"), _one(row), excluded=_unknown(row))


def _one(row: Any) -> Any:
    return row.account_id.notnull().cast("int64")


def _unknown(row: Any) -> list[tuple[str, Any]]:
    return [("not_enough_data", row.score.isnull())]
