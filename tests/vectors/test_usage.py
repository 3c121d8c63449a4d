"""The worked vectors of K17 to K19: active users, stickiness, L28 and the usage rate."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

import pytest

from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, Row, at, company, phase
from tests.vectors.rows_usage import DAY, event, used, user

TEHRAN = {"zone": "Asia/Tehran"}


def value(figure: Figure) -> float:
    assert figure.value is not None
    return float(figure.value)


def test_K17_V1_the_same_user_on_two_days(figure: Engine) -> None:
    records = used([event("u", "2024-04-08T10:00"), event("u", "2024-04-09T10:00")])
    for day in ("2024-04-08", "2024-04-09"):
        assert figure("daily_active_users", records, "day", day).value == 1
    assert figure("weekly_active_users", records, "day", "2024-04-09").value == 1
    assert figure("weekly_active_users", records, "week", "2024-W15").value == 1


def test_K17_V2_fifty_events_are_one_user(figure: Engine) -> None:
    records = used([event("u", "2024-04-08T10:00") for _ in range(50)])
    for name in ("daily_active_users", "weekly_active_users", "monthly_active_users"):
        assert figure(name, records, "day", "2024-04-08").value == 1


@pytest.mark.parametrize(("zone", "offset"), [("UTC", 0.0), ("Asia/Tehran", 3.5)])
def test_K17_V3_a_local_day_ends_at_its_midnight(figure: Engine, zone: str, offset: float) -> None:
    midnight = at("2024-04-09") - DAY * offset / 24
    records = used(
        [
            event("early", midnight - DAY / 2),
            event("late", midnight - DAY / 86_400_000),
            event("new", midnight),
        ]
    )
    settings = {"zone": zone}
    assert figure("daily_active_users", records, "day", "2024-04-08", settings=settings).value == 2
    assert figure("daily_active_users", records, "day", "2024-04-09", settings=settings).value == 1


def test_K17_V4_twenty_eight_local_days(figure: Engine) -> None:
    # Clocks went forward on 31 March: 28 local days are an hour short of 672.
    berlin = {"zone": "Europe/Berlin"}
    before = event("other", "2024-01-01")
    inside = used([before, event("u", "2024-03-14T23:00")])
    outside = used([before, event("u", "2024-03-14T22:59:59.999999")])
    name = "monthly_active_users"
    assert figure(name, inside, "day", "2024-04-11", settings=berlin).value == 1
    assert figure(name, outside, "day", "2024-04-11", settings=berlin).value == 0
    assert figure(f"{name}.mau30", outside, "day", "2024-04-11", settings=berlin).value == 1


def test_K17_V5_a_webhook_makes_nobody_active(figure: Engine) -> None:
    records = used([event("u", "2024-04-08T10:00", origin="server")])
    assert figure("daily_active_users", records, "day", "2024-04-08").value == 0
    assert figure("monthly_active_users.accounts", records, "day", "2024-04-08").value == 0


def test_K17_V6_no_data_loaded(figure: Engine) -> None:
    records = used([event("u", "2024-04-08T10:00")])
    for day in ("2024-04-07", "2024-04-09"):
        none = figure("daily_active_users", records, "day", day, as_of=at("2024-04-09"))
        assert (none.value, none.reason) == (None, "no_data")


def test_K17_internal_users_and_undeclared_events_do_not_count(figure: Engine) -> None:
    users = [
        {"user_id": "us", "account_id": "A", "created_at": at("2020-01-01"), "is_internal": True},
        {"user_id": "them", "account_id": "A", "created_at": at("2020-01-01")},
    ]
    events = [event("us", "2024-04-08T10:00", "saved"), event("them", "2024-04-08T10:00", "opened_mail")]
    events.append(event("them", "2024-04-09T10:00", "saved"))
    settings = {"qualifying_events": ("saved",)}
    for day, wanted in (("2024-04-08", 0), ("2024-04-09", 1)):
        assert (
            figure("daily_active_users", used(events, users), "day", day, settings=settings).value == wanted
        )
        accounts = figure("daily_active_users.accounts", used(events, users), "day", day, settings=settings)
        assert accounts.value == wanted


def test_K17_the_calendar_month_up_to_the_day(figure: Engine) -> None:
    records = used([event("u", "2024-04-01T00:00"), event("v", "2024-03-31T23:59:59.999999")])
    name = "monthly_active_users.calendar_month"
    assert figure(name, records, "day", "2024-04-30").value == 1
    assert figure(name, records, "day", "2024-03-31").value == 1
    assert figure(name, records, "month", "2024-04").value == 1


def four() -> Records:
    """Users active on the last 28, 14 and 7 days of April's first 28, and one on the first day only."""
    last = at("2024-04-28T12:00")
    days = {"a": range(28), "b": range(14), "c": range(7), "d": range(27, 28)}
    return used([event(name, last - n * DAY) for name, each in days.items() for n in each])


def test_K18_V1_stickiness_is_mean_days_by_28(figure: Engine) -> None:
    sticky = figure("stickiness", four(), "day", "2024-04-28")
    assert figure("monthly_active_users", four(), "day", "2024-04-28").value == 4
    assert (sticky.numerator, sticky.denominator) == (50, 112)
    assert value(sticky) == pytest.approx(12.5 / 28, abs=1e-6)
    assert value(sticky) == pytest.approx(50 / 28 / 4, abs=1e-6)


def test_K18_V2_at_least_fourteen_days(figure: Engine) -> None:
    many = figure("l28", four(), "day", "2024-04-28", of={"k": 14})
    assert (many.numerator, many.denominator) == (2, 4)


def test_K18_V3_nobody_active(figure: Engine) -> None:
    records = used([event("u", "2024-01-01")])
    for name in ("stickiness", "stickiness.last_day", "stickiness.dau_wau", "stickiness.wau_mau"):
        none = figure(name, records, "day", "2024-04-28")
        assert (none.value, none.reason) == (None, "empty_denominator")


def test_K18_V4_one_user_once(figure: Engine) -> None:
    records = used([event("u", "2024-04-20")])
    assert value(figure("stickiness", records, "day", "2024-04-28")) == pytest.approx(1 / 28, abs=1e-6)


def test_K18_V5_the_variants(figure: Engine) -> None:
    for name, wanted in (("last_day", (3, 4)), ("wau_mau", (3, 4))):
        sticky = figure(f"stickiness.{name}", four(), "day", "2024-04-28")
        assert (sticky.numerator, sticky.denominator) == wanted
    assert value(figure("stickiness.dau_wau", four(), "day", "2024-04-28")) == 1


def entitled(count: int) -> list[Row]:
    """So many accounts that have paid since January."""
    return [phase(f"A{number:02}", "2024-01-10", None, 10) for number in range(count)]


def by_accounts(events: list[Row], phases: list[Row]) -> Records:
    """A company whose accounts each have the one user named after them."""
    accounts = sorted({row["account_id"] for row in phases})
    return company(phases, users=[user(f"u-{name}", name) for name in accounts], events=events)


CORE = {"core_events": ("report_created",)}
WEEK = ("week", "2024-W15")


def test_K19_V1_nine_of_twenty_used_it(figure: Engine) -> None:
    events = [event(f"u-A{number:02}", "2024-04-10", "report_created") for number in range(9)]
    events.append(event("u-A00", "2024-04-11", "report_created"))
    rate = figure("product_usage_rate", by_accounts(events, entitled(20)), *WEEK, settings=CORE)
    assert (rate.numerator, rate.denominator) == (9, 20)
    assert (rate.low, rate.high) == pytest.approx((0.258, 0.658), abs=0.0005)


def test_K19_V2_who_joined_in_the_week_is_not_in_it(figure: Engine) -> None:
    phases = [*entitled(1), phase("new", "2024-04-10", None, 10), phase("first", "2024-04-08", None, 10)]
    events = [event(f"u-{name}", "2024-04-11", "report_created") for name in ("new", "first", "A00")]
    rate = figure("product_usage_rate", by_accounts(events, phases), *WEEK, settings=CORE)
    assert (rate.numerator, rate.denominator) == (1, 1)


def test_K19_V3_who_left_on_wednesday_counts_in_both(figure: Engine) -> None:
    phases = [phase("gone", "2024-01-10", "2024-04-10", 10), phase("late", "2024-01-10", "2024-04-08", 10)]
    phases.append(phase("trial", "2024-04-01", "2024-04-14", 0, status="trialing"))
    phases.append(phase("before", "2024-01-10", "2024-04-07", 10))
    events = [event("u-gone", "2024-04-09T10:00", "report_created")]
    rate = figure("product_usage_rate", by_accounts(events, phases), *WEEK, settings=CORE)
    assert (rate.numerator, rate.denominator) == (1, 3)


def test_K19_V4_a_login_is_no_core_event(figure: Engine) -> None:
    records = by_accounts([event("u-A00", "2024-04-10", "login")], entitled(1))
    assert figure("product_usage_rate", records, *WEEK, settings=CORE).numerator == 0
    assert figure("product_usage_rate.any_event", records, *WEEK, settings=CORE).numerator == 1


def test_K19_V5_nobody_entitled(figure: Engine) -> None:
    records = used([event("u", "2024-04-10", "report_created")])
    none = figure("product_usage_rate", records, *WEEK, settings=CORE)
    assert (none.value, none.reason) == (None, "empty_denominator")


def test_K19_V6_three_days_are_ideal_use(figure: Engine) -> None:
    days = {"A00": 3, "A01": 2, "A02": 5, "A03": 0}
    events = [
        event(f"u-{name}", at("2024-04-08") + n * DAY) for name, many in days.items() for n in range(many)
    ]
    events += [event("u-A01", "2024-04-08T10:00"), event("u-A03", "2024-04-15T00:00")]
    ideal = figure("product_usage_rate.ideal_use_k", by_accounts(events, entitled(4)), *WEEK)
    assert (ideal.numerator, ideal.denominator) == (2, 4)


def test_K19_users_and_features(figure: Engine) -> None:
    users = [user("a", "A00"), user("b", "A00"), user("c", "A01"), user("new", "A01", "2024-04-08")]
    events = [event("a", "2024-04-08", "report_created"), event("new", "2024-04-10", "report_created")]
    events += [event("b", "2024-04-09", "login"), event("c", "2024-04-09", "login")]
    records = company(entitled(2), users=users, events=events)
    by_user = figure("product_usage_rate.users", records, *WEEK, settings=CORE)
    assert (by_user.numerator, by_user.denominator) == (1, 3)
    for feature, wanted in (("login", 2), ("report_created", 2)):
        adopted = figure("product_usage_rate.feature", records, *WEEK, of={"feature": feature})
        assert (adopted.numerator, adopted.denominator) == (wanted, 2)
