"""The story of one account: its MRR as a staircase, and its spans as a customer (R4 to R8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tests.oracle.days import FOREVER
from tests.oracle.knowledge import Row
from tests.oracle.phases import Paying, ends, in_force_until, paying, subscription

Native = dict[tuple[str, str], Decimal]
"""Amounts by subscription and currency."""


@dataclass(frozen=True)
class Step:
    """A stretch `[start, end)` in which nothing changes."""

    start: datetime
    end: datetime
    native: Native


@dataclass
class Story:
    """One account: the steps of its MRR, gaps filled, and its spans as a customer."""

    account: str
    steps: list[Step] = field(default_factory=list)
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)

    def at(self, bound: datetime) -> Native:
        """The amounts just before a bound (R3)."""
        for step in self.steps:
            if step.start < bound <= step.end:
                return step.native
        return {}

    def by_currency(self, bound: datetime) -> dict[str, Decimal]:
        """The amounts just before a bound, summed by currency."""
        return summed(self.at(bound))

    def pays_at(self, bound: datetime) -> bool:
        """Whether the account pays just before a bound."""
        return bool(self.at(bound))

    def customer_at(self, bound: datetime) -> bool:
        """Whether the account is a customer just before a bound."""
        return any(start < bound <= end for start, end in self.spans)

    def churns(self) -> list[datetime]:
        """Each instant at which the account stopped being a customer."""
        return [end for _, end in self.spans if end != FOREVER]


def summed(native: Native) -> dict[str, Decimal]:
    """Amounts by currency."""
    total: dict[str, Decimal] = {}
    for (_, currency), amount in native.items():
        total[currency] = total.get(currency, Decimal(0)) + amount
    return total


def tell(account: str, phases: Sequence[Row], invoices: Sequence[Row], rules: dict[str, Any]) -> Story:
    """The story of an account from its phases and invoices."""
    if rules["churn_instant"] == "cancel_request":
        phases = [cancelled(phase) for phase in phases]
    phases = [phase for phase in phases if phase["start_at"] < ends(phase)]
    latest = None
    if rules["subscriptions"] == "latest":
        latest = [{**phase, "end_at": in_force_until(phase, phases, invoices, rules)} for phase in phases]
    steps = filled(staircase(paying(phases, invoices, rules), latest), gap(rules))
    return Story(account, steps, customer_spans(steps, phases, rules))


def cancelled(phase: Row) -> Row:
    """A phase that ends with the request to end it, where there was one and it has an end."""
    asked, end = phase.get("cancel_requested_at"), phase.get("end_at")
    if asked is None or end is None:
        return phase
    return {**phase, "end_at": min(end, max(asked, phase["start_at"]))}


def gap(rules: dict[str, Any]) -> timedelta:
    """A gap shorter than this is none."""
    return timedelta(hours=rules["merge_gap_hours"])


def staircase(stretches: Sequence[Paying], latest_of: Sequence[Row] | None) -> list[Step]:
    """The account's amounts between each two instants at which something starts or ends."""
    edges = {edge for stretch in stretches for edge in (stretch.start, stretch.end)}
    edges |= {edge for phase in latest_of or () for edge in (phase["start_at"], ends(phase))}
    steps = []
    for start, end in pairwise(sorted(edges)):
        native: Native = {}
        for stretch in stretches:
            if stretch.start <= start < stretch.end:
                key = (stretch.subscription, stretch.currency)
                native[key] = native.get(key, Decimal(0)) + stretch.amount
        if latest_of is not None:
            native = only_latest(native, latest_of, start)
        if native:
            steps.append(Step(start, end, native))
    return steps


def only_latest(native: Native, phases: Sequence[Row], instant: datetime) -> Native:
    """The amounts of the one subscription in force that began last, then pays most, then by id.

    A subscription that pays nothing, a trial say, supersedes as well as any other.
    """
    in_force = {subscription(phase) for phase in phases if phase["start_at"] <= instant < ends(phase)}

    def rank(name: str) -> tuple[datetime, Decimal, str]:
        began = min(phase["start_at"] for phase in phases if subscription(phase) == name)
        return began, sum((amount for key, amount in native.items() if key[0] == name), Decimal(0)), name

    chosen = max(in_force, key=rank, default=None)
    return {key: amount for key, amount in native.items() if key[0] == chosen}


def filled(steps: list[Step], shorter_than: timedelta) -> list[Step]:
    """The staircase with the old MRR running through each short gap."""
    whole: list[Step] = []
    for step in steps:
        if whole and whole[-1].end < step.start and step.start - whole[-1].end < shorter_than:
            whole.append(Step(whole[-1].end, step.start, whole[-1].native))
        whole.append(step)
    return whole


def customer_spans(
    steps: list[Step], phases: Sequence[Row], rules: dict[str, Any]
) -> list[tuple[datetime, datetime]]:
    """The paying spans, each prolonged by the pause that begins or runs where it ends."""
    pauses = in_state("paused", phases) if rules["pause_policy"] == "mrr_zero" else []
    free = in_state("free", phases) if rules["paid_to_free"] == "stays_customer" else []
    limit = timedelta(hours=24 * rules["pause_churn_days"])
    spans = joined([(step.start, step.end) for step in steps])
    prolonged = []
    for start, end in spans:
        until = end
        for pause_start, pause_end in pauses:
            if end != FOREVER and pause_start <= end < pause_end:
                until = min(pause_end, end + limit)
        until = max([until, *(e for s, e in free if end != FOREVER and s <= end < e)])
        prolonged.append((start, until))
    return joined(prolonged, gap(rules))


def in_state(status: str, phases: Sequence[Row]) -> list[tuple[datetime, datetime]]:
    """The stretches in which some phase has a status."""
    return joined([(phase["start_at"], ends(phase)) for phase in phases if phase["status"] == status])


def joined(
    intervals: Sequence[tuple[datetime, datetime]], shorter_than: timedelta = timedelta(0)
) -> list[tuple[datetime, datetime]]:
    """Intervals merged where they overlap, touch, or lie closer than `shorter_than`."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(intervals):
        if merged and (start <= merged[-1][1] or start - merged[-1][1] < shorter_than):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
