"""The time users spend in sessions (K20).

A session lasts from its first act to its last and belongs to the period in which it starts, whole.
Who acted in the period is there even without any time: a lone act lasts 0 seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.account_periods import period_table
from holdfast.timelines.acts import USER, client_events, placed, user_acts, user_days, within_days
from holdfast.timelines.basis import Basis, whole
from holdfast.timelines.layout import Layout
from holdfast.timelines.money import MONEY, billionths
from holdfast.timelines.session_parts import PARTS, counted_by, session_parts
from holdfast.timelines.subjects import in_period
from holdfast.timelines.usage import entitled_users

A_MONDAY = "1969-12-29"


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


def parts(layout: Layout, periods: Sequence[Period]) -> Any:
    """Parts of sessions, of which those begun in the periods are all there: kept, or from the acts."""
    kept, basis = layout.sessions, layout.basis
    if kept is not None and kept.counted_by == counted_by(basis):
        return _cut(kept.rows, layout)
    timeout = timedelta(minutes=basis.rules.session_timeout_minutes)
    return session_parts(_near(user_acts(layout), periods, timeout), basis)


def _cut(rows: Any, layout: Layout) -> Any:
    """Kept parts as the data end shows them: who was at work then has only acted up to then."""
    rows = rows.filter(rows.began_at < ibis.literal(layout.as_of))
    at_work = rows.filter(rows.stopped_at >= ibis.literal(layout.as_of))
    earliest = at_work.started_at.min().to_pyarrow().as_py()
    if earliest is None:
        return rows
    acts = user_acts(layout)
    acts = acts.filter(acts.occurred_at >= ibis.literal(earliest)).semi_join(at_work, USER)
    again = session_parts(acts, layout.basis).semi_join(at_work, [*USER, "started_at"])
    over = rows.filter(rows.stopped_at < ibis.literal(layout.as_of))
    return ibis.union(*[part.select(*PARTS) for part in (over, again)])


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
    found = parts(layout, periods)
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    found = found.filter((found.began_at >= ibis.literal(first)) & (found.began_at < ibis.literal(last)))
    if not split:
        found = found.filter(found.began_at == found.started_at)
    lasted = (found.ended_at if split else found.stopped_at).delta(found.began_at, unit="us")
    tail = layout.basis.rules.session_tail_seconds * 1_000_000
    found = in_period(found.mutate(microseconds=lasted + tail), found.began_at, periods)
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
    days = within_days(days, periods)
    near = days.join(bounds, [days.day >= bounds.first_day, days.day <= bounds.last_day])
    weeks = near.select(*USER, "period_start", week=_week(near.day, layout.basis)).distinct()
    return weeks.group_by([*USER, "period_start"]).agg(weeks=weeks.count())


def _week(day: Any, basis: Basis) -> Any:
    """The number of the local week that a day is in, by the workspace's first day of the week."""
    return (day.delta(ibis.date(A_MONDAY), unit="day") - basis.calendar.week_start) // 7


def _minutes(microseconds: Any) -> Any:
    """Whole microseconds, none below 0, as minutes of nine decimals, rounded once.

    A minute's billionth is three fiftieths of a microsecond: a third is never a half, so that whole
    numbers round it, and are tens of times quicker than a division of decimals.
    """
    return billionths(((microseconds * 50 + 1) // 3).cast("int64"))


def _filled(minutes: Any) -> Any:
    return minutes.fill_null(ibis.literal(0).cast(MONEY))


TIMELINES: dict[str, Callable[..., Any]] = {
    "time_by_user": time_by_user,
    "split_time_by_user": split_time_by_user,
    "time_of_entitled": time_of_entitled,
    "foreground_by_user": foreground_by_user,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
