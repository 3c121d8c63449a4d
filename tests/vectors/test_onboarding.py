"""The worked vectors of K23 to K25."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, account, at, company
from tests.vectors.rows_beginnings import after, did, event, signed_up, user

STEPS = {"onboarding": "profile_filled, 3 report_made"}
ACTIVATION = {"activation": "report_made"}
TEN = [f"A{n}" for n in range(10)]


def close(figure: Figure, value: float) -> bool:
    return figure.value is not None and float(figure.value) == pytest.approx(value, abs=1e-6)


def within(figure: Figure, low: float, high: float, digits: float = 0.0005) -> bool:
    return (figure.low, figure.high) == pytest.approx((low, high), abs=digits)


def sums(figure: Figure) -> tuple[Any, Any]:
    return figure.numerator, figure.denominator


def test_K23_V1_six_of_ten(figure: Engine) -> None:
    records = signed_up(TEN, [did(name, "toured", days=2) for name in TEN[:6]])
    rate = figure("onboarding_rate", records, settings={"onboarding": "toured"})
    assert close(rate, 0.6)
    assert within(rate, 0.313, 0.832)


def test_K23_V2_the_last_step_at_day_14_is_not_in_time(figure: Engine) -> None:
    late = signed_up(["A"], [did("A", "toured", days=14)])
    assert close(figure("onboarding_rate", late, settings={"onboarding": "toured"}), 0)
    in_time = signed_up(["A"], [did("A", "toured", days=14, microseconds=-1)])
    assert close(figure("onboarding_rate", in_time, settings={"onboarding": "toured"}), 1)


def test_K23_V3_done_on_day_3_but_only_5_days_old(figure: Engine) -> None:
    records = signed_up(["A"], [did("A", "toured", days=3)])
    young = figure("onboarding_rate", records, settings={"onboarding": "toured"}, as_of=after(days=5))
    assert (young.value, young.reason, sums(young)) == (None, "empty_denominator", (0, 0))
    ripe = figure("onboarding_rate", records, settings={"onboarding": "toured"}, as_of=after(days=14))
    assert sums(ripe) == (1, 1)


def test_K23_V4_three_of_four_steps(figure: Engine) -> None:
    settings = {"onboarding": "a, b, c, d"}
    records = signed_up(["A"], [did("A", name, days=1) for name in "abc"])
    assert close(figure("onboarding_rate", records, settings=settings), 0)
    assert sums(figure("onboarding_rate.steps", records, settings=settings)) == (3, 4)


def test_K23_V5_nobody(figure: Engine) -> None:
    for name in ("onboarding_rate", "onboarding_rate.steps"):
        none = figure(name, signed_up([], []), settings=STEPS)
        assert (none.value, none.reason) == (None, "empty_denominator")


def test_K23_a_step_may_ask_for_more_than_once(figure: Engine) -> None:
    filled = [did(name, "profile_filled", days=1) for name in "AB"]
    made = [did(name, "report_made", days=n) for name, often in (("A", 3), ("B", 2)) for n in range(often)]
    assert sums(figure("onboarding_rate", signed_up(["A", "B"], [*filled, *made]), settings=STEPS)) == (1, 2)


def test_K23_judged_by_the_steps_in_force_at_sign_up(figure: Engine) -> None:
    accounts = [account("old", "2024-04-01"), account("at", "2024-04-15"), account("new", "2024-04-20")]
    events = [event("a", at("2024-04-21"), account_id="at"), event("a", at("2024-04-21"), account_id="new")]
    events += [event("a", at("2024-04-02"), account_id="old"), event("b", at("2024-04-22"), account_id="at")]
    records = company([], accounts, events=events, users=[])
    dated = {"onboarding": [(datetime(1, 1, 1), "a"), (at("2024-04-15"), "a, b")]}
    assert sums(figure("onboarding_rate", records, settings=dated)) == (2, 3)
    # Who signed up before there was a list is judged by none.
    begun = {"onboarding": [(at("2024-04-15"), "a, b")]}
    assert sums(figure("onboarding_rate", records, settings=begun)) == (1, 2)
    assert sums(figure("onboarding_rate.steps", records, settings=begun)) == (3, 4)


def test_K23_internal_users_take_no_steps_and_servers_tell_of_them(figure: Engine) -> None:
    users = [user("u", "A"), user("ours", "B", is_internal=True)]
    events = [
        event("toured", after(days=1), user_id="u", origin="server"),
        event("toured", after(days=1), user_id="ours", account_id="B"),
    ]
    records = signed_up(["A", "B"], events, users)
    assert sums(figure("onboarding_rate", records, settings={"onboarding": "toured"})) == (1, 2)


def five() -> Records:
    """Met at 2 h, 3 d, 13 d 23 h, 14 d 0 h, and never."""
    events = [
        did("A0", "report_made", hours=2),
        did("A1", "report_made", days=3),
        did("A2", "report_made", days=13, hours=23),
        did("A3", "report_made", days=14),
    ]
    return signed_up(TEN[:5], events)


def test_K24_V1_three_of_five(figure: Engine) -> None:
    rate = figure("activation_rate", five(), settings=ACTIVATION)
    assert close(rate, 0.6)
    assert within(rate, 0.231, 0.882)


def test_K24_V2_a_sixth_of_5_days_that_has_met_it_is_pending(figure: Engine) -> None:
    records = five()
    records["accounts"].append(account("young", "2024-04-25"))
    records["events"].append(event("report_made", at("2024-04-26"), account_id="young"))
    assert sums(figure("activation_rate", records, settings=ACTIVATION, as_of=at("2024-04-30"))) == (3, 5)
    assert sums(figure("activation_rate", records, settings=ACTIVATION, as_of=at("2024-05-09"))) == (4, 6)


def test_C79_returns_after_the_time_for_activation(figure: Engine) -> None:
    """A met it and was back on days 14 and 16, B did not and was back on day 20; C is not old enough."""
    of_a = [did("A", what, days=days) for what, days in (("report_made", 1), ("seen", 14), ("seen", 16.5))]
    of_b = [did("B", "seen", days=days) for days in (13.9, 20, 20.5)]
    records = signed_up(["A", "B"], [*of_a, did("A", "seen", days=42), *of_b])
    records["accounts"].append(account("C", "2024-04-20"))

    def returned(variant: str, times: int) -> tuple[Any, Any]:
        name, own = f"returns{variant}", {"times": times}
        return sums(figure(name, records, settings=ACTIVATION, as_of=at("2024-05-20"), of=own))

    assert [returned("", times) for times in (1, 2, 3)] == [(2, 2), (1, 2), (0, 2)]
    assert [returned(".met", times) for times in (2, 3)] == [(1, 1), (0, 1)]
    assert [returned(".not_met", times) for times in (1, 2)] == [(1, 1), (0, 1)]


def test_K24_V3_two_of_three_reports(figure: Engine) -> None:
    records = signed_up(["A"], [did("A", "report_made", days=n) for n in (1, 2)])
    assert close(figure("activation_rate", records, settings={"activation": "3 report_made"}), 0)
    third = signed_up(["A"], [*records["events"], did("A", "report_made", days=3)])
    assert close(figure("activation_rate", third, settings={"activation": "3 report_made"}), 1)


def test_K24_V4_two_users_of_one_account_do_two_and_one(figure: Engine) -> None:
    users = [user("u1", "A"), user("u2", "A")]
    events = [
        event("report_made", after(days=n), user_id=who) for n, who in ((1, "u1"), (2, "u1"), (3, "u2"))
    ]
    records, settings = signed_up(["A"], events, users), {"activation": "3 report_made"}
    assert sums(figure("activation_rate", records, settings=settings)) == (1, 1)
    assert sums(figure("activation_rate.users", records, settings=settings)) == (0, 2)
    alone = {"activation": "3 report_made by one user"}
    assert sums(figure("activation_rate", records, settings=alone)) == (0, 1)
    two = {"activation": "2 report_made by one user"}
    assert sums(figure("activation_rate", records, settings=two)) == (1, 1)


def test_K24_V5_nobody_is_mature(figure: Engine) -> None:
    none = figure("activation_rate", five(), settings=ACTIVATION, as_of=after(days=13))
    assert (none.value, none.reason) == (None, "empty_denominator")


def test_K24_all_of_any_of_and_its_own_window(figure: Engine) -> None:
    events = [
        did("A0", "invited", days=1),
        did("A0", "Report Made", days=6),
        did("A1", "imported", days=6),
        did("A1", "invited", days=7),
        did("A2", "imported", days=1),
        did("A3", "imported", days=2),
        did("A3", "invited", days=3),
    ]
    either = '("Report Made" or imported) and 1 invited'
    records = signed_up(TEN[:4], events)
    assert sums(figure("activation_rate", records, settings={"activation": either})) == (3, 4)
    week = {"activation": f"{either} within 7 days"}
    assert sums(figure("activation_rate", records, settings=week)) == (2, 4)
    assert sums(figure("activation_rate", records, settings=week, as_of=after(days=8))) == (2, 4)
    longer = {"activation": "imported within 3 weeks"}
    records["events"].append(did("A0", "imported", days=20))
    assert sums(figure("activation_rate", records, settings=longer)) == (4, 4)


def test_K24_users_sign_up_apart_from_their_account(figure: Engine) -> None:
    users = [user("first", "A"), user("later", "A", "2024-05-20"), user("ours", "A", is_internal=True)]
    events = [
        event("report_made", at(day), user_id=who)
        for day, who in (("2024-04-05", "first"), ("2024-05-25", "later"))
    ]
    records = signed_up(["A"], events, users)
    assert sums(figure("activation_rate.users", records, settings=ACTIVATION)) == (1, 1)
    assert sums(figure("activation_rate.users", records, label="2024-05", settings=ACTIVATION)) == (1, 1)


def test_K25_V1_met_at_one_two_and_ten_days_four_not_at_twelve(figure: Engine) -> None:
    records = signed_up(TEN[:7], [did(f"A{n}", "report_made", days=d) for n, d in enumerate((1, 2, 10))])
    seen: dict[str, Any] = {"settings": ACTIVATION, "as_of": after(days=12)}
    assert close(figure("time_to_value.achievers_median", records, **seen), 2)
    half = figure("time_to_value", records, **seen)
    assert (half.value, half.reason, sums(half)) == (None, "not_reached", (3, 7))


def test_K25_V2_met_at_two_and_twice_five_two_not_at_nine(figure: Engine) -> None:
    records = signed_up(TEN[:5], [did(f"A{n}", "report_made", days=d) for n, d in enumerate((2, 5, 5))])
    half = figure("time_to_value", records, settings=ACTIVATION, as_of=after(days=9))
    assert close(half, 5)
    assert half.low == pytest.approx(2)
    assert half.high is None


def test_K25_V3_met_before_sign_up_is_a_fault_in_the_data(figure: Engine) -> None:
    records = signed_up(["A", "B"], [did("A", "report_made", hours=-1), did("B", "report_made", days=4)])
    assert sums(figure("time_to_value", records, settings=ACTIVATION)) == (1, 1)
    assert close(figure("time_to_value", records, settings=ACTIVATION), 4)
    assert sums(figure("activation_rate", records, settings=ACTIVATION)) == (1, 1)


def test_K25_V4_no_sign_ups_and_nobody_met(figure: Engine) -> None:
    none = figure("time_to_value", signed_up([], []), settings=ACTIVATION)
    assert (none.value, none.reason) == (None, "no_data")
    records = signed_up(TEN[:3], [did("A0", "login", days=1)])
    nobody = figure("time_to_value", records, settings=ACTIVATION, as_of=after(days=12))
    assert (nobody.value, nobody.reason) == (None, "not_reached")
    median = figure("time_to_value.achievers_median", records, settings=ACTIVATION, as_of=after(days=12))
    assert (median.value, median.reason) == (None, "no_data")


def test_K25_the_window_of_the_rate_is_none_of_the_time(figure: Engine) -> None:
    records = signed_up(["A"], [did("A", "report_made", days=20)])
    assert close(figure("time_to_value", records, settings={"activation": "report_made within 7 days"}), 20)
