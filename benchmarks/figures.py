"""Twelve figures that every engine counts: each from its own timeline, or its own part of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import isclose
from typing import Any

from holdfast.metrics import Figure

TWELVE = (
    "mrr",
    "net_revenue_retention",
    "customer_churn_rate",
    "signups",
    "monthly_active_users",
    "time_on_platform",
    "seven_day_drop_off",
    "product_usage_rate",
    "activation_rate",
    "authorisation_rate",
    "trial_conversion_rate",
    "first_contact_resolution",
)

CLOSE = 1e-9

Answers = dict[tuple[str, datetime], tuple[float, float]]
"""Numerator and denominator (0 for none) by metric and month."""


def answers_of(rows: Iterable[Mapping[str, Any]]) -> Answers:
    """What rows of `period_start`, `METRIC num` and `METRIC den` say."""
    found: Answers = {}
    for row in rows:
        at = datetime.fromisoformat(str(row["period_start"])).replace(tzinfo=None)
        for column, value in row.items():
            metric, _, what = column.partition(" ")
            if what == "num":
                found[metric, at] = float(value or 0), float(row[f"{metric} den"] or 0)
    return {key: sums for key, sums in found.items() if any(sums)}


def ours(figures: Sequence[Figure]) -> Answers:
    """The same of our figures."""
    found = {
        (figure.name, figure.period_start): (float(figure.numerator or 0), float(figure.denominator or 0))
        for figure in figures
    }
    return {key: sums for key, sums in found.items() if any(sums)}


def apart(mine: Answers, theirs: Answers) -> list[str]:
    """Where two sides do not give the same figure, in words."""
    told = [f"only one side has {key}" for key in sorted(set(mine) ^ set(theirs))]
    for key in sorted(set(mine) & set(theirs)):
        pairs = zip(mine[key], theirs[key], strict=True)
        if not all(isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE) for one, other in pairs):
            told.append(f"{key}: {mine[key]} is not {theirs[key]}")
    return told
