"""The worked vectors of K20: sessions and the time in them."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

import json

import pytest

from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, company, phase
from tests.vectors.rows_usage import event, used, user

WEEK = ("week", "2024-W15")
MIXPANEL = ("13:00", "13:10", "13:50", "14:10", "14:25")


def at_times(*times: str, who: str = "u", day: str = "2024-04-10") -> Records:
    return used([event(who, f"{day}T{time}") for time in times])


def value(figure: Figure) -> float:
    assert figure.value is not None
    return float(figure.value)


def test_K20_V1_two_sessions_of_45_minutes(figure: Engine) -> None:
    spent = figure("time_on_platform", at_times(*MIXPANEL), *WEEK)
    assert (spent.numerator, spent.denominator) == (45, 1)
    assert value(spent) == 45


def test_K20_V2_a_session_over_midnight(figure: Engine) -> None:
    events = [event("u", f"2024-04-10T{time}") for time in ("23:30", "23:50")]
    records = used(events + [event("u", f"2024-04-11T{time}") for time in ("00:05", "00:10")])
    for name, first, second in (("time_on_platform", 40, 0), ("time_on_platform.midnight_split", 20, 5)):
        assert value(figure(name, records, "day", "2024-04-10")) == first
        assert value(figure(name, records, "day", "2024-04-11")) == second
    assert figure("time_on_platform.per_session", records, "day", "2024-04-11").value is None
    assert value(figure("time_on_platform.per_session", records, *WEEK)) == 40
    assert value(figure("time_on_platform.midnight_split", records, *WEEK)) == 25


def test_K20_V3_a_gap_of_exactly_the_timeout(figure: Engine) -> None:
    for last, sessions, minutes in (("13:30:00", 2, 0), ("13:29:59", 1, 29 + 59 / 60)):
        spent = figure("time_on_platform.per_session", at_times("13:00", last), *WEEK)
        assert spent.denominator == sessions
        assert value(spent) == pytest.approx(minutes / sessions, abs=1e-6)


def test_K20_V4_a_lone_event(figure: Engine) -> None:
    spent = figure("time_on_platform", at_times("13:00"), *WEEK)
    assert (value(spent), spent.denominator) == (0, 1)
    assert figure("weekly_active_users", at_times("13:00"), *WEEK).value == 1
    tail = figure("time_on_platform", at_times("13:00"), *WEEK, rules={"session_tail_seconds": 30})
    assert value(tail) == 0.5


def two() -> Records:
    """A user of 45 minutes, one of none, and one who is silent."""
    events = [event("busy", f"2024-04-10T{time}") for time in MIXPANEL] + [event("brief", "2024-04-10")]
    users = [user(name) for name in ("busy", "brief", "silent")]
    return company([phase("A", "2024-01-10", None, 10)], users=users, events=events)


def test_K20_V5_mean_and_median_of_two_users(figure: Engine) -> None:
    assert value(figure("time_on_platform", two(), *WEEK)) == 22.5
    assert value(figure("time_on_platform.median", two(), *WEEK)) == 22.5


def test_K20_V6_nobody(figure: Engine) -> None:
    records = at_times("13:00", day="2024-01-10")
    none = figure("time_on_platform", records, *WEEK)
    assert (none.value, none.reason) == (None, "empty_denominator")


def test_K20_V7_per_session_and_per_entitled_user(figure: Engine) -> None:
    assert value(figure("time_on_platform.per_session", at_times(*MIXPANEL), *WEEK)) == 22.5
    assert value(figure("time_on_platform.per_entitled_user", two(), *WEEK)) == 15


def test_K20_foreground_is_what_the_client_tells(figure: Engine) -> None:
    told = [event("u", "2024-04-10", properties=json.dumps({"engagement_ms": ms})) for ms in (90_000, 30_000)]
    records = used([*told, event("u", "2024-04-11"), event("v", "2024-04-11")])
    assert value(figure("time_on_platform.foreground", records, *WEEK)) == 2
    none = figure("time_on_platform.foreground", at_times("13:00"), *WEEK)
    assert (none.value, none.reason) == (None, "no_data")


def test_K20_a_month_is_counted_by_user_and_week(figure: Engine) -> None:
    events = [event("u", f"2024-04-{day}T{time}") for day in ("09", "17") for time in ("13:00", "13:10")]
    month = figure("time_on_platform", used([*events, event("u", "2024-04-10")]), "month", "2024-04")
    assert (month.numerator, month.denominator) == (20, 2)
