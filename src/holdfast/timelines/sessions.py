"""Sessions, and the time users spend in them (K20).

A session is a run of one user's acts with less than the timeout between them; it lasts from the
first to the last and belongs to the period in which it starts, whole. Who acted in the period is
there even without any time: a lone act lasts 0 seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.account_periods import period_table
from holdfast.timelines.acts import USER, client_events, placed, user_acts, user_days
from holdfast.timelines.basis import Basis, whole
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day
from holdfast.timelines.money import MONEY, monthly
from holdfast.timelines.subjects import in_period
from holdfast.timelines.usage import entitled_users

A_MONDAY = "1969-12-29"
MINUTE = 60_000_000
"""Microseconds."""


def time_by_user(layout: Layout, periods: Sequence[Period]) -> Any:
    """Active users by period: `minutes` and `sessions` begun in it, `weeks` they were active in.

    `lasted` is the user's minutes per active week, for the median.
    """
    return _by_user(layout, periods, _by_start(layout, periods, split=False))


def split_time_by_user(layout: Layout, periods: Sequence[Period]) -> Any:
    """The same with every session cut at local midnight."""
    return _by_user(layout, periods, _by_start(layout, periods, split=True))


def time_of_entitled(layout: Layout, periods: Sequence[Period]) -> Any:
    """Users at accounts entitled at the opening, with the minutes of their sessions in the period."""
    rows = entitled_users(layout, periods)
    spent = _by_start(layout, periods, split=False)
    joined = rows.left_join(spent, [*USER, "period_start"])
    return placed(joined.select(*rows.columns, minutes=_filled(joined.minutes)), layout, periods)


def foreground_by_user(layout: Layout, periods: Sequence[Period]) -> Any:
    """Active users by period with `minutes` in the foreground, null where their client told none."""
    events = client_events(layout)
    # A plain search first: to parse every event's properties would take as long as all the rest.
    events = events.filter(events.user_id.notnull() & events.properties.contains("engagement_ms"))
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    events = events.filter(events.occurred_at.between(ibis.literal(first), ibis.literal(last)))
    told = events.properties.cast("json")["engagement_ms"].cast("string").try_cast("decimal(18, 3)")
    events = events.select(*USER, "occurred_at", microseconds=(told * 1000).cast("decimal(38, 0)"))
    events = in_period(events.filter(events.microseconds >= 0), events.occurred_at, periods)
    spent = events.group_by([*USER, "period_start"]).agg(minutes=_minutes(whole(events.microseconds.sum())))
    rows = _active(layout, periods)
    joined = rows.left_join(spent, [*USER, "period_start"])
    return placed(joined.select(*rows.columns, "minutes"), layout, periods)


def sessions(layout: Layout, periods: Sequence[Period], *, split: bool) -> Any:
    """Sessions that may begin in the periods: source, user_id, started_at, stopped_at."""
    timeout = timedelta(minutes=layout.basis.rules.session_timeout_minutes)
    acts = _near(user_acts(layout), periods, timeout)
    order = ibis.window(group_by=USER, order_by="occurred_at")
    before = acts.occurred_at.lag().over(order)
    begins = acts.occurred_at >= before + ibis.interval(seconds=int(timeout.total_seconds()))
    if split:
        day = local_day(acts.occurred_at, layout.basis.calendar)
        begins = begins | (day > local_day(before, layout.basis.calendar))
    acts = acts.mutate(begins=begins.fill_null(True).cast("int64"))
    # By instants, not rows: two windows may put acts of one instant in two orders.
    so_far = ibis.range_window(group_by=USER, order_by="occurred_at", preceding=None, following=0)
    acts = acts.mutate(session=acts.begins.sum().over(so_far))
    each = acts.group_by([*USER, "session"])
    return each.agg(started_at=acts.occurred_at.min(), stopped_at=acts.occurred_at.max()).drop("session")


def _near(acts: Any, periods: Sequence[Period], timeout: timedelta) -> Any:
    """The acts that a session begun in the periods may have, and those that show one had begun before.

    After the last period only users who were still at work as it ended are read on.
    """
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    acts = acts.filter(acts.occurred_at >= ibis.literal(first - timeout))
    late = acts.filter(
        (acts.occurred_at >= ibis.literal(last - timeout)) & (acts.occurred_at < ibis.literal(last))
    )
    after = acts.filter(acts.occurred_at >= ibis.literal(last)).semi_join(late.select(*USER).distinct(), USER)
    return ibis.union(acts.filter(acts.occurred_at < ibis.literal(last)), after)


def _by_start(layout: Layout, periods: Sequence[Period], *, split: bool) -> Any:
    """source, user_id and period_start with the minutes and the number of the sessions begun there."""
    found = sessions(layout, periods, split=split)
    lasted = found.stopped_at.delta(found.started_at, unit="us")
    tail = layout.basis.rules.session_tail_seconds * 1_000_000
    found = in_period(found.mutate(microseconds=lasted + tail), found.started_at, periods)
    return found.group_by([*USER, "period_start"]).agg(
        minutes=_minutes(whole(found.microseconds.sum())), sessions=found.count()
    )


def _by_user(layout: Layout, periods: Sequence[Period], spent: Any) -> Any:
    rows = _active(layout, periods)
    joined = rows.left_join(spent, [*USER, "period_start"])
    minutes = _filled(joined.minutes)
    found = joined.select(
        *rows.columns,
        minutes=minutes,
        sessions=joined.sessions.fill_null(0),
        lasted=minutes.cast("float64") / joined.weeks,
        ended=ibis.literal(True),
        entered=ibis.literal(0.0),
    )
    return placed(found, layout, periods)


def _active(layout: Layout, periods: Sequence[Period]) -> Any:
    """Users by period with the number of local weeks in which they acted in it."""
    days = user_days(layout, periods)
    bounds = period_table(periods).select("period_start", "first_day", "last_day")
    near = days.join(bounds, [days.day >= bounds.first_day, days.day <= bounds.last_day])
    return near.group_by([*USER, "period_start"]).agg(weeks=_week(near.day, layout.basis).nunique())


def _week(day: Any, basis: Basis) -> Any:
    """The number of the local week that a day is in, by the workspace's first day of the week."""
    return (day.delta(ibis.date(A_MONDAY), unit="day") - basis.calendar.week_start) // 7


def _minutes(microseconds: Any) -> Any:
    """Whole microseconds as minutes of nine decimals, rounded half-even once, as money is."""
    return monthly(microseconds, 1, MINUTE)


def _filled(minutes: Any) -> Any:
    return minutes.fill_null(ibis.literal(0).cast(MONEY))


TIMELINES: dict[str, Callable[..., Any]] = {
    "time_by_user": time_by_user,
    "split_time_by_user": split_time_by_user,
    "time_of_entitled": time_of_entitled,
    "foreground_by_user": foreground_by_user,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
