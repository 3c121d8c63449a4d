"""What users did, by day: the only place that reads every event."""

from __future__ import annotations

from typing import Any

from holdfast.periods import Calendar
from holdfast.timelines.localtime import local_day


def activity_days(events: Any, calendar: Calendar) -> Any:
    """Events a user caused, counted by source, account, user, name and local day.

    Server events do not make anyone active. Ids stay as the source gave them, so that a
    later link or user row changes who they belong to without counting again.
    """
    caused = by_clients(events)
    caused = caused.mutate(day=local_day(caused.occurred_at, calendar))
    return caused.group_by(["source", "account_id", "user_id", "name", "day"]).agg(events=caused.count())


def by_clients(events: Any) -> Any:
    """The events that no server made."""
    return events.filter(events.origin.isnull() | (events.origin != "server"))
