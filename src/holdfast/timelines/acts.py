"""What users did by themselves: the acts that every usage metric counts (K17 to K22).

A user is one `(source, user_id)`. An act is an event that qualifies: not of a server, and of the
declared `qualifying_events` where any are declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.activity import activity_days, by_clients
from holdfast.timelines.basis import Basis
from holdfast.timelines.identity import named, resolved
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import with_period, with_reason

USER = ("source", "user_id")
DAYS = (*USER, "account_id", "name", "day")


def users_listed(layout: Layout) -> Any:
    """One row per user: `home` (the account of the newest row), `since` (created), `insider`."""
    return layout.once("users_listed", lambda: _users_listed(layout.records["users"]))


def _users_listed(users: Any) -> Any:
    order = [ibis.asc(users.valid_from, nulls_first=True), users.recorded_at]
    users = users.mutate(turn=ibis.row_number().over(ibis.window(group_by=USER, order_by=order)))
    return users.group_by(USER).agg(
        home=users.account_id.argmax(users.turn),
        since=ibis.coalesce(users.created_at, users.valid_from).min(),
        insider=users.is_internal.fill_null(False).any(),
    )


def users_known(layout: Layout) -> Any:
    """source, user_id, `home` and `insider`, also of users whom only events know: the least account named."""
    acts = layout.activity.filter(layout.activity.user_id.notnull()).select(*USER, "account_id")
    listed = users_listed(layout)
    return _with_strangers(listed, resolved(acts.anti_join(listed, USER).distinct(), layout.names))


def _with_strangers(listed: Any, acts: Any) -> Any:
    """The users listed, and those of acts that are not."""
    found = acts.group_by(USER).agg(home=acts.account_id.min(), insider=ibis.literal(False))
    return ibis.union(listed.select(*USER, "home", "insider"), found.select(*USER, "home", "insider"))


def qualifying(acts: Any, basis: Basis) -> Any:
    """The acts whose names count; all of them where none are declared."""
    return acts.filter(acts.name.isin(list(basis.qualifying_events))) if basis.qualifying_events else acts


def activity_until(layout: Layout, periods: Sequence[Period]) -> Any:
    """Activity days, of which the day that the last period is cut in holds what came before the cut."""
    activity, calendar = layout.activity.select(*DAYS), layout.basis.calendar
    cut = [p for p in periods if p.end < calendar.period("day", p.last_day).end]
    if not cut:
        return activity
    begins, ends = calendar.midnight(cut[-1].last_day), cut[-1].end
    events = layout.records["events"]
    events = events.filter(
        (events.occurred_at >= ibis.literal(begins)) & (events.occurred_at < ibis.literal(ends))
    )
    today = activity_days(events, calendar).select(*DAYS)
    return ibis.union(activity.filter(activity.day < ibis.literal(cut[-1].last_day)), today)


def acts_by_day(layout: Layout, periods: Sequence[Period]) -> Any:
    """Client events by account, user, name and local day: the event's own account, else the user's.

    Internal users are left out; `user_id` is null where a visitor acted at an account.
    """
    acts = resolved(activity_until(layout, periods), layout.names)
    return _at_accounts(acts, _users_known(layout), "day")


def counted_acts(layout: Layout) -> Any:
    """The same over all days kept, with how many `events` there were."""
    rows = resolved(layout.activity.select(*DAYS, "events"), layout.names)
    if layout.only is not None:
        return layout.once("counted_acts", lambda: _near_acts(rows, layout, "day", "events"))
    return _at_accounts(rows, _users_known(layout), "day", "events")


def within_days(rows: Any, periods: Sequence[Period]) -> Any:
    """`rows` of no other local days than those from the first of the periods to the last.

    Said as two dates an engine finds them without reading all days; from a join it would not.
    """
    first, last = min(p.first_day for p in periods), max(p.last_day for p in periods)
    return rows.filter((rows.day >= ibis.literal(first)) & (rows.day <= ibis.literal(last)))


def user_days(layout: Layout, periods: Sequence[Period]) -> Any:
    """The local days on which each user acted: source, user_id, day."""
    acts = qualifying(activity_until(layout, periods), layout.basis)
    return acts.filter(acts.user_id.notnull()).select(*USER, "day").distinct()


def client_events(layout: Layout) -> Any:
    """Events that no server made, before the data end."""
    events = layout.records["events"]
    return by_clients(events.filter(events.occurred_at < ibis.literal(layout.as_of)))


def user_acts(layout: Layout, names: Sequence[str] | None = None) -> Any:
    """The instants at which users acted, or did what is named: source, user_id, occurred_at."""
    events = client_events(layout)
    if names is None:
        return acts_of_users(events, layout.basis)
    events = events.filter(events.name.isin(list(names)) & events.user_id.notnull())
    return events.select(*USER, "occurred_at")


def acts_of_users(events: Any, basis: Basis) -> Any:
    """The instants of the acts among some events, whenever they are: source, user_id, occurred_at."""
    acts = qualifying(by_clients(events), basis)
    return acts.filter(acts.user_id.notnull()).select(*USER, "occurred_at")


def account_acts(layout: Layout) -> Any:
    """The instants at which someone who is not internal acted at an account: account_id, occurred_at."""
    acts = qualifying(resolved(client_events(layout), layout.names), layout.basis)
    acts = _at_accounts(acts, _users_known(layout), "occurred_at")
    return acts.select("account_id", "occurred_at")


def placed(rows: Any, layout: Layout, periods: Sequence[Period]) -> Any:
    """`rows` of users by period with their account; what is internal carries the rule that leaves it out."""
    joined = _with_user(rows, layout)
    joined = joined.mutate(account_id=joined.home, subject_id=named(joined, "user_id")).drop("home")
    found = with_reason(joined, layout)
    internal = ibis.ifelse(found.insider.fill_null(False), "internal", found.left_out)
    return with_period(found.mutate(left_out=internal).drop("insider"), periods)


def _at_accounts(acts: Any, known: Any, *columns: str) -> Any:
    """`acts` of who is not internal at the account that they name, else at the user's."""
    acts = acts.anti_join(known.filter(known.insider.fill_null(False)), USER)
    # Looked for where no account is named alone: that is seldom, and there are many acts.
    seeks = ibis.ifelse(acts.account_id.isnull(), acts.user_id, ibis.null().cast("string"))
    acts = acts.mutate(seeks=seeks)
    homes = known.select("home", of_source="source", of_user="user_id")
    acts = acts.left_join(homes, [acts.source == homes.of_source, acts.seeks == homes.of_user])
    acts = acts.mutate(account_id=ibis.coalesce(acts.account_id, acts.home))
    return acts.filter(acts.account_id.notnull()).select(*USER, "account_id", "name", *columns)


def _near_acts(acts: Any, layout: Layout, *columns: str) -> Any:
    """The same of the accounts asked about, from their users alone.

    Who is at home at an account is listed there, or named with it by an act: no act of anyone else is its.
    """
    everyone, named = layout.records["users"], layout.near(acts)
    found = ibis.union(layout.near(everyone).select(*USER), named.select(*USER), distinct=True)
    users = layout.once("users_near", lambda: found)
    visits = named.filter(named.user_id.isnull())
    both = ibis.union(acts.semi_join(users, USER).select(*visits.columns), visits)
    theirs = layout.once("acts_near", lambda: both)
    listed = _users_listed(everyone.semi_join(users, USER))
    strangers = theirs.filter(theirs.user_id.notnull()).anti_join(listed, USER)
    return layout.near(_at_accounts(theirs, _with_strangers(listed, strangers), *columns))


def _with_user(rows: Any, layout: Layout) -> Any:
    known = _users_known(layout)
    joined = rows.left_join(known, [rows.source == known.source, rows.user_id == known.user_id])
    return joined.drop("source_right", "user_id_right")


def _users_known(layout: Layout) -> Any:
    return layout.once("users_known", lambda: users_known(layout))
