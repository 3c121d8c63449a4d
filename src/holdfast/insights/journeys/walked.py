"""When each new user reached each stage of a journey, in order and in time, and by which event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from holdfast.criterion import Step
from holdfast.periods import Period
from holdfast.timelines.basis import INSTANT
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import new_users

USER = ("source", "user_id")


def starters(layout: Layout, periods: Sequence[Period], days: int) -> Any:
    """Users who signed up in the periods, with `persona` as last told, `start_at` and `closes_at`.

    Internal users, and users of internal accounts, are none of them.
    """
    rows = new_users(layout, periods)
    rows = rows.filter(rows.left_out.isnull())
    rows = rows.select(*USER, "account_id", start_at=rows.created_at.cast(INSTANT))
    rows = rows.mutate(closes_at=rows.start_at + ibis.interval(days=days))
    return _beside(rows, _personas(layout.records["users"]))


def walked(layout: Layout, rows: Any, stages: Sequence[Step]) -> Any:
    """`rows` with when each stage was reached (`at_1`; null where it was not) and the event (`event_1`).

    What reaches a stage is not before the stage before it, nor before sign-up, and is before
    `closes_at`; where a stage asks for several, those count that came after the stage before it.
    """
    rows = layout.keep("journey_users", rows)
    acts = layout.keep("journey_acts", _acts(layout, rows, stages))
    since, found = rows.select(*USER, reached_at=rows.start_at), rows
    for number, step in enumerate(stages, 1):
        since = layout.keep(f"journey_stage_{number}", _reached(acts, since, step))
        names = {f"at_{number}": "reached_at", f"event_{number}": "event_id"}
        found = _beside(found, since.select(*USER, **names))
    return found


def _personas(users: Any) -> Any:
    """The persona of the newest row that has one."""
    order = [ibis.asc(users.valid_from, nulls_first=True), users.recorded_at]
    users = users.filter(users.persona.notnull())
    users = users.mutate(turn=ibis.row_number().over(ibis.window(group_by=USER, order_by=order)))
    return users.group_by(USER).agg(persona=users.persona.argmax(users.turn))


def _acts(layout: Layout, rows: Any, stages: Sequence[Step]) -> Any:
    """What the users did of the stages' events in their time; servers tell of it as well as clients."""
    events = layout.records["events"]
    events = events.filter(events.name.isin([step.event for step in stages]))
    events = events.select(*USER, "name", "occurred_at", "event_id")
    whose = rows.select("start_at", "closes_at", **{f"of_{name}": name for name in USER})
    near = events.join(
        whose,
        [
            *(events[name] == whose[f"of_{name}"] for name in USER),
            events.occurred_at >= whose.start_at,
            events.occurred_at < whose.closes_at,
        ],
    )
    return near.select(*events.columns)


def _reached(acts: Any, since: Any, step: Step) -> Any:
    """Who of those at the stage before reached this one: source, user_id, reached_at, event_id."""
    mine = acts.filter(acts.name == step.event)
    before = since.select(since_at="reached_at", **{f"of_{name}": name for name in USER})
    same = [mine[name] == before[f"of_{name}"] for name in USER]
    later = mine.join(before, [*same, mine.occurred_at >= before.since_at])
    turns = ibis.window(group_by=USER, order_by=[later.occurred_at, later.event_id])
    later = later.mutate(turn=ibis.row_number().over(turns) + 1)
    return later.filter(later.turn == step.count).select(*USER, "event_id", reached_at="occurred_at")


def _beside(rows: Any, told: Any) -> Any:
    """`rows` with the other columns of `told`, null where it has none of a user."""
    others = [name for name in told.columns if name not in USER]
    told = told.select(*others, **{f"of_{name}": name for name in USER})
    joined = rows.left_join(told, [rows[name] == told[f"of_{name}"] for name in USER])
    return joined.select(*rows.columns, *others)
