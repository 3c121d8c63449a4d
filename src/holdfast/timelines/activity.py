"""What users did, by day: the only place that reads every event."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.periods import Calendar
from holdfast.timelines.localtime import local_day


def activity_days(events: Any, calendar: Calendar) -> Any:
    """Events a user caused, counted by source, account, user, name and local day.

    Server events do not make anyone active. Ids stay as the source gave them, so that a
    later link or user row changes who they belong to without counting again.
    """
    caused = events.filter(events.origin.isnull() | (events.origin != "server"))
    caused = caused.mutate(day=local_day(caused.occurred_at, calendar))
    return caused.group_by(["source", "account_id", "user_id", "name", "day"]).agg(events=caused.count())


def account_activity(activity: Any, users: Any) -> Any:
    """Activity with its account: the event's own, else the user's; internal users left out."""
    people = users.select(
        user_source=users.source, person=users.user_id, home=users.account_id, insider=users.is_internal
    )
    joined = activity.left_join(
        people, [activity.source == people.user_source, activity.user_id == people.person]
    )
    joined = joined.filter(~joined.insider.fill_null(False))
    placed = joined.mutate(account_id=ibis.coalesce(joined.account_id, joined.home))
    return placed.filter(placed.account_id.notnull()).drop("user_source", "person", "home", "insider")
