"""Parts of health that speak of support: severe tickets that are open, and what one reply solved."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.health.grounds import KEYS, base_of, grounds_of, in_turn, since_told
from holdfast.segments import Moments
from holdfast.timelines.layout import Layout
from holdfast.timelines.tickets import known_tickets, told_tickets

REPLY_DAYS = 90
SEVERE = ("urgent", "critical", "severe", "blocker", "p0", "p1", "sev0", "sev1")
"""What a severe ticket is called, in any case of letters."""


def severe_tickets(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """The whole, less half for each of the two oldest severe tickets that were open."""
    rows = known_tickets(layout)
    severe = rows.filter(~rows.spam & ~rows.merged & rows.severity.lower().isin(SEVERE))
    near = moments.beside(
        severe.select("account_id", "subject_id", "created_at", "solved_at"),
        lambda each, at: each.created_at < at.bound,
        lambda each, at: (each.solved_at >= at.bound).fill_null(True),
    ).semi_join(subjects, KEYS)
    near = in_turn(near, "created_at", "subject_id")
    less = ibis.ifelse(near.turn < 2, -1, 0)
    told = since_told(subjects, told_tickets(layout).created_at.min())
    base = base_of(told, "severe_tickets", 2, 2)
    return base.union(
        grounds_of(near, "severe_tickets", "tickets", near.subject_id, near.created_at, less, 2)
    )


def solved_at_once(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """One ground for each solved ticket of the last 90 days: 1 where one reply did and it stayed so."""
    rows = known_tickets(layout)
    rows = rows.filter(~rows.spam & ~rows.merged & rows.agent_replies.notnull())
    near = moments.beside(
        rows.select("account_id", "subject_id", "created_at", "solved_at", "reopened_at", "agent_replies"),
        lambda each, at: each.solved_at < at.bound,
        lambda each, at: each.created_at >= at.bound - ibis.interval(days=REPLY_DAYS),
    ).semi_join(subjects, KEYS)
    again = (near.reopened_at < near.bound).fill_null(False)
    near = near.mutate(
        once=((near.agent_replies <= 1) & ~again).cast("int64"),
        many=near.count().over(ibis.window(group_by=KEYS)),
    )
    return grounds_of(near, "first_contact", "tickets", near.subject_id, near.solved_at, near.once, near.many)
