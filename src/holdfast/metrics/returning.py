"""Whether new users come back: n-day retention and seven-day drop-off (K21, K22)."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.catalog import Evidence, metric
from holdfast.timelines.basis import FAR, INSTANT

NEW: dict[str, Any] = {
    "family": "returning",
    "unit": "share",
    "interval": "wilson",
    "cluster": "subject_id",
    "timeline": "first_days_of_users",
    "reads": ("users", "events"),
    "at": "entry",
}
FOR_GOOD: dict[str, Any] = {"timeline": "all_days_of_users", "followed": True}
AGAIN: dict[str, Any] = {
    **NEW,
    "better": "higher",
    "source": "https://help.amplitude.com/hc/en-us/articles/14309817757827",
}
GONE: dict[str, Any] = {**NEW, "better": "lower", "source": "Seeds 000-002; links of n_day_retention"}
DAYS: tuple[dict[str, int], ...] = ({"day": 1}, {"day": 3}, {"day": 7}, {"day": 14}, {"day": 30})
BRACKETS: tuple[dict[str, int], ...] = (
    {"since": 7, "before": 14},
    {"since": 1, "before": 7},
    {"since": 14, "before": 30},
)


@metric("n_day_retention", of=DAYS, **AGAIN)
def n_day_retention(row: Any, day: int) -> Evidence:
    """N-day retention
    New users active in the 24 hours that begin so many days after their sign-up / new users for whom
    those 24 hours are over."""
    return _again(row, _active(row, day, day + 1), _after(row, day + 1))


@metric("n_day_retention", "bracket", of=BRACKETS, **AGAIN)
def n_day_retention_bracket(row: Any, since: int = 7, before: int = 14) -> Evidence:
    """Bracket retention
    New users active at least once from `since` to before `before` days after their sign-up / new users
    for whom those days are over."""
    return _again(row, _active(row, since, before), _after(row, before))


@metric("n_day_retention", "unbounded", of=DAYS, **{**AGAIN, **FOR_GOOD})
def n_day_retention_unbounded(row: Any, day: int) -> Evidence:
    """Unbounded retention
    New users active at any time within `follow_up_days` from so many days after their sign-up / new
    users for whom those days are over."""
    until = row.follow_up_days + day
    return _again(row, _active(row, day, until), _after(row, until))


@metric("n_day_retention", "calendar", of=DAYS, **AGAIN)
def n_day_retention_calendar(row: Any, day: int) -> Evidence:
    """N-day retention by calendar days
    New users active on the local day so many days after that of their sign-up / new users for whom that
    day is over."""
    over = ibis.ifelse(row.local_days_seen > day, row.start_at, ibis.literal(FAR).cast(INSTANT))
    active = row.active_on_local.contains(day).fill_null(False)
    return Evidence(_whole(active), _one(row), [("no_data", row.local_days_unknown > day)], matures=over)


@metric(
    "n_day_retention",
    "first_use",
    of=DAYS,
    needs=("core_events",),
    **{**AGAIN, "timeline": "first_days_of_use"},
)
def n_day_retention_first_use(row: Any, day: int) -> Evidence:
    """N-day retention since first use
    Users active in the 24 hours that begin so many days after their first core event / users with a
    first core event in the period for whom those 24 hours are over."""
    return _again(row, _active(row, day, day + 1), _after(row, day + 1))


@metric("seven_day_drop_off", **GONE)
def seven_day_drop_off(row: Any) -> Evidence:
    """Seven-day drop-off
    New users without any activity from day 7 to before day 14 after their sign-up / new users of at
    least 14 days."""
    return _again(row, ~_active(row, 7, 14), _after(row, 14))


@metric(
    "seven_day_drop_off",
    "accounts",
    **{
        **GONE,
        "timeline": "first_days_of_accounts",
        "reads": ("accounts", "events"),
        "also_reads": ("users",),
    },
)
def seven_day_drop_off_accounts(row: Any) -> Evidence:
    """Seven-day drop-off of accounts
    New accounts at which nobody acted from day 7 to before day 14 / new accounts of at least 14 days."""
    return _again(row, ~_active(row, 7, 14), _after(row, 14))


@metric("seven_day_drop_off", "unbounded", open_ended=True, **{**GONE, **FOR_GOOD})
def seven_day_drop_off_unbounded(row: Any) -> Evidence:
    """Seven-day drop-off for good
    New users not active again so far from day 7 after their sign-up on / new users of at least 14 days.
    A late return changes it, for ever."""
    return _again(row, ~_since(row, 7), _after(row, 14))


@metric("seven_day_drop_off", "exact_day", **GONE)
def seven_day_drop_off_exact_day(row: Any) -> Evidence:
    """Drop-off on day seven
    New users not active on day 7 after their sign-up / new users for whom that day is over."""
    return _again(row, ~_active(row, 7, 8), _after(row, 8))


@metric("seven_day_drop_off", "in_first_week", **GONE)
def seven_day_drop_off_in_first_week(row: Any) -> Evidence:
    """Drop-off in the first week
    New users not active from day 1 to before day 7 after their sign-up / new users of at least 7 days."""
    return _again(row, ~_active(row, 1, 7), _after(row, 7))


def _again(row: Any, counts: Any, over: Any) -> Evidence:
    """Once the window is over; one that was over before any event was known says nothing."""
    return Evidence(_whole(counts), _one(row), [("no_data", over <= row.known_from)], matures=over)


def _active(row: Any, since: Any, before: Any) -> Any:
    inside = row.active_on.filter(lambda day: (day >= since) & (day < before))
    return (inside.length() > 0).fill_null(False)


def _since(row: Any, since: int) -> Any:
    return (row.active_on.filter(lambda day: day >= since).length() > 0).fill_null(False)


def _after(row: Any, days: Any) -> Any:
    after = ibis.interval(days=days) if isinstance(days, int) else days.as_interval("D")
    return (row.start_at + after).cast(INSTANT)


def _whole(condition: Any) -> Any:
    return condition.cast("int64")


def _one(row: Any) -> Any:
    return row.subject_id.notnull().cast("int64")
