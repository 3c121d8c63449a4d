"""What is charged by use: beside MRR, never in it (R10)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence
from holdfast.metrics.composed import Parts, composed, part

MONTHS = 3


@part("usage_charges", timeline="usage_lines", unit="money", rates=("no_rate",))
def usage_charges(row: Any) -> Evidence:
    """Metered charges of three months
    Lines of kind usage on invoices issued in the three months that end with the period, and not void."""
    return Evidence(row.value)


@composed(
    "usage_mrr",
    parts=(usage_charges,),
    family="revenue",
    reads=("invoices",),
    unit="money",
    better="higher",
    board_rule=("usage_policy", "trailing_3_month_average"),
    source="Rule R10: metered charges stand beside MRR, not in it",
)
def usage_mrr(of: Parts) -> Any:
    """Usage revenue a month
    Metered charges of the last three months / 3; a line of its own, never in MRR."""
    return of["usage_charges"] / MONTHS
