"""The board of default metrics from by_hand.sql, as figures that can be held against ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, isclose, sqrt
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from holdfast.metrics import Figure
from holdfast.periods import Period

Z = 1.959963984540054
FEW = 200
"""Figures of fewer accounts have intervals by resampling, which are not compared."""

BOUNDS_CLOSE = 1e-6
"""By hand squares are doubles; ours are exact, of amounts to the hundredth of a cent."""

PERIODS = "board_periods"
MONTHS_APART = """create or replace temp macro months_apart(a, b) as (
  select w + (epoch_us(b) - epoch_us(a + to_months(w)))
             / (epoch_us(a + to_months(w + 1)) - epoch_us(a + to_months(w)))
  from (select n - (a + to_months(n) > b)::integer as w
        from (select datediff('month', a, b)::integer as n)))"""


@dataclass(frozen=True)
class Sum:
    """What a figure stands on, and the bounds of its interval where it has one."""

    numerator: Any
    denominator: Any
    n: int
    low: float | None = None
    high: float | None = None


Key = tuple[str, int | None, datetime]
Board = dict[Key, Sum]
Bounds = tuple[float | None, float | None]
Row = dict[str, Any]


class ByHand:
    """The statements, made ready once for a connection to a workspace."""

    def __init__(self, con: duckdb.DuckDBPyConnection, periods: Sequence[Period], currency: str) -> None:
        self._con = con
        rows = {"period_start": [p.start for p in periods], "period_end": [p.end for p in periods]}
        con.execute(MONTHS_APART)
        con.register("board_periods_given", pa.table(rows))
        con.execute(f"create or replace temp table {PERIODS} as from board_periods_given")
        con.unregister("board_periods_given")
        names = {"periods": PERIODS, "currency": currency, "invoices": _current("invoices", "invoice_id")}
        names |= {"lines": _current("invoice_lines", "line_id"), "rates": _current("fx_rates", "rate_id")}
        self.queries = dict(_statement(text, names) for text in _statements())

    def board(self) -> Board:
        """Every figure of the board."""
        found: Board = {}
        for name, sums in READ.items():
            for row in self._con.execute(self.queries[name]).to_arrow_table().to_pylist():
                sums(row, found)
        return found


def differences(figures: Sequence[Figure], board: Board) -> list[str]:
    """Where our figures and those by hand are not the same number, in words."""
    silent = {_key(f) for f in figures if not (f.numerator or f.denominator)}
    missing = ({_key(f) for f in figures} ^ set(board)) - silent
    told = [f"only one side has {key}" for key in sorted(missing, key=repr)]
    for figure in figures:
        other = board.get(_key(figure))
        if other is not None and not _same(figure, other):
            told.append(f"{figure} is not {other}")
    return told


def _same(figure: Figure, other: Sum) -> bool:
    sums = [
        (figure.n, other.n),
        (figure.numerator, other.numerator),
        (figure.denominator, other.denominator),
    ]
    bounds = [(figure.low, other.low), (figure.high, other.high)] if other.n >= FEW else []
    return all(_close(*pair, 1e-9) for pair in sums) and all(_close(*pair, BOUNDS_CLOSE) for pair in bounds)


def _close(ours: Any, theirs: Any, within: float) -> bool:
    if ours is None or theirs is None:
        return not ours and not theirs
    return isclose(float(ours), float(theirs), rel_tol=within, abs_tol=within)


def _key(figure: Figure) -> Key:
    months = figure.of.get("months")
    return figure.name, None if months is None else int(months), figure.period_start


def _accounts(row: Row, found: Board) -> None:
    at = row["period_start"]

    def add(name: str, numerator: Any, n: int, denominator: Any = None, bounds: Any = (None, None)) -> None:
        found[name, None, at] = Sum(numerator, denominator, n, *bounds)

    gains = row["new_mrr"] + row["expansion"] + row["reactivation"]
    losses = row["churned"] + row["contraction"]
    add("paying_customers", row["paying"], row["paying_n"])
    add("customers", row["customers"], row["customers_n"])
    add("mrr", row["mrr"], row["mrr_n"])
    add("arr", row["mrr"] * 12, row["mrr_n"])
    for name in ("new", "expansion", "contraction", "churned", "reactivation"):
        metric = {"churned": "mrr_churn"}.get(name, f"mrr_{name}")
        add(metric, row["new_mrr" if name == "new" else name], row[f"{name}_n"])
    add("mrr_net_new", gains - losses, row["moved_n"])
    add("mrr_fx", row["mrr"] - row["opening_mrr"] - gains + losses, row["fx_n"])
    add("joined_and_left", row["joined_and_left"], row["joined_and_left"])
    add("left_and_back", row["left_and_back"], row["left_and_back"])
    for name, top, bottom, n, squares in _ratios(row, gains, losses):
        add(name, top, n, bottom, _linearised(top, bottom, n, squares))
    for name, top in (("churn", row["lost"]), ("retention", row["opening"] - row["lost"])):
        add(f"customer_{name}_rate", top, row["opening_n"], row["opening"], _wilson(top, row["opening"]))
    low, high = _wilson(row["year_lost"], row["year_opening"])
    bounds = (1 / high if high else None, 1 / low if low else None) if row["year_opening"] else (None, None)
    add("customer_lifetime", row["year_opening"], row["year_lost"], row["year_lost"], bounds)


def _ratios(row: Row, gains: Any, losses: Any) -> list[tuple[str, Any, Any, int, tuple[Any, Any, Any]]]:
    fixed, fixed_n, fixed2 = row["fixed"], row["fixed_n"], row["fixed2"]
    of_arpa = (row["arpa_num2"], row["paying"], row["arpa_cross"])
    return [
        ("arpa", row["mrr"], row["paying"], row["paying_n"], of_arpa),
        ("gross_revenue_retention", row["grr"], fixed, fixed_n, (row["grr2"], fixed2, row["grr_cross"])),
        ("net_revenue_retention", row["nrr"], fixed, fixed_n, (row["nrr2"], fixed2, row["nrr_cross"])),
        ("quick_ratio", gains, losses, row["losses_n"], (row["gains2"], row["losses2"], row["quick_cross"])),
    ]


def _linearised(top: Any, bottom: Any, n: int, squares: tuple[Any, Any, Any]) -> Bounds:
    if n < 2 or not bottom:
        return None, None
    num2, den2, cross = (float(value or 0) for value in squares)
    ratio = float(top) / float(bottom)
    residuals = max(num2 - 2 * ratio * cross + ratio * ratio * den2, 0.0)
    spread = Z * sqrt(n / (n - 1) * residuals) / abs(float(bottom))
    return ratio - spread, ratio + spread


def _wilson(lost: Any, of: Any) -> Bounds:
    successes, n = int(lost), int(of)
    if not n:
        return None, None
    share = successes / n
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    middle, scale = share + Z * Z / (2 * n), 1 + Z * Z / n
    low = (middle - spread) / scale if successes else 0.0
    return low, (middle + spread) / scale if successes < n else 1.0


def _signups(row: Row, found: Board) -> None:
    for name in ("signups", "referrals"):
        found[name, None, row["period_start"]] = Sum(row[name], None, row[name])


def _one_off(row: Row, found: Board) -> None:
    found["one_off_revenue", None, row["period_start"]] = Sum(row["revenue"], None, row["n"])


def _survival(row: Row, found: Board) -> None:
    bounds: Bounds = (None, None)
    if row["spread"] is not None:
        bounds = row["alive"] ** exp(row["spread"]), row["alive"] ** exp(-row["spread"])
    n = int(row["at_risk"])
    if n == 0:
        bounds = (None, None)
    found["survival", row["horizon"], row["period_start"]] = Sum(row["died"], row["spells"], n, *bounds)


READ: dict[str, Callable[[Row, Board], None]] = {
    "accounts": _accounts,
    "signups": _signups,
    "one_off": _one_off,
    "survival": _survival,
}


def _current(table: str, key: str) -> str:
    """SQL for the rows in force of a table whose key is one column."""
    same = f"r.source = h.source and r.{key} = h.{key} and r.replaces = h.recorded_at"
    newer = f"(select 1 from lake.main.{table} r where r.replaces is not null and {same})"
    return f"(select * from lake.main.{table} h where not deleted and not exists {newer})"


def _statements() -> list[str]:
    text = Path(__file__).with_name("by_hand.sql").read_text(encoding="utf-8")
    return text.split("-- name: ")[1:]


def _statement(text: str, names: dict[str, str]) -> tuple[str, str]:
    name, _, query = text.partition("\n")
    for word, value in names.items():
        query = query.replace(f"{{{word}}}", value)
    return name.strip(), query.strip().removesuffix(";")
