"""What new users and accounts did in the days after they started (K21, K22).

Day n is the rolling 24 hours from n whole days after the start, whatever the time zone; a local
day n is the n-th calendar day after the one they started on. Day 0 holds the start itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.acts import USER, account_acts, user_acts
from holdfast.timelines.basis import FAR, INSTANT
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day
from holdfast.timelines.subjects import created_users, new_accounts, new_users, users_in

A_DAY = 86_400_000_000
"""Microseconds."""

FIRST_DAYS = 31
"""The days, from day 0 on, that the first days are; the same of local ones, which may end a day later."""


def first_days_of_users(layout: Layout, periods: Sequence[Period]) -> Any:
    """Users by the period they were created in, with those of the first days on which they acted.

    Columns besides the usual: `start_at`; `active_on` and `active_on_local`, the days and local
    days after the start with an act before the data end; `local_days_seen` and
    `local_days_unknown`, how many local days lie between the start and the data end, and the first
    event known; `known_from`, that event's instant; `follow_up_days`, the rule.
    """
    return _followed(new_users(layout, periods), user_acts(layout), USER, layout, periods)


def all_days_of_users(layout: Layout, periods: Sequence[Period]) -> Any:
    """The same with every day on which they acted, however long after."""
    return _followed(new_users(layout, periods), user_acts(layout), USER, layout, periods, days=None)


def first_days_of_use(layout: Layout, periods: Sequence[Period]) -> Any:
    """The first days of users who began with their first core event, whenever they signed up."""
    acts = user_acts(layout, layout.basis.core_events)
    begun = acts.group_by(USER).agg(begun_at=acts.occurred_at.min())
    users = created_users(layout).join(begun, USER)
    starts = users_in(users.mutate(created_at=users.begun_at).drop("begun_at"), layout, periods)
    return _followed(starts, user_acts(layout), USER, layout, periods)


def first_days_of_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """The same for accounts and what anyone did at them."""
    return _followed(new_accounts(layout, periods), account_acts(layout), ("account_id",), layout, periods)


def _followed(
    starts: Any,
    acts: Any,
    subject: tuple[str, ...],
    layout: Layout,
    periods: Sequence[Period],
    days: int | None = FIRST_DAYS + 1,
) -> Any:
    starts = starts.rename(start_at="created_at")
    acts = _in_time(acts, periods, days)
    joined = starts.left_join(_active_on(starts, acts, subject, layout, days), subject)
    joined = joined.drop(*(f"{name}_right" for name in subject))
    first = layout.records["events"].occurred_at.min().as_scalar()
    joined = joined.mutate(known_from=ibis.coalesce(first, ibis.literal(FAR)).cast(INSTANT))
    started = local_day(joined.start_at, layout.basis.calendar)
    known = local_day(joined.known_from, layout.basis.calendar)
    return joined.mutate(
        follow_up_days=ibis.literal(layout.basis.rules.follow_up_days),
        local_days_seen=ibis.literal(_last_begun(layout)).delta(started, unit="day"),
        local_days_unknown=known.delta(started, unit="day"),
    )


def _in_time(acts: Any, periods: Sequence[Period], days: int | None) -> Any:
    """The acts that may be of some who started in the periods: told as two instants, not all are read."""
    first, last = min(period.start for period in periods), max(period.end for period in periods)
    acts = acts.filter(acts.occurred_at >= ibis.literal(first))
    return acts if days is None else acts.filter(acts.occurred_at < ibis.literal(last + timedelta(days=days)))


def _active_on(starts: Any, acts: Any, subject: tuple[str, ...], layout: Layout, days: int | None) -> Any:
    """Each subject's days with an act, told in rolling and in local days after its start, up to so many."""
    known = starts.select(*subject, "start_at").distinct()
    later = acts.join(known, subject).filter(lambda row: row.occurred_at >= row.start_at)
    if days is not None:
        later = later.filter(later.occurred_at < later.start_at + ibis.interval(days=days))
    calendar = layout.basis.calendar
    active = later.select(
        *subject,
        rolling=later.occurred_at.delta(later.start_at, unit="us") // A_DAY,
        local=local_day(later.occurred_at, calendar).delta(local_day(later.start_at, calendar), unit="day"),
    ).distinct()
    return active.group_by(subject).agg(
        active_on=active.rolling.collect(), active_on_local=active.local.collect()
    )


def _last_begun(layout: Layout) -> Any:
    """The local day that the data end falls into: all days before it are over."""
    end = min(layout.as_of, FAR - timedelta(days=2))
    return layout.basis.calendar.local_day(end)


TIMELINES: dict[str, Callable[..., Any]] = {
    "first_days_of_users": first_days_of_users,
    "all_days_of_users": all_days_of_users,
    "first_days_of_use": first_days_of_use,
    "first_days_of_accounts": first_days_of_accounts,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
