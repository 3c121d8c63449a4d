"""Parts of health that speak of the contract: invoices unpaid, an end announced, seats in use."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.health.grounds import KEYS, base_of, grounds_of, in_turn, since_told
from holdfast.segments import Moments
from holdfast.timelines.acts import counted_acts, qualifying
from holdfast.timelines.layout import Layout

OVERDUE_DAYS, AHEAD_DAYS, SEAT_DAYS = 60, 90, 28


def overdue_invoices(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """The whole; nothing where an invoice that fell due in the last 60 days is not paid: the oldest."""
    rows = layout.records["invoices"]
    rows = rows.mutate(due=ibis.coalesce(rows.due_at, rows.issued_at)).filter(rows.status != "void")
    near = moments.beside(
        layout.near(rows).select("account_id", "invoice_id", "due", "issued_at", "paid_at"),
        lambda each, at: (each.due < at.bound) & (each.issued_at < at.bound),
        lambda each, at: each.due >= at.bound - ibis.interval(days=OVERDUE_DAYS),
        lambda each, at: (each.paid_at >= at.bound).fill_null(True),
    ).semi_join(subjects, KEYS)
    near = in_turn(near, "due", "invoice_id")
    base = base_of(since_told(subjects, rows.issued_at.min()), "payment", 1, 1)
    less = ibis.ifelse(near.turn == 0, -1, 0)
    return base.union(grounds_of(near, "payment", "invoices", near.invoice_id, near.due, less, 1))


def ends_announced(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """The whole; nothing where a cancellation was asked for, half where a term ends in 90 days unrenewed."""
    phases = layout.near(layout.records["subscription_phases"])
    asked = moments.beside(
        phases.filter(phases.cancel_requested_at.notnull())
        .select("account_id", "phase_id", "start_at", asked="cancel_requested_at", until="end_at")
        .rename(ends_at="until"),
        lambda each, at: (each.asked < at.bound) & (each.start_at < at.bound),
        lambda each, at: (each.ends_at >= at.bound).fill_null(True),
    )
    asked = asked.select(
        "account_id",
        "bound",
        kind=ibis.literal("subscription_phases"),
        record="phase_id",
        at="asked",
        less=ibis.literal(2),
    )
    terms = layout.near(layout.records["contracts"])
    ending = moments.beside(
        terms.filter(~terms.auto_renew.fill_null(True)).select(
            "account_id", "contract_id", "term_start", "term_end", "decided_at"
        ),
        lambda each, at: (each.term_start < at.bound) & (each.term_end >= at.bound),
        lambda each, at: each.term_end < at.bound + ibis.interval(days=AHEAD_DAYS),
        lambda each, at: (each.decided_at >= at.bound).fill_null(True),
    )
    ending = ending.select(
        "account_id",
        "bound",
        kind=ibis.literal("contracts"),
        record="contract_id",
        at="term_end",
        less=ibis.literal(1),
    )
    near = asked.union(ending).semi_join(subjects, KEYS)
    near = in_turn(near, ibis.desc("less"), "at", "record")
    base = base_of(subjects, "renewal", 2, 2)
    less = ibis.ifelse(near.turn == 0, -near.less, 0)
    return base.union(grounds_of(near, "renewal", near.kind, near.record, near["at"], less, 2))


def seats_used(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """One ground for each user active in the last 28 days, up to as many as there are seats paid for."""
    paying = layout.paying
    held = moments.beside(
        paying.filter(paying.quantity > 1).select("account_id", "quantity", "start_at", "end_at"),
        lambda each, at: each.start_at < at.bound,
        lambda each, at: each.end_at >= at.bound,
    ).semi_join(subjects, KEYS)
    seats = held.group_by(KEYS).agg(seats=held.quantity.sum().ceil().cast("int64"))
    users = qualifying(counted_acts(layout), layout.basis)
    users = users.filter(users.user_id.notnull()).select("account_id", "source", "user_id", "day").distinct()
    near = moments.beside(
        users,
        lambda each, at: each.day < at.bound_day,
        lambda each, at: each.day >= at.bound_day - ibis.interval(days=SEAT_DAYS),
    )
    active = near.group_by(["account_id", "bound", "source", "user_id"]).agg(last=near.day.max())
    active = active.inner_join(seats, KEYS)
    active = in_turn(active, "source", "user_id")
    counted = active.filter(active.turn < active.seats)
    base = base_of(seats, "seats", 0, seats.seats)
    return base.union(
        grounds_of(counted, "seats", "users", counted.user_id, counted["last"], 1, counted.seats)
    )
