"""Sessions cut at local midnight into parts: what is kept of them, and every question reads (K20).

A session is a run of one user's acts with less than the timeout between them. Its part in a local
day is from its first act on that day to its last; the part it begins with has `began_at` equal to
`started_at`, so that each session is there once among those.
"""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.timelines.acts import USER
from holdfast.timelines.basis import Basis
from holdfast.timelines.localtime import local_day

PARTS = (*USER, "started_at", "stopped_at", "began_at", "ended_at")


def session_parts(acts: Any, basis: Basis) -> Any:
    """source, user_id, `started_at` and `stopped_at` of the session, `began_at` and `ended_at` of the part.

    `acts` are source, user_id and occurred_at.
    """
    timeout = ibis.interval(minutes=basis.rules.session_timeout_minutes)
    parts = _within_days(acts.mutate(day=local_day(acts.occurred_at, basis.calendar)), timeout)
    before = local_day(parts.began_at - timeout, basis.calendar)
    after = local_day(parts.ended_at + timeout, basis.calendar)
    near_midnight = (before != parts.day) | (after != parts.day)
    alone = parts.filter(~near_midnight).mutate(started_at="began_at", stopped_at="ended_at")
    joined = _across_midnight(parts.filter(near_midnight), timeout)
    return ibis.union(alone.select(*PARTS), joined.select(*PARTS))


def _within_days(acts: Any, timeout: Any) -> Any:
    """The parts of each user's days: the USER, `day`, `began_at` and `ended_at`.

    Where the first and the last act of a day are less than the timeout apart, all between them are:
    so it is on most days, and only those of the others are put in order.
    """
    days = acts.group_by([*USER, "day"]).agg(began_at=acts.occurred_at.min(), ended_at=acts.occurred_at.max())
    short = days.ended_at < days.began_at + timeout
    acts = acts.semi_join(days.filter(~short), [*USER, "day"])
    return ibis.union(days.filter(short), _runs(acts, timeout).select(*days.columns))


def _runs(acts: Any, timeout: Any) -> Any:
    """The runs of acts of each user's days with less than the timeout between them."""
    order = ibis.window(group_by=[*USER, "day"], order_by="occurred_at")
    begins = acts.occurred_at >= acts.occurred_at.lag().over(order) + timeout
    ends = acts.occurred_at.lead().over(order) >= acts.occurred_at + timeout
    acts = acts.mutate(begins=begins.fill_null(True), ends=ends.fill_null(True))
    edges = acts.filter(acts.begins | acts.ends)
    # Of two edges of one instant, the end comes last.
    following = edges.occurred_at.lead().over(group_by=[*USER, "day"], order_by=["occurred_at", "ends"])
    edges = edges.mutate(began_at="occurred_at", ended_at=edges.ends.ifelse(edges.occurred_at, following))
    return edges.filter(edges.begins)


def _across_midnight(parts: Any, timeout: Any) -> Any:
    """Parts less than the timeout apart, which are of one session, with its `started_at` and `stopped_at`."""
    order = ibis.window(group_by=USER, order_by="began_at")
    begins = parts.began_at >= parts.ended_at.lag().over(order) + timeout
    parts = parts.mutate(begins=begins.fill_null(True).cast("int64"))
    so_far = ibis.cumulative_window(group_by=USER, order_by="began_at")
    parts = parts.mutate(session=parts.begins.sum().over(so_far))
    whole = ibis.window(group_by=[*USER, "session"])
    return parts.mutate(
        started_at=parts.began_at.min().over(whole), stopped_at=parts.ended_at.max().over(whole)
    )


def counted_by(basis: Basis) -> str:
    """The rules of sessions besides the clock: kept ones are read only where these are the same."""
    names = ",".join(sorted(basis.qualifying_events))
    return f"{basis.rules.session_timeout_minutes} {names}"
