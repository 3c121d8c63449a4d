"""The worked vectors of K26."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from typing import Any

import pytest

from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import account, at, company, phase
from tests.vectors.rows_trials import payment, trial, tried


def close(figure: Figure, value: float) -> bool:
    return figure.value is not None and float(figure.value) == pytest.approx(value, abs=1e-6)


def within(figure: Figure, low: float, high: float) -> bool:
    return (figure.low, figure.high) == pytest.approx((low, high), abs=0.0005)


def sums(figure: Figure) -> tuple[Any, Any]:
    return figure.numerator, figure.denominator


def test_K26_V1_thirty_of_two_hundred(figure: Engine) -> None:
    names = [f"A{n}" for n in range(200)]
    records = tried([trial(name) for name in names], [payment(name, "2024-04-20") for name in names[:30]])
    rate = figure("trial_conversion_rate", records)
    assert close(rate, 0.15)
    assert within(rate, 0.107, 0.206)
    inverse = figure("trial_conversion_rate.seed_inverse", records)
    assert close(inverse, 200 / 30)
    assert inverse.low == pytest.approx(1 / (rate.high or 0))


def test_K26_V2_four_of_ten_within_28_days_and_one_on_day_60(figure: Engine) -> None:
    names = [f"A{n}" for n in range(10)]
    days = ("2024-04-20", "2024-04-24", "2024-05-01", "2024-05-07T23:59:59.999999", "2024-06-09")
    payments = [payment(name, day) for name, day in zip(names, days, strict=False)]
    records = tried([trial(name) for name in names], payments)
    rate = figure("trial_conversion_rate", records)
    assert close(rate, 0.4)
    assert within(rate, 0.168, 0.687)
    assert close(figure("trial_conversion_rate.ever", records), 0.5)
    at_28_days = tried([trial("A")], [payment("A", "2024-05-08")])
    assert sums(figure("trial_conversion_rate", at_28_days)) == (0, 1)


def test_K26_V3_a_card_charged_nothing_is_no_conversion(figure: Engine) -> None:
    records = tried(
        [trial("A")], [payment("A", "2024-04-24", 0), payment("A", "2024-04-25", status="failed")]
    )
    for name in ("trial_conversion_rate", "trial_conversion_rate.ever"):
        assert sums(figure(name, records)) == (0, 1)


def test_K26_V4_converted_then_refunded_and_cancelled_is_converted(figure: Engine) -> None:
    phases = [phase("A", "2024-04-24", "2024-04-25", 20)]
    records = tried([trial("A")], [payment("A", "2024-04-24", status="refunded")], phases)
    assert sums(figure("trial_conversion_rate", records)) == (1, 1)
    assert sums(figure("customer_churn_rate", records, "day", "2024-04-25")) == (1, 1)


def test_K26_V5_a_second_trial_of_the_same_account_is_ignored(figure: Engine) -> None:
    merged = account("B", merged_into="A")
    records = tried(
        [trial("A"), trial("A", "2024-05-10"), trial("B", "2024-05-02")], [payment("A", "2024-05-20")]
    )
    records["accounts"] = [account("A"), merged]
    assert sums(figure("trial_conversion_rate", records)) == (0, 1)
    assert sums(figure("trial_conversion_rate", records, label="2024-05")) == (0, 0)
    assert sums(figure("trial_conversion_rate.ever", records)) == (1, 1)


def test_K26_V6_started_3_days_ago_is_pending(figure: Engine) -> None:
    records = tried([trial("A"), trial("B", "2024-04-01")], [payment("A", "2024-04-12")])
    assert sums(figure("trial_conversion_rate", records, as_of=at("2024-04-13"))) == (0, 0)
    assert sums(figure("trial_conversion_rate", records, as_of=at("2024-04-30"))) == (0, 1)
    assert sums(figure("trial_conversion_rate.ever", records, as_of=at("2024-04-13"))) == (1, 2)


def test_K26_none_is_undefined(figure: Engine) -> None:
    for variant in ("", ".ended", ".ever", ".freemium_to_paid", ".seed_inverse"):
        none = figure(f"trial_conversion_rate{variant}", tried([], [payment("A", "2024-04-12")]))
        assert (none.value, none.reason) == (None, "empty_denominator")


def test_K26_the_length_of_a_trial_is_its_own_or_the_setting(figure: Engine) -> None:
    days = [("A", 30), ("B", None), ("C", 0)]
    trials = [trial(name, "2024-04-01", length) for name, length in days]
    records = tried(trials, [payment(name, "2024-05-14T23:00") for name, _ in days])
    assert sums(figure("trial_conversion_rate", records)) == (1, 3)
    rules = {"trial_length_days": 30}
    assert sums(figure("trial_conversion_rate", records, rules=rules)) == (3, 3)


def test_K26_derived_from_trialing_phases_where_no_trial_is_told_of(figure: Engine) -> None:
    phases = [
        phase("A", "2024-04-10", "2024-04-17", 20, status="trialing"),
        phase("A", "2024-04-17", "2024-04-24", 20, status="trialing"),
        phase("A", "2024-04-24", None, 20),
        phase("B", "2024-04-10", "2024-04-24", 20, status="trialing"),
        phase("C", "2024-04-10", "2024-04-24", 20, status="trialing"),
        phase("D", "2024-04-10", "2024-04-24", 0, status="free"),
    ]
    told = trial("C", "2024-03-01")
    without = company(phases, trials=[told], payments=[])
    # Nobody imported payments: entering a paid phase is the conversion.
    assert sums(figure("trial_conversion_rate", without)) == (1, 2)
    assert sums(figure("trial_conversion_rate.ended", without)) == (1, 2)
    assert sums(figure("trial_conversion_rate.ended", without, label="2024-03")) == (0, 1)
    charged = company(
        phases, trials=[told], payments=[payment("B", "2024-04-26"), payment("A", "2024-05-09")]
    )
    assert sums(figure("trial_conversion_rate", charged)) == (1, 2)


def test_K26_a_trial_told_of_alone_says_itself_when_it_converted(figure: Engine) -> None:
    records = tried([trial("A", converted_at=at("2024-04-24")), trial("B")], [])
    assert sums(figure("trial_conversion_rate", records)) == (1, 2)


def test_K26_who_had_paid_before_the_trial_is_left_out(figure: Engine) -> None:
    payments = [payment("A", "2024-04-09"), payment("A", "2024-04-20"), payment("B", "2024-04-10")]
    records = tried([trial("A"), trial("B")], payments)
    assert sums(figure("trial_conversion_rate", records)) == (1, 1)


def test_K26_ended_counts_by_the_end(figure: Engine) -> None:
    trials = [trial("A", "2024-03-25", ended_at=at("2024-04-08")), trial("B", "2024-03-01"), trial("C")]
    trials.append(trial("D", "2024-04-10", 30, ended_at=at("2024-04-20")))
    records = tried(trials, [payment("D", "2024-05-03"), payment("A", "2024-04-22")])
    ended = figure("trial_conversion_rate.ended", records)
    assert sums(ended) == (1, 3)
    assert sums(figure("trial_conversion_rate.ended", records, as_of=at("2024-04-22"))) == (0, 1)


def test_K26_freemium_to_paid(figure: Engine) -> None:
    phases = [
        phase("up", "2024-01-01", "2024-04-10", 0, status="free"),
        phase("up", "2024-04-10", "2024-04-20", 20),
        phase("stays", "2024-01-01", None, 0, status="free"),
        phase("pays", "2024-01-01", None, 0, status="free"),
        phase("pays", "2024-01-01", None, 20, subscription_id="other"),
        phase("comes", "2024-04-01", "2024-04-05", 0, status="free"),
        phase("comes", "2024-04-05", None, 20),
        phase("later", "2024-01-01", "2024-05-01", 0, status="free"),
        phase("later", "2024-05-01", None, 20),
    ]
    free = figure("trial_conversion_rate.freemium_to_paid", company(phases))
    assert sums(free) == (1, 3)
    assert close(free, 1 / 3)


def test_K26_internal_accounts_try_nothing(figure: Engine) -> None:
    records = tried([trial("A"), trial("B")], [payment("A", "2024-04-20"), payment("B", "2024-04-20")])
    records["accounts"] = [account("A"), account("B", is_internal=True)]
    assert sums(figure("trial_conversion_rate", records)) == (1, 1)
