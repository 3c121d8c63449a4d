"""What one phase is worth a month, and from when to when it pays (R4, R5, R10, R11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle.days import FOREVER
from tests.oracle.knowledge import Row, source

NINE_PLACES = Decimal(1).scaleb(-9)


def half_even(amount: Fraction) -> Decimal:
    """An exact amount rounded half-even to nine places."""
    return Decimal(round(amount * 10**9)).scaleb(-9)


def discount(phase: Row, policy: str) -> Decimal:
    """What comes off the phase's total of one interval, under a discount policy."""
    amount = phase.get("discount_amount")
    if amount is None or policy == "none":
        return Decimal(0)
    kind = phase.get("discount_kind")
    cycles = phase.get("discount_cycles")
    recurring = kind == "forever" or (kind == "repeating" and (cycles is None or cycles >= 2))
    counts = {"all": True, "forever_only": kind == "forever", "in_force_recurring": recurring}
    return Decimal(amount) if counts[policy] else Decimal(0)


def monthly(phase: Row, rules: dict[str, Any]) -> Decimal:
    """The phase's MRR were it paying, in its own currency."""
    factors = {"day": rules["daily_factor"], "week": rules["weekly_factor"], "month": "1", "year": "1/12"}
    quantity = phase.get("quantity")
    total = Decimal(phase["unit_amount"]) * Decimal(1 if quantity is None else quantity)
    total = max(Decimal(0), total - discount(phase, rules["discount_policy"]))
    count = phase.get("interval_count") or 1
    return half_even(Fraction(total) * Fraction(factors[phase["interval"]]) / count)


def charged(rules: dict[str, Any]) -> set[str]:
    """The statuses in which a phase pays."""
    return {"active", "past_due"} | ({"paused"} if rules["pause_policy"] == "keeps_mrr" else set())


def ends(phase: Row) -> datetime:
    """The end of a phase; one without an end runs for ever."""
    end: datetime | None = phase.get("end_at")
    return FOREVER if end is None else end


@dataclass(frozen=True)
class Paying:
    """A stretch `[start, end)` in which a subscription pays `amount` a month."""

    subscription: str
    currency: str
    start: datetime
    end: datetime
    amount: Decimal


def subscription(row: Row) -> str:
    """A subscription's own name, apart from that of another source."""
    return f"{source(row)}:{row['subscription_id']}"


def paying(phases: Sequence[Row], invoices: Sequence[Row], rules: dict[str, Any]) -> list[Paying]:
    """Every paying stretch of some phases of one account."""
    found = []
    for phase in phases:
        start, end = phase["start_at"], in_force_until(phase, phases, invoices, rules)
        if phase["status"] not in charged(rules):
            continue
        amount = monthly(phase, rules)
        if start < end and amount > 0:
            found.append(Paying(subscription(phase), phase["currency"], start, end, amount))
    return found


def in_force_until(
    phase: Row, phases: Sequence[Row], invoices: Sequence[Row], rules: dict[str, Any]
) -> datetime:
    """The end of a phase, or of its grace where it is past due for longer."""
    if phase["status"] != "past_due":
        return ends(phase)
    return min(ends(phase), grace_ends(phase, phases, invoices, rules))


def grace_ends(phase: Row, phases: Sequence[Row], invoices: Sequence[Row], rules: dict[str, Any]) -> datetime:
    """The instant at which a past_due run stops paying, unless it ends before."""
    run_start = past_due_since(phase, phases)
    open_then = [
        invoice
        for invoice in invoices
        if invoice.get("subscription_id") is not None
        and subscription(invoice) == subscription(phase)
        and invoice["status"] != "void"
        and invoice["issued_at"] <= run_start
        and (invoice.get("paid_at") is None or invoice["paid_at"] > run_start)
    ]
    due = run_start
    if open_then:
        last = max(open_then, key=lambda invoice: invoice["issued_at"])
        due = last.get("due_at") or last["issued_at"]
    return due + timedelta(hours=24 * rules["past_due_grace_days"])


def past_due_since(phase: Row, phases: Sequence[Row]) -> datetime:
    """The start of the run of touching past_due phases to which a phase belongs."""
    since: datetime = phase["start_at"]
    while True:
        before = [
            other["start_at"]
            for other in phases
            if other["status"] == "past_due"
            and subscription(other) == subscription(phase)
            and other["start_at"] < since <= ends(other)
        ]
        if not before:
            return since
        since = min(before)
