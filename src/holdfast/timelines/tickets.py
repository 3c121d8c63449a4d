"""Tickets and how they were solved (K30)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.respondents import with_person
from holdfast.timelines.subjects import column_of, in_period, with_period

MICROSECONDS_AN_HOUR = 3_600_000_000
COLUMNS = ("period_start", "account_id", "subject_id", "left_out")
CONTACT = ("spam", "merged", "replies_told", "unsolved", "level1", "closed_first", "first_contact")

TRAITS = ("topic", "channel", "agent", "severity")
OWN = tuple(map(column_of, TRAITS))


def tickets(layout: Layout, periods: Sequence[Period]) -> Any:
    """Tickets by the period they were created in, each with how it was solved by `as_of`.

    `closed_first` is 1 where it was solved in time after a single reply of an agent, or by a bot
    alone; `first_contact` where besides nothing of it came back in the window after. `settles_at`
    is when the latter can no longer change, `closes_at` the former; `unsolved` is true where time
    has run out. `replies_told` is false where the source never tells how many replies there were.
    """
    rules = layout.basis.rules
    window = ibis.interval(days=rules.fcr_window_days)
    rows = _with_replies(known_tickets(layout), layout, window)
    limit = rows.created_at + ibis.interval(days=rules.fcr_open_limit_days)
    in_time = (rows.solved_at < limit).fill_null(False)
    alone = rows.bot_solved.fill_null(False) & (rows.replies == 0)
    rows = rows.mutate(
        closed_first=in_time & (alone | (rows.replies == 1)),
        reopened=(rows.reopened_at < rows.solved_at + window).fill_null(False),
        settles_at=ibis.ifelse(in_time, rows.solved_at + window, limit),
        closes_at=ibis.ifelse(in_time, rows.solved_at, limit),
        unsolved=rows.solved_at.isnull() & (limit <= ibis.literal(layout.as_of)),
        level1=rows.level1_resolvable.fill_null(True),
        replies_told=rows.replies_told | rows.bot_solved.fill_null(False),
    )
    rows = _raised_again(rows, window)
    kept = rows.closed_first & ~rows.reopened & ~rows.raised_again
    rows = rows.mutate(first_contact=kept.cast("int64"), closed_first=rows.closed_first.cast("int64"))
    rows = in_period(rows, rows.created_at, periods)
    columns = (*COLUMNS, *OWN, *CONTACT, "settles_at", "closes_at", "transfers")
    return with_period(rows.select(*columns), periods)


def first_replies(layout: Layout, periods: Sequence[Period]) -> Any:
    """Hours from creation to the first reply of an agent; without one, to the solving or `as_of` so far."""
    rows = _with_replies(known_tickets(layout), layout, ibis.interval(days=0))
    replied = ibis.coalesce(rows.first_reply_at, rows.first_reply)
    told = replied.notnull().max().over(ibis.window(group_by="source"))
    # Engines differ on the greatest of an instant and none.
    solved = ibis.ifelse(rows.solved_at < rows.created_at, rows.created_at, rows.solved_at)
    waited = ibis.coalesce(replied, solved)
    return _lasting(rows, replied, waited, layout, periods, told=told)


def resolutions(layout: Layout, periods: Sequence[Period]) -> Any:
    """Hours from creation to the last solving; where a ticket is open, to `as_of` so far."""
    rows = known_tickets(layout)
    return _lasting(rows, rows.solved_at, rows.solved_at, layout, periods, told=ibis.literal(True))


def _lasting(
    rows: Any, ended_at: Any, seen_until: Any, layout: Layout, periods: Sequence[Period], *, told: Any
) -> Any:
    rows = rows.mutate(
        ended_at=ended_at,
        stop_at=ibis.coalesce(seen_until, ibis.literal(layout.as_of).cast("timestamp(6)")),
        told=told,
    )
    reason = ibis.cases(
        (rows.spam, "spam"),
        (rows.merged, "merged"),
        (~rows.told, "not_told"),
        ((rows.ended_at < rows.created_at).fill_null(False), "before_created"),
        else_=ibis.null().cast("string"),
    )
    waited = rows.stop_at.delta(rows.created_at, unit="us").cast("float64") / MICROSECONDS_AN_HOUR
    rows = rows.mutate(
        left_out=ibis.coalesce(rows.left_out, reason),
        lasted=waited,
        ended=rows.ended_at.notnull(),
        entered=ibis.literal(0.0),
    )
    rows = in_period(rows, rows.created_at, periods)
    return with_period(rows.select(*COLUMNS, *OWN, "lasted", "ended", "entered"), periods)


def known_tickets(layout: Layout) -> Any:
    """Tickets created by `as_of`, without what came after it, with their requester."""
    return layout.once_for("known_tickets", (), lambda: _known_tickets(layout))


def told_tickets(layout: Layout) -> Any:
    """The records of tickets created by `as_of`, of everybody."""
    rows = layout.records["tickets"]
    return rows.filter(rows.created_at < ibis.literal(layout.as_of))


def _known_tickets(layout: Layout) -> Any:
    rows = layout.near(told_tickets(layout), unsaid=True)
    never = ibis.null().cast("timestamp(6)")
    moments = ("solved_at", "reopened_at", "first_reply_at")
    rows = rows.mutate(
        **{name: ibis.ifelse(rows[name] < ibis.literal(layout.as_of), rows[name], never) for name in moments},
        subject_id=named(rows, "ticket_id"),
        spam=rows.spam.fill_null(False),
        merged=rows.merged_into.notnull(),
        **{column_of(name): rows[name] for name in TRAITS},
    )
    rows = layout.near(with_person(rows, layout))
    return rows.mutate(requester=ibis.coalesce(rows.person, "account:" + rows.account_id))


def _with_replies(rows: Any, layout: Layout, window: Any) -> Any:
    """Agents' replies up to the end of the window after the solving, and the first of them.

    What the ticket itself says stands where none of its replies is known.
    """
    sent = layout.records["ticket_replies"]
    sent = sent.filter(sent["at"] < ibis.literal(layout.as_of))
    sent = sent.select("by", reply_at="at", reply_source="source", reply_ticket="ticket_id")
    solved = rows.select("source", "ticket_id", "solved_at")
    near = solved.join(sent, [solved.source == sent.reply_source, solved.ticket_id == sent.reply_ticket])
    by_agent = near.by == "agent"
    in_window = (near.reply_at < near.solved_at + window).fill_null(True)
    counted = near.group_by(["source", "ticket_id"]).agg(
        imported=(by_agent & in_window).sum().cast("int64"), first_reply=near.reply_at.min(where=by_agent)
    )
    rows = rows.left_join(counted, ["source", "ticket_id"]).drop("source_right", "ticket_id_right")
    told = ibis.coalesce(rows.imported, rows.agent_replies)
    return rows.mutate(
        replies=told.fill_null(0),
        replies_told=told.notnull().max().over(ibis.window(group_by="source")),
    )


def _raised_again(rows: Any, window: Any) -> Any:
    """Whether the same requester came with a new ticket on the same topic in the window after."""
    later = rows.filter(~rows.spam & ~rows.merged).select(
        asked_at="created_at", asked_by="requester", asked_about="topic", asked_in="subject_id"
    )
    near = rows.select("subject_id", "requester", "topic", "solved_at").join(
        later,
        [
            rows.requester == later.asked_by,
            rows.topic == later.asked_about,
            rows.subject_id != later.asked_in,
            later.asked_at >= rows.solved_at,
            later.asked_at < rows.solved_at + window,
        ],
    )
    again = near.select(again_id="subject_id").distinct()
    rows = rows.left_join(again, rows.subject_id == again.again_id)
    return rows.mutate(raised_again=rows.again_id.notnull()).drop("again_id")


TIMELINES: dict[str, Callable[..., Any]] = {
    "tickets": tickets,
    "first_replies": first_replies,
    "resolutions": resolutions,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""

SPLITS: dict[str, tuple[str, ...]] = dict.fromkeys(TIMELINES, TRAITS)
"""What rows of each timeline can be split by besides what their accounts are: traits of their own."""
