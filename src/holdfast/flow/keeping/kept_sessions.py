"""Sessions kept derived, and brought up to date for the users and stretches of time that the news touches.

What an act can change is the session it falls into and those next to it: the stretch from the start of the
first of them to the end of the last is laid out again, and nothing else of the user.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import ibis

from holdfast.flow.knowing.held import Held
from holdfast.flow.knowing.known import Knowledge
from holdfast.timelines.acts import USER, acts_of_users
from holdfast.timelines.layout import KeptSessions
from holdfast.timelines.localtime import local_day
from holdfast.timelines.session_parts import counted_by, session_parts
from holdfast.warehouse import Warehouse, Writing

SESSIONS = "session_parts"
ORDER = ("began_at", "user_id")
MOST = 4
"""Where more than one in so many sessions is touched, all are laid out anew: it is quicker."""


def sessions_consumed(warehouse: Warehouse, known: Knowledge) -> datetime | None:
    """Up to when kept sessions have read, or None where they must be made anew."""
    mark, consumed = warehouse.derived_states().get(SESSIONS) or ("", None)
    return consumed if mark == _mark(known) else None


def kept_sessions(warehouse: Warehouse, known: Knowledge) -> KeptSessions:
    """What is kept, and the rules it was counted by."""
    return KeptSessions(warehouse.derived(SESSIONS), counted_by(known.basis))


def keep_sessions(
    warehouse: Warehouse, writing: Writing, known: Knowledge, held: Held, *, whole: bool = False
) -> None:
    """Make kept sessions equal to those of all acts, in the caller's transaction."""
    since = None if whole else sessions_consumed(warehouse, known)
    if since is None:
        _write(writing, known, sessions_of(known), None)
        return
    news = _news(warehouse, known, since, held)
    if news is None:
        writing.mark_derived(SESSIONS, fingerprint=_mark(known))
        return
    touched = held("touched_sessions", _touched(warehouse.derived(SESSIONS), news, known))
    if _size(touched) * MOST > _size(warehouse.derived(SESSIONS)):
        _write(writing, known, sessions_of(known), None)
        return
    stretches = held(
        "stretches", ibis.union(news, touched.select(*USER, since="started_at", until="stopped_at"))
    )
    again = session_parts(_acts_in(stretches, known), known.basis)
    _write(writing, known, again, touched.select(*USER, "started_at"))


def earliest_touched(warehouse: Warehouse, known: Knowledge, first: datetime) -> datetime:
    """When the first session began that an act at `first`, or after it, may be of, or next to."""
    kept, apart = warehouse.derived(SESSIONS), timedelta(minutes=known.basis.rules.session_timeout_minutes)
    near = kept.filter(
        (kept.stopped_at >= ibis.literal(first - apart)) & (kept.started_at <= ibis.literal(first))
    )
    began: datetime | None = near.started_at.min().to_pyarrow().as_py()
    return min(first, began or first)


def sessions_of(known: Knowledge) -> Any:
    """The parts of every session that is known: the slow truth of what is kept."""
    return session_parts(acts_of_users(known.records["events"], known.basis), known.basis)


def _write(writing: Writing, known: Knowledge, rows: Any, instead_of: Any) -> None:
    writing.replace_derived(SESSIONS, rows, instead_of, _mark(known), order=ORDER)


def _mark(known: Knowledge) -> str:
    return f"{known.fingerprint}@{counted_by(known.basis)}"


def _news(warehouse: Warehouse, known: Knowledge, since: datetime, held: Held) -> Any:
    """source, user_id, `since` and `until` of the acts that are new, moved or gone, by local day; or None."""
    acts = acts_of_users(warehouse.touched("events", since), known.basis)
    days = acts.mutate(day=local_day(acts.occurred_at, known.basis.calendar)).group_by([*USER, "day"])
    found = days.agg(since=acts.occurred_at.min(), until=acts.occurred_at.max()).drop("day")
    news = held("new_acts", found)
    return news if _size(news) else None


def _touched(kept: Any, news: Any, known: Knowledge) -> Any:
    """The kept sessions that some of the news falls into or next to."""
    apart = timedelta(minutes=known.basis.rules.session_timeout_minutes)
    first, last = _bounds(news)
    near = kept.filter(
        (kept.stopped_at >= ibis.literal(first - apart)) & (kept.started_at <= ibis.literal(last + apart))
    )
    near = near.select(*USER, "started_at", "stopped_at").distinct()
    beside = ibis.interval(minutes=known.basis.rules.session_timeout_minutes)
    on = [
        near.source == news.source,
        near.user_id == news.user_id,
        near.started_at <= news.until + beside,
        near.stopped_at >= news.since - beside,
    ]
    return near.semi_join(news, on)


def _acts_in(stretches: Any, known: Knowledge) -> Any:
    """The acts, as known now, of the stretches."""
    first, last = _bounds(stretches)
    events = known.records["events"]
    events = events.filter(events.occurred_at.between(ibis.literal(first), ibis.literal(last)))
    acts = acts_of_users(events, known.basis)
    on = [
        acts.source == stretches.source,
        acts.user_id == stretches.user_id,
        acts.occurred_at >= stretches.since,
        acts.occurred_at <= stretches.until,
    ]
    return acts.semi_join(stretches, on)


def _bounds(stretches: Any) -> tuple[datetime, datetime]:
    (row,) = stretches.agg(first=stretches.since.min(), last=stretches.until.max()).to_pyarrow().to_pylist()
    return row["first"], row["last"]


def _size(table: Any) -> int:
    return int(table.count().to_pyarrow().as_py())
