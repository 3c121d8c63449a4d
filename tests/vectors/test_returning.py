"""The worked vectors of K21 and K22: coming back, and dropping off."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, Row, account, at
from tests.vectors.rows_usage import DAY, event, used, user

START = at("2024-04-01T09:00")


def fraction(figure: Figure) -> tuple[object, object]:
    return figure.numerator, figure.denominator


def new(events: list[Row], *names: str, started: str = "2024-04-01T09:00") -> Records:
    """Users who sign up in April, with what they and an old user do."""
    users = [user("old"), *(user(name, created=started) for name in names)]
    return used([event("old", "2024-01-01"), *events], users)


def test_K21_V1_an_hour_short_of_a_day(figure: Engine) -> None:
    records = new([event("u", "2024-04-02T17:00")], "u", started="2024-04-01T17:59")
    assert fraction(figure("n_day_retention", records, of={"day": 1})) == (0, 1)
    assert fraction(figure("n_day_retention.calendar", records, of={"day": 1})) == (1, 1)


def test_K21_V2_seven_days_exactly(figure: Engine) -> None:
    records = new([event("u", START + 7 * DAY)], "u")
    assert fraction(figure("n_day_retention", records, of={"day": 7})) == (1, 1)
    early = new([event("u", START + 7 * DAY - timedelta(microseconds=1))], "u")
    assert fraction(figure("n_day_retention", early, of={"day": 7})) == (0, 1)
    assert fraction(figure("n_day_retention", early, of={"day": 6})) == (1, 1)


def test_K21_V3_cohorts_are_pooled(figure: Engine) -> None:
    names = [f"u{number:03}" for number in range(100)]
    users = [user("first", created="2024-04-01"), *(user(name, created="2024-04-09") for name in names)]
    events = [event("first", "2024-04-08"), *(event(name, "2024-04-16") for name in names[:10])]
    records = used(events, users)
    again = figure("n_day_retention", records, of={"day": 7})
    assert fraction(again) == (11, 101)
    assert float(again.value or 0) == pytest.approx(11 / 101, abs=1e-6)
    for week, wanted in (("2024-W14", (1, 1)), ("2024-W15", (10, 100))):
        assert fraction(figure("n_day_retention", records, "week", week, of={"day": 7})) == wanted


def test_K21_V4_a_user_of_five_days(figure: Engine) -> None:
    users = [user("old", created="2024-04-01"), user("young", created="2024-04-10")]
    records = used([event("old", "2024-04-08T05:00"), event("young", "2024-04-11")], users)
    again = figure("n_day_retention", records, of={"day": 7}, as_of=at("2024-04-15"))
    assert fraction(again) == (1, 1)


def test_K21_V5_nobody_mature(figure: Engine) -> None:
    records = new([], "u")
    for as_of, wanted in ((START + 8 * DAY - timedelta(microseconds=1), None), (START + 8 * DAY, 0)):
        again = figure("n_day_retention", records, of={"day": 7}, as_of=as_of)
        assert again.value == wanted
        assert again.reason == ("empty_denominator" if wanted is None else "")


def test_K21_bracket_and_unbounded(figure: Engine) -> None:
    records = new([event("u", START + 14 * DAY), event("v", START + 7 * DAY)], "u", "v")
    assert fraction(figure("n_day_retention.bracket", records, of={"since": 7, "before": 14})) == (1, 2)
    rules = {"follow_up_days": 7}
    for day, wanted in ((7, (1, 2)), (8, (1, 2)), (14, (1, 2)), (15, (0, 2))):
        again = figure("n_day_retention.unbounded", records, of={"day": day}, rules=rules)
        assert fraction(again) == wanted
    young = figure("n_day_retention.unbounded", records, of={"day": 7}, as_of=START + 30 * DAY)
    assert young.reason == "empty_denominator"


def test_K21_before_any_data_nothing_is_known(figure: Engine) -> None:
    users = [user("early", created="2024-04-01"), user("late", created="2024-04-20")]
    records = used([event("late", "2024-04-21T10:00")], users)
    assert fraction(figure("n_day_retention", records, of={"day": 1})) == (1, 1)
    assert fraction(figure("n_day_retention.calendar", records, of={"day": 1})) == (1, 1)


def five() -> Records:
    """Users active at day 7.0, 13.99, 6.99, never, and 20."""
    days = {"u1": 7.0, "u2": 13.99, "u3": 6.99, "u5": 20.0}
    return new([event(name, START + day * DAY) for name, day in days.items()], "u1", "u2", "u3", "u4", "u5")


def test_K22_V1_bracket(figure: Engine) -> None:
    gone = figure("seven_day_drop_off", five())
    assert fraction(gone) == (3, 5)
    assert (gone.low, gone.high) == pytest.approx((0.231, 0.882), abs=0.0005)


def test_K22_V2_unbounded_by_day_21(figure: Engine) -> None:
    gone = figure("seven_day_drop_off.unbounded", five(), as_of=START + 21 * DAY)
    assert fraction(gone) == (2, 5)
    assert fraction(figure("seven_day_drop_off.unbounded", five(), as_of=START + 20 * DAY)) == (3, 5)


def test_K22_V3_exact_day(figure: Engine) -> None:
    assert fraction(figure("seven_day_drop_off.exact_day", five())) == (4, 5)


def test_K22_V4_a_user_of_thirteen_days(figure: Engine) -> None:
    users = [user("old", created="2024-04-01"), user("young", created="2024-04-07")]
    records = used([event("old", "2024-04-09"), event("young", "2024-04-14")], users)
    assert fraction(figure("seven_day_drop_off", records, as_of=at("2024-04-20"))) == (0, 1)
    assert fraction(figure("seven_day_drop_off", records, as_of=at("2024-04-21"))) == (0, 2)


def test_K22_V5_nobody_mature(figure: Engine) -> None:
    none = figure("seven_day_drop_off", five(), as_of=START + 13 * DAY)
    assert (none.value, none.reason) == (None, "empty_denominator")


def test_K22_V6_in_first_week(figure: Engine) -> None:
    assert fraction(figure("seven_day_drop_off.in_first_week", five())) == (4, 5)


def test_K22_accounts(figure: Engine) -> None:
    records = five()
    records["accounts"] = [account("A", "2024-04-01T09:00"), account("B", "2024-04-01T09:00")]
    records["users"].append(user("other", "B"))
    gone = figure("seven_day_drop_off.accounts", records)
    assert fraction(gone) == (1, 2)
