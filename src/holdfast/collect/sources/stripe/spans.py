"""When a subscription was what: its life in spans of one status each, by its states.

Stripe tells of changes by events. What an event says holds from its time on, a trial ends and a
cancelled subscription ends when the object says so. Of the time before the first event, or where a
subscription was only read, the object's own dates are all there is: it was on trial until
`trial_end`, active then, past due since its oldest unpaid invoice was issued.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.collect.sources.source import Body, moment
from holdfast.collect.sources.stripe.history import State, earlier

FREE_WHILE_PAUSED = ("void", "mark_uncollectible")
"""Ways to pause collection in which what is not collected is never owed; drafts are collected later."""


@dataclass(frozen=True)
class Stand:
    """What a subscription was from `at` on; `assumed` where nothing told so at the time."""

    at: datetime
    body: Body
    assumed: bool
    seen_at: datetime


@dataclass(frozen=True)
class Span:
    """A stretch in which a subscription had one status; `body` tells the rest of it."""

    start: datetime
    end: datetime | None
    status: str
    body: Body


def stands(states: Sequence[State], owed_since: datetime | None) -> list[Stand]:
    """What the subscription was, and from when on, oldest first."""
    first = states[0]
    before, created = earlier(first), (first.event or "").endswith(".created")
    born = min(_born(first.body), first.at)
    found = [Stand(born, before or first.body, not created, first.at)]
    if before is not None:
        found.append(Stand(_since(found[-1], first, owed_since), first.body, assumed=False, seen_at=first.at))
    for state in states[1:]:
        at = _since(found[-1], state, owed_since)
        found.append(Stand(at, state.body, assumed=False, seen_at=state.at))
    return found


def spans(found: Sequence[Stand], owed_since: datetime | None) -> list[Span]:
    """The spans of the subscription's life; where it stood for nothing there is none."""
    over = _over(found[-1].body)
    made: list[Span] = []
    for place, stand in enumerate(found):
        until = found[place + 1].at if place + 1 < len(found) else over
        pieces = [(at, status) for at, status in _pieces(stand, until, owed_since) if not _late(at, until)]
        for number, (at, status) in enumerate(pieces):
            end = pieces[number + 1][0] if number + 1 < len(pieces) else until
            if status and (end is None or end > at):
                made.append(Span(at, end, status, stand.body))
    return made


def _late(at: datetime, until: datetime | None) -> bool:
    return until is not None and at >= until


def _born(body: Body) -> datetime:
    found = moment(body.get("start_date") or body.get("created") or body.get("start"))
    return found or datetime.max


def _over(body: Body) -> datetime | None:
    """When the subscription has ended, or is announced to."""
    if body.get("status") in ("canceled", "incomplete_expired"):
        return moment(body.get("ended_at") or body.get("canceled_at"))
    return announced(body)


def announced(body: Body) -> datetime | None:
    """The end that a subscription still running is set to have."""
    if body.get("cancel_at"):
        return moment(body["cancel_at"])
    if not body.get("cancel_at_period_end"):
        return None
    ends = [body.get("current_period_end"), *(item.get("current_period_end") for item in items(body))]
    return max((found for end in ends if (found := moment(end))), default=None)


def items(body: Body) -> list[dict[str, Any]]:
    """The items of a subscription; before there were items it had one plan and quantity."""
    listed = (body.get("items") or {}).get("data")
    if listed is None and body.get("plan"):
        return [{"id": None, "plan": body["plan"], "quantity": body.get("quantity")}]
    return list(listed or ())


def _since(before: Stand, state: State, owed_since: datetime | None) -> datetime:
    """From when on a state holds: by the object's own dates where they lie since the one before."""
    body, told = state.body, None
    if body.get("status") == "canceled":
        told = moment(body.get("ended_at") or body.get("canceled_at"))
    elif before.body.get("status") == "trialing" and body.get("status") != "trialing":
        told = moment(body.get("trial_end"))
    elif body.get("status") == "past_due" and state.event is None:
        told = owed_since
    return told if told is not None and before.at <= told <= state.at else state.at


def _pieces(
    stand: Stand, until: datetime | None, owed_since: datetime | None
) -> Iterator[tuple[datetime, str | None]]:
    """The statuses that a stand goes through: (from when on, status), None where it stands for nothing."""
    body, status = stand.body, stand.body.get("status")
    trial_end = moment(body.get("trial_end"))
    if status in ("incomplete", "incomplete_expired"):
        return
    if not stand.assumed or status in ("active", "trialing"):
        yield from _told(stand, trial_end, until)
        return
    yield from _trial_first(stand.at, trial_end)
    if status in ("past_due", "unpaid"):
        yield max(owed_since or stand.seen_at, stand.at), "past_due"
    if status in ("unpaid", "paused"):
        yield stand.seen_at, None


def _told(
    stand: Stand, trial_end: datetime | None, until: datetime | None
) -> Iterator[tuple[datetime, str | None]]:
    body, status = stand.body, stand.body.get("status")
    pause = body.get("pause_collection") or {}
    if status == "trialing":
        yield stand.at, "trialing"
        if trial_end and until and stand.at < trial_end < until:
            yield trial_end, "active"
    elif status not in ("active", "past_due"):
        yield stand.at, None
    elif pause.get("behavior") in FREE_WHILE_PAUSED:
        if stand.assumed:
            yield from _trial_first(stand.at, trial_end)
        yield (stand.seen_at if stand.assumed else stand.at), "paused"
        if (resumes := moment(pause.get("resumes_at"))) and resumes > stand.seen_at:
            yield resumes, status
    elif stand.assumed:
        yield from _trial_first(stand.at, trial_end)
    else:
        yield stand.at, status


def _trial_first(at: datetime, trial_end: datetime | None) -> Iterator[tuple[datetime, str | None]]:
    if trial_end and trial_end > at:
        yield at, "trialing"
        yield trial_end, "active"
    else:
        yield at, "active"
