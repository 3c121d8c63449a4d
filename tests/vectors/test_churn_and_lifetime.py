"""The worked vectors of K08, K09, K12 and K13, on fixture L and beside it."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from tests.oracle.lifetime import Spell, median, restricted_mean, survival_at
from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, account, at, company, fixture_k12, fixture_l, phase


def close(figure: Figure, wanted: float) -> bool:
    return figure.value is not None and float(figure.value) == pytest.approx(wanted, abs=1e-6)


def within(figure: Figure, low: float, high: float, places: float = 0.0005) -> bool:
    assert figure.low is not None
    assert figure.high is not None
    return (figure.low, figure.high) == pytest.approx((low, high), abs=places)


def many(opening: int, lost: int) -> Records:
    """So many customers since March, of whom some leave in April."""
    return company(
        phase(f"A{n:04}", "2024-03-10", "2024-04-12" if n < lost else None, 10) for n in range(opening)
    )


def test_K08_V1_start_cohort(figure: Engine) -> None:
    churn = figure("customer_churn_rate", fixture_l())
    assert (churn.numerator, churn.denominator) == (1, 10)
    assert close(churn, 0.1)
    assert within(churn, 0.018, 0.404)


def test_K08_V2_seed_all_churned(figure: Engine) -> None:
    assert close(figure("customer_churn_rate.seed_all_churned", fixture_l()), 0.2)


def test_K08_V3_exposed(figure: Engine) -> None:
    churn = figure("customer_churn_rate.exposed", fixture_l())
    assert (churn.numerator, churn.denominator) == (3, 12)
    assert close(churn, 0.25)


def test_K08_V4_midpoint(figure: Engine) -> None:
    assert close(figure("customer_churn_rate.midpoint", fixture_l()), 0.3)


def test_K08_V5_daily_sum(figure: Engine) -> None:
    assert close(figure("customer_churn_rate.daily_sum", fixture_l()), 0.3)


def test_K08_V6_customer_days(figure: Engine) -> None:
    churn = figure("customer_churn_rate.customer_days", fixture_l())
    assert (churn.numerator, churn.denominator) == (90, 290)
    assert close(churn, 90 / 290)


def test_K08_V7_nobody_leaves_and_nobody_is_there(figure: Engine) -> None:
    still = figure("customer_churn_rate", many(10, 0))
    assert close(still, 0.0)
    assert within(still, 0.0, 0.278)
    empty = figure("customer_churn_rate", many(0, 0))
    assert (empty.value, empty.reason) == (None, "empty_denominator")


def test_K08_seed_003_64_of_1000(figure: Engine) -> None:
    churn = figure("customer_churn_rate", many(1000, 64))
    assert close(churn, 0.064)
    assert within(churn, 0.050, 0.081)


def test_K09_V1_64_of_1000_lost(figure: Engine) -> None:
    assert close(figure("customer_retention_rate", many(1000, 64)), 0.936)


def test_K09_V2_fixture_l_and_its_arithmetic(figure: Engine) -> None:
    kept = figure("customer_retention_rate", fixture_l())
    assert (kept.numerator, kept.denominator) == (9, 10)
    arithmetic = figure("customer_retention_rate.arithmetic", fixture_l())
    assert (arithmetic.numerator, arithmetic.denominator) == (9, 10)
    assert close(arithmetic, 0.9)


def test_K09_V3_nobody_at_the_opening(figure: Engine) -> None:
    empty = figure("customer_retention_rate", many(0, 0))
    assert (empty.value, empty.reason) == (None, "empty_denominator")


def test_K09_V4_engaged(figure: Engine) -> None:
    users = [{"user_id": f"u{n}", "account_id": f"S{n}", "created_at": at("2024-01-10")} for n in range(8)]
    core = {"name": "report_made", "origin": "client"}
    events = [
        {"event_id": f"e{n}", "user_id": f"u{n}", "occurred_at": at("2024-04-09T08:00"), **core}
        for n in range(6)
    ]
    beside = [
        {"event_id": "e6", "user_id": "u0", "occurred_at": at("2024-04-11T08:00"), **core},
        {"event_id": "e7", "user_id": "u6", "occurred_at": at("2024-03-31T08:00"), **core},
        {
            "event_id": "e8",
            "user_id": "u6",
            "occurred_at": at("2024-04-03"),
            "name": "login",
            "origin": "client",
        },
        {"event_id": "e9", "user_id": "u7", "occurred_at": at("2024-04-03"), **core, "origin": "server"},
        {"event_id": "e10", "account_id": "D", "occurred_at": at("2024-04-20"), **core},
    ]
    records = fixture_l() | {"users": users, "events": [*events, *beside]}
    settings = {"core_events": ("report_made",)}
    kept = figure("customer_retention_rate.engaged", records, settings=settings)
    assert (kept.numerator, kept.denominator) == (6, 10)
    assert close(kept, 0.6)


def test_K09_engaged_a_user_who_changed_accounts_engages_the_newest_alone(figure: Engine) -> None:
    phases = [phase(name, "2024-01-01", None, 60) for name in ("A", "B")]
    rows = [
        {"user_id": "u", "account_id": name, "valid_from": at(day), "created_at": at("2024-01-01")}
        for name, day in (("A", "2024-01-01"), ("B", "2024-03-01"))
    ]
    event = {"event_id": "e1", "user_id": "u", "name": "x", "occurred_at": at("2024-04-09")}
    records = company(phases, users=rows, events=[event])
    kept = figure("customer_retention_rate.engaged", records, settings={"core_events": ("x",)})
    assert (kept.numerator, kept.denominator) == (1, 2)


def survival(figure: Engine, month: int) -> Figure:
    return figure("survival", fixture_k12(), label="2024-06", of={"months": month})


def test_K12_V1_survival_at_one_three_and_four_months(figure: Engine) -> None:
    first, third = survival(figure, 1), survival(figure, 3)
    assert close(first, 5 / 6)
    assert within(first, 0.273, 0.975)
    assert close(third, 0.625)
    assert within(third, 0.142, 0.893)
    # S(4) = S(6), the nearest month that every engine reports.
    sixth = survival(figure, 6)
    assert close(sixth, 0.3125)
    assert within(sixth, 0.013, 0.734)


def test_K12_V2_median(figure: Engine) -> None:
    assert close(figure("survival.median", fixture_k12(), label="2024-06"), 4)


def test_K12_V3_mean_up_to_six_months(figure: Engine) -> None:
    mean = figure("customer_lifetime.km_restricted_mean", fixture_k12(), label="2024-06", of={"months": 6})
    assert close(mean, 1 + 5 / 3 + 0.625 + 0.625)


def test_K12_V4_nobody_churned(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", None, 10)])
    whole = figure("survival", records, label="2024-06", of={"months": 3})
    assert close(whole, 1.0)
    assert (whole.low, whole.high) == (None, None)
    half = figure("survival.median", records, label="2024-06")
    assert (half.value, half.reason) == (None, "not_reached")


def test_K12_V5_no_customers(figure: Engine) -> None:
    none = figure("survival", company([]), label="2024-06", of={"months": 3})
    assert none.value is None
    assert none.reason


SIX = [(1, True), (2, False), (3, True), (3, False), (4, True), (6, False)]


def test_K12_V6_late_entry_of_a_seventh_customer() -> None:
    seen = [Spell(Fraction(months), left) for months, left in SIX]
    seen.append(Spell(Fraction(5), left=False, entered=Fraction(2)))
    wanted = {1: 5 / 6, 3: 2 / 3, 4: 4 / 9}
    for month, value in wanted.items():
        assert float(survival_at(seen, month).value or 0) == pytest.approx(value, abs=1e-9)
    third, fourth = survival_at(seen, 3), survival_at(seen, 4)
    assert (third.low, third.high) == pytest.approx((0.195, 0.904), abs=0.0005)
    assert (fourth.low, fourth.high) == pytest.approx((0.066, 0.785), abs=0.0005)


def test_K12_final_churn_sees_through_the_gaps(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", "2024-02-01", 10),
            phase("A", "2024-03-01", "2024-05-01", 10),
            phase("B", "2024-01-01", "2024-03-01", 10),
            phase("B", "2024-04-01", None, 10),
        ]
    )
    first = figure("survival", records, label="2024-06", of={"months": 3})
    assert close(first, 0.0)
    final = figure("survival.final_churn", records, label="2024-06", of={"months": 3})
    assert close(final, 1.0)
    assert close(figure("survival.final_churn", records, label="2024-06", of={"months": 6}), 0.5)


def test_K13_V1_64_of_1000(figure: Engine) -> None:
    stay = figure("customer_lifetime", many(1000, 64))
    assert close(stay, 1000 / 64)
    assert within(stay, 12.4, 19.8, 0.05)


def test_K13_V2_one_of_ten(figure: Engine) -> None:
    stay = figure("customer_lifetime", many(10, 1))
    assert close(stay, 10)
    assert within(stay, 2.5, 55.9, 0.05)


def test_K13_V3_none_of_ten(figure: Engine) -> None:
    stay = figure("customer_lifetime", many(10, 0))
    assert (stay.value, stay.reason) == (None, "no_churn")
    assert stay.low == pytest.approx(3.6, abs=0.05)


def test_K13_V4_nobody(figure: Engine) -> None:
    stay = figure("customer_lifetime", many(0, 0))
    assert stay.value is None
    assert stay.reason in ("empty_denominator", "no_churn")


def test_K13_V5_km_restricted_mean_to_six_months() -> None:
    seen = [Spell(Fraction(months), left) for months, left in SIX]
    assert float(restricted_mean(seen, 6).value or 0) == pytest.approx(3.917, abs=0.0005)
    assert median(seen).value == 4


def test_K13_pools_the_trailing_twelve_months(figure: Engine) -> None:
    begin = at("2024-01-10")
    leavers = [
        phase(f"A{n}", "2024-01-10", (begin + timedelta(days=31 * n)).isoformat(), 10) for n in range(1, 4)
    ]
    stay = figure("customer_lifetime", company(leavers, [account("A1")]), label="2024-06")
    assert (stay.numerator, stay.denominator) == (6, 3)
