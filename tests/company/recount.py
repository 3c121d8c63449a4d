"""The company's months counted again from its exported tables, row by row, from the rules alone.

Plain Python, `Fraction` and `Decimal`; knows nothing of how the simulation works.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

FOREVER = datetime(9999, 1, 1)
PER_YEAR = {"day": 365, "week": 52, "month": 12, "year": 1}
GAINS, LOSSES = ("new", "expansion", "reactivation"), ("contraction", "churn")


def nine(value: Fraction) -> Decimal:
    """Half-even to nine places (R15)."""
    return Decimal(round(value * 10**9)).scaleb(-9)


def mrr(phase: dict[str, Any]) -> Decimal:
    """R4, R10 and R11 for one phase."""
    if phase["status"] not in ("active", "past_due"):
        return Decimal(0)
    total = Fraction(phase["unit_amount"]) * Fraction(phase["quantity"])
    if phase["discount_kind"] == "forever" or (
        phase["discount_kind"] == "repeating" and phase["discount_cycles"] >= 2
    ):
        total -= Fraction(phase["discount_amount"])
    return nine(total * PER_YEAR[phase["interval"]] / (12 * phase["interval_count"]))


def paid_until(phase: dict[str, Any], due: Mapping[tuple[str, datetime], datetime]) -> datetime:
    """The end of a phase; of a past-due one at most 30 days after its invoice fell due (R5)."""
    end: datetime = phase["end_at"] or FOREVER
    if phase["status"] != "past_due":
        return end
    since = due.get((phase["subscription_id"], phase["start_at"]), phase["start_at"])
    graced: datetime = since + timedelta(days=30)
    return min(end, graced)


@dataclass
class Life:
    """One account's MRR levels, customer spans and movements."""

    levels: list[tuple[datetime, Decimal]] = field(default_factory=list)
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    moves: list[tuple[datetime, str, Decimal]] = field(default_factory=list)

    def level_before(self, instant: datetime) -> Decimal:
        """The MRR just before an instant (R3)."""
        level = Decimal(0)
        for at, after in self.levels:
            if at < instant:
                level = after
        return level

    def customer_before(self, instant: datetime) -> bool:
        """Whether the account was a customer just before an instant."""
        return any(start < instant <= end for start, end in self.spans)


def life(phases: list[dict[str, Any]], due: Mapping[tuple[str, datetime], datetime], until: datetime) -> Life:
    """What the phases of one account amount to, up to `until`."""
    steps: dict[datetime, Decimal] = defaultdict(Decimal)
    pauses = []
    for phase in phases:
        end = paid_until(phase, due)
        if phase["status"] == "paused" and phase["start_at"] < end:
            pauses.append((phase["start_at"], end))
        if phase["start_at"] < end and mrr(phase) > 0:
            steps[phase["start_at"]] += mrr(phase)
            if end < until:
                steps[end] -= mrr(phase)
    levels, level = [], Decimal(0)
    for at in sorted(steps):
        if steps[at]:
            level += steps[at]
            levels.append((at, level))
    return _told(_without_short_gaps(levels), pauses, until)


def _without_short_gaps(levels: list[tuple[datetime, Decimal]]) -> list[tuple[datetime, Decimal]]:
    kept: list[tuple[datetime, Decimal]] = []
    for number, (at, after) in enumerate(levels):
        back = levels[number + 1][0] if number + 1 < len(levels) else FOREVER
        if after == 0 and back - at < timedelta(hours=24):
            continue
        if not kept or kept[-1][1] != after:
            kept.append((at, after))
    return kept


def _told(
    levels: list[tuple[datetime, Decimal]], pauses: list[tuple[datetime, datetime]], until: datetime
) -> Life:
    told = Life(levels)
    before, since, leaves = Decimal(0), None, FOREVER
    for number, (at, after) in enumerate(levels):
        if before == 0:
            if since is not None and at <= leaves:
                told.moves.append((at, "expansion", after))
            else:
                if since is not None:
                    told.spans.append((since, leaves))
                told.moves.append((at, "reactivation" if number else "new", after))
                since = at
            leaves = FOREVER
        elif after == 0:
            leaves = at
            for start, end in pauses:
                if start == at:
                    leaves = min(end, at + timedelta(days=90))
            told.moves.append((at, "churn" if leaves == at else "contraction", before))
        else:
            told.moves.append((at, "expansion" if after > before else "contraction", abs(after - before)))
        before = after
    if since is not None:
        told.spans.append((since, leaves if leaves < until else FOREVER))
    return told


@dataclass(frozen=True)
class Counted:
    """The lives of all accounts that count, their currencies, and rates into the base."""

    lives: dict[str, Life]
    currency: dict[str, str]
    rates: dict[tuple[date, str], Decimal]

    def value(self, account: str, amount: Decimal, first_day: date) -> Decimal:
        """An account's native amount at the rate of the last day before a month (R14)."""
        currency = self.currency[account]
        if currency == "USD":
            return amount
        return nine(Fraction(amount) * Fraction(self.rates[first_day - timedelta(days=1), currency]))


def count(tables: Mapping[str, pa.Table], until: datetime) -> Counted:
    """Lays out every account of the exported tables."""
    known = {row["account_id"] for row in tables["accounts"].to_pylist() if not row["is_internal"]}
    due = {}
    if "invoices" in tables:
        for row in tables["invoices"].to_pylist():
            due[row["subscription_id"], row["issued_at"]] = row["due_at"]
    phases = defaultdict(list)
    for row in tables["subscription_phases"].to_pylist():
        if row["account_id"] in known:
            phases[row["account_id"]].append(row)
    rates = {(row["day"], row["base"]): row["rate"] for row in tables["fx_rates"].to_pylist()}
    currency = {account: rows[0]["currency"] for account, rows in phases.items()}
    return Counted({who: life(rows, due, until) for who, rows in phases.items()}, currency, rates)


def bounds(first: date, months: int, zone: str) -> list[tuple[date, datetime]]:
    """Firsts of months and the UTC instants of their local midnights."""
    out = []
    for number in range(months + 1):
        month = first.month - 1 + number
        day = date(first.year + month // 12, month % 12 + 1, 1)
        local = datetime(day.year, day.month, 1, tzinfo=ZoneInfo(zone))
        out.append((day, local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)))
    return out


def months(counted: Counted, edges: list[tuple[date, datetime]]) -> list[dict[str, Any]]:
    """One row per month, under the names of the truth's columns."""
    rows = [_month(counted, *start, *end) for start, end in pairwise(edges)]
    starts = [edge for _, edge in edges]
    for who, told in counted.lives.items():
        for at, kind, amount in told.moves:
            number = bisect_right(starts, at) - 1
            rows[number][kind] += counted.value(who, amount, edges[number][0])
    for row in rows:
        moved = sum(row[kind] for kind in GAINS) - sum(row[kind] for kind in LOSSES)
        row["fx"] = row["closing_mrr"] - row["opening_mrr"] - moved
    return rows


def _month(counted: Counted, first: date, start: datetime, next_first: date, end: datetime) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys((*GAINS, *LOSSES, "opening_mrr", "closing_mrr"), Decimal(0))
    row |= dict.fromkeys(("cohort_retained_mrr", "cohort_closing_mrr"), Decimal(0))
    names = ("opening_customers", "closing_customers", "paying_customers", "customers_lost")
    row |= dict.fromkeys((*names, "joined_and_left", "left_and_back"), 0)
    for who, told in counted.lives.items():
        opened, closed = told.level_before(start), told.level_before(end)
        row["opening_mrr"] += counted.value(who, opened, first)
        row["closing_mrr"] += counted.value(who, closed, next_first)
        row["cohort_retained_mrr"] += counted.value(who, min(opened, closed), first)
        row["cohort_closing_mrr"] += counted.value(who, closed if opened else Decimal(0), first)
        was, stays = told.customer_before(start), told.customer_before(end)
        row["opening_customers"] += was
        row["closing_customers"] += stays
        row["paying_customers"] += closed > 0
        row["customers_lost"] += was and not stays
        row["joined_and_left"] += not was and not stays and any(start <= at < end for at, _ in told.spans)
        row["left_and_back"] += was and stays and any(start <= at < end for _, at in told.spans)
    return row
