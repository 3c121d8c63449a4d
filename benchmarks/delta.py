"""What customers are worth, from sums by hand: values and delta-method intervals of several sums at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import sqrt
from typing import Any

Z = 1.959963984540054
LETTERS = "mprol"
"""MRR and paying accounts at closing, revenue with costs, openings and losses of twelve months."""

Made = tuple[tuple[str, tuple[tuple[str, str], ...], datetime], dict[str, Any]]


def worth_of(row: Mapping[str, Any]) -> Iterator[Made]:
    """Lifetime value, its ratio to the cost of winning a customer, and how soon that is paid back.

    `row` has the sums by letter, those of their products by two letters, and how many accounts add to them.
    """
    mrr, paying, revenue, openings, losses = (float(row[letter] or 0) for letter in LETTERS)
    if not (paying and revenue) or row["goods"] is None:
        return
    goods = float(row["goods"])
    arpa, margin = mrr / paying, 1 - goods / revenue
    slopes = {"m": margin / paying, "p": -arpa * margin / paying, "r": arpa * goods / revenue**2}
    profit, cost = arpa * margin, _cost_to_win(row)
    found: dict[str, tuple[float, float, int]] = {}
    if losses:
        months = openings / losses
        worth = profit * months
        steep = {letter: slope * months for letter, slope in slopes.items()}
        steep |= {"o": profit / losses, "l": -worth / losses}
        spread, n = _spread(row, steep, row["n"]), min(row["arpa_n"], row["revenue_n"], row["lifetime_n"])
        found["lifetime_value"] = worth, spread, n
        if cost:
            found["ltv_to_cac"] = worth / cost, spread / cost, n
    if cost is not None and profit > 0:
        flat = {letter: -cost / profit**2 * slope for letter, slope in slopes.items()}
        spread = _spread(row, flat, row["payback_n"])
        found["cac_payback"] = cost / profit, spread, min(row["arpa_n"], row["revenue_n"])
    for name, (value, spread, n) in found.items():
        sums = {"numerator": None, "denominator": None, "n": n, "value": value}
        yield (name, (), row["period_start"]), {**sums, "low": value - spread, "high": value + spread}


def _cost_to_win(row: Mapping[str, Any]) -> float | None:
    won = float(row["won"] or 0)
    return float(row["acquisition"]) / won if won and row["acquisition"] is not None else None


def _spread(row: Mapping[str, Any], slopes: Mapping[str, float], n: int) -> float:
    """Z times the error of a value that has these slopes by its sums, over `n` accounts."""
    total = sum(slope * float(row[letter] or 0) for letter, slope in slopes.items())
    squares = sum(
        one * other * float(row["".join(sorted((a, b), key=LETTERS.index))])
        for a, one in slopes.items()
        for b, other in slopes.items()
    )
    return Z * sqrt(n / (n - 1) * max(squares - total * total / n, 0.0)) if n > 1 else 0.0
