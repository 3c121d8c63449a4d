"""K20: how long users are at work, session by session."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from tests.oracle.active_users import (
    Measure,
    Name,
    acts_of_users,
    days_of,
    last_day,
    where_known,
)
from tests.oracle.answers import Answer, ratio
from tests.oracle.company import Company
from tests.oracle.days import ONE_DAY, Window
from tests.oracle.knowledge import Row, source
from tests.oracle.phases import half_even
from tests.oracle.usage_rate import entitled_users

MICROSECOND = timedelta(microseconds=1)


@dataclass
class Session:
    """A run of one user's acts."""

    start: datetime
    end: datetime


def sessions(company: Company, events: list[Row], split: bool = False) -> list[Session]:
    """Sessions of one user's events, in order of time; with `split`, none goes over a local midnight."""
    timeout = timedelta(minutes=company.rules["session_timeout_minutes"])
    found: list[Session] = []
    for event in events:
        at = event["occurred_at"]
        goes_on = bool(found) and at - found[-1].end < timeout
        if goes_on and split:
            goes_on = company.place.local(at).date() == company.place.local(found[-1].end).date()
        if goes_on:
            found[-1].end = at
        else:
            found.append(Session(at, at))
    return found


def begun_in(company: Company, window: Window, events: list[Row], split: bool = False) -> list[Session]:
    """The sessions that start in the period."""
    return [each for each in sessions(company, events, split) if window.holds(each.start)]


def minutes(company: Company, spent: list[Session]) -> Decimal:
    """The length of some sessions together, each with its tail, rounded once."""
    tail = timedelta(seconds=company.rules["session_tail_seconds"])
    return in_minutes(sum((each.end - each.start + tail for each in spent), timedelta()))


def in_minutes(length: timedelta) -> Decimal:
    return half_even(Fraction(length // MICROSECOND, 60_000_000))


def weeks(company: Company, window: Window, events: list[Row]) -> int:
    """In how many local weeks of the period a user was active."""
    last = last_day(company, window)
    inside = [day for day in days_of(company, events) if window.first_day <= day <= last]
    begins = company.place.week_start
    return len({day - (day.weekday() - begins) % 7 * ONE_DAY for day in inside})


def active(company: Company, window: Window) -> dict[Name, tuple[list[Row], int]]:
    """The users active in the period, with all their acts and their active weeks."""
    acts = acts_of_users(company)
    counted = {name: (events, weeks(company, window, events)) for name, events in acts.items()}
    return {name: found for name, found in counted.items() if found[1]}


def per_week(split: bool) -> Measure:
    """Minutes of the sessions begun in the period over the weeks of active users."""

    @where_known
    def counted(company: Company, window: Window) -> Answer:
        found = active(company, window)
        spent = [minutes(company, begun_in(company, window, events, split)) for events, _ in found.values()]
        return ratio(sum(spent, Decimal(0)), sum(many for _, many in found.values()))

    return counted


@where_known
def per_session(company: Company, window: Window) -> Answer:
    found = [begun_in(company, window, events) for events, _ in active(company, window).values()]
    spent = sum((minutes(company, each) for each in found), Decimal(0))
    return ratio(spent, sum(len(each) for each in found))


def middle(company: Company, window: Window) -> Answer:
    if company.as_of is not None and window.start >= company.as_of:
        return Answer(None, reason="no_data")
    found = active(company, window)
    if not found:
        return Answer(None, reason="no_data")
    each = [
        float(minutes(company, begun_in(company, window, events)) / many) for events, many in found.values()
    ]
    return Answer(median(each), len(each), len(each))


@where_known
def per_entitled_user(company: Company, window: Window) -> Answer:
    asked, acts = entitled_users(company, window), acts_of_users(company)
    spent = [minutes(company, begun_in(company, window, acts.get(name, []))) for name in asked]
    return ratio(sum(spent, Decimal(0)), len(asked))


@where_known
def foreground(company: Company, window: Window) -> Answer:
    """Engagement told of users who were active, over the active weeks of those it was told of."""
    told: dict[Name, timedelta] = {}
    found = active(company, window)
    for event in company.rows["events"]:
        who = (source(event), str(event.get("user_id")))
        length = engagement(event)
        late = company.as_of is not None and event["occurred_at"] >= company.as_of
        if length is not None and who in found and window.holds(event["occurred_at"]) and not late:
            told[who] = told.get(who, timedelta()) + length
    spent = sum((in_minutes(length) for length in told.values()), Decimal(0))
    return ratio(spent, sum(found[who][1] for who in told), "no_data")


def engagement(event: Row) -> timedelta | None:
    """The milliseconds in the foreground that a client told, where they are a number and not negative."""
    if event.get("origin") == "server" or not event.get("properties"):
        return None
    told = json.loads(event["properties"]).get("engagement_ms")
    if isinstance(told, bool) or not isinstance(told, int | float) or told < 0:
        return None
    return timedelta(microseconds=round(told * 1000))


MEASURES: dict[str, Measure] = {
    "time_on_platform": per_week(split=False),
    "time_on_platform.median": middle,
    "time_on_platform.per_session": per_session,
    "time_on_platform.per_entitled_user": per_entitled_user,
    "time_on_platform.midnight_split": per_week(split=True),
    "time_on_platform.foreground": foreground,
}
