"""The worked vectors of K11 and of K08 by due contracts, and the rules beside them."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, at, company, phase, rate
from tests.vectors.rows_money import agreed, contract, lost, renewed


def close(figure: Figure, wanted: float) -> bool:
    return figure.value is not None and float(figure.value) == pytest.approx(wanted, abs=1e-6)


def interval(figure: Figure) -> tuple[float, float]:
    assert figure.low is not None
    assert figure.high is not None
    return round(100 * figure.low, 1), round(100 * figure.high, 1)


def sums(figure: Figure) -> tuple[Any, Any]:
    return figure.numerator, figure.denominator


def four_due() -> Records:
    """Four contracts of 100 due in April: renewed at 120, at 80, at 100, and not."""
    due = [contract(name, "2024-04-15") for name in "ABCD"]
    kept = [renewed(row, "2024-04-10", mrr) for row, mrr in zip(due, (120, 80, 100), strict=False)]
    return agreed([*kept, due[3]])


def months(*starts_and_ends: tuple[str, str | None], **more: Any) -> Records:
    """Account A's monthly phases."""
    return company([phase("A", start, end, 100, **more) for start, end in starts_and_ends])


def test_K11_V1_three_of_four_renewed(figure: Engine) -> None:
    records = four_due()
    logo = figure("renewal_rate", records)
    assert sums(logo) == (3, 4)
    assert interval(logo) == (30.1, 95.4)
    gross, net = figure("gross_renewal_rate", records), figure("net_renewal_rate", records)
    assert sums(gross) == (280, 400)
    assert close(gross, 0.7)
    assert sums(net) == (300, 400)
    assert close(net, 0.75)


def test_K08_V8_due_only_on_the_same(figure: Engine) -> None:
    churn = figure("customer_churn_rate.due_only", four_due())
    assert sums(churn) == (1, 4)
    assert interval(churn) == (4.6, 69.9)


def test_K11_V2_a_term_that_ends_as_31_january_begins_is_of_january(figure: Engine) -> None:
    records = agreed([renewed(contract("A", "2024-01-31"), "2024-02-15")])
    assert sums(figure("renewal_rate", records, label="2024-01")) == (1, 1)
    assert figure("renewal_rate", records, label="2024-02").reason == "empty_denominator"


def test_K11_V3_signed_after_the_grace_it_is_not_renewed(figure: Engine) -> None:
    records = agreed([renewed(contract("A", "2024-01-31"), "2024-03-10")])
    assert sums(figure("renewal_rate", records, label="2024-01")) == (0, 1)
    assert figure("renewal_rate", records, label="2024-03").reason == "empty_denominator"
    assert figure("renewal_rate.windfall", records, label="2024-03").reason == "empty_denominator"


def test_K11_V4_a_term_that_ends_as_february_begins_is_of_february(figure: Engine) -> None:
    records = agreed([renewed(contract("A", "2024-02-01"), "2024-01-15")])
    assert figure("renewal_rate", records, label="2024-01").reason == "empty_denominator"
    assert sums(figure("renewal_rate", records, label="2024-02")) == (1, 1)


def test_K11_V5_a_term_of_three_years_is_due_at_its_end_alone(figure: Engine) -> None:
    long = contract("A", "2026-03-10", term_start=at("2023-03-10"))
    every_three = [phase("B", "2023-03-10", None, 100, interval="year", interval_count=3)]
    records = agreed([long], every_three)
    for year in ("2024", "2025"):
        assert figure("renewal_rate", records, "year", year).reason == "empty_denominator"
    assert figure("renewal_rate", records, "year", "2026").denominator == 2


def test_K11_V6_what_is_undecided_within_the_grace_is_pending(figure: Engine) -> None:
    due = [contract(name, "2024-01-10") for name in "ABC"]
    records = agreed([renewed(due[0], "2024-01-05"), lost(due[1], "2024-01-15"), due[2]])
    now: dict[str, Any] = {"label": "2024-01", "as_of": at("2024-01-20")}
    rate = figure("renewal_rate", records, **now)
    assert sums(rate) == (1, 2)
    assert close(rate, 0.5)
    assert close(figure("renewal_rate.pessimistic", records, **now), 1 / 3)
    assert sums(figure("gross_renewal_rate", records, **now)) == (100, 200)
    assert sums(figure("renewal_rate", records, label="2024-01", as_of=at("2024-02-09"))) == (1, 3)
    told_later = agreed([renewed(due[0], "2024-01-25"), lost(due[1], "2024-01-20"), due[2]])
    assert figure("renewal_rate", told_later, **now).reason == "empty_denominator"


def test_K11_V7_decided_as_the_grace_ends_is_not_renewed(figure: Engine) -> None:
    due = contract("A", "2024-04-15")
    for beside, wanted in ((timedelta(0), 0), (-timedelta(microseconds=1), 1)):
        when = due["term_end"] + timedelta(days=30) + beside
        assert figure("renewal_rate", agreed([renewed(due, when)])).value == wanted


def test_K11_V8_late_renewals_where_they_were_signed(figure: Engine) -> None:
    records = agreed(
        [
            renewed(contract("A", "2024-01-20"), "2024-02-05"),
            renewed(contract("B", "2024-02-10"), "2024-02-10"),
        ]
    )
    for label, windfall in (("2024-01", (0, 1)), ("2024-02", (2, 1))):
        assert sums(figure("renewal_rate", records, label=label)) == (1, 1)
        assert sums(figure("renewal_rate.windfall", records, label=label)) == windfall


def test_an_account_with_several_due_counts_once_and_any_renewal_is_one(figure: Engine) -> None:
    both = [contract("A", "2024-04-15"), renewed(contract("A", "2024-04-20"), "2024-04-01")]
    records = agreed([*both, contract("B", "2024-04-15")])
    assert sums(figure("renewal_rate", records)) == (1, 3)
    assert sums(figure("renewal_rate.per_account", records)) == (1, 2)
    assert sums(figure("customer_churn_rate.due_only", records)) == (1, 2)
    early: dict[str, Any] = {"as_of": at("2024-04-25")}
    assert sums(figure("renewal_rate.per_account", records, **early)) == (1, 1)


def test_of_base_is_of_all_customers_at_the_opening(figure: Engine) -> None:
    phases = [phase(name, "2023-04-15", None, 100, interval="year") for name in "ABC"]
    phases.append(phase("D", "2024-01-20", "2024-04-20", 100, end_reason="voluntary"))
    due = renewed(contract("A", "2024-04-15"), "2024-04-01")
    records = agreed([due], phases)
    assert sums(figure("renewal_rate.of_base", records)) == (3, 4)
    assert sums(figure("renewal_rate", records)) == (3, 4)


def test_every_cycle_of_a_monthly_plan_is_a_renewal(figure: Engine) -> None:
    records = months(("2024-01-31", "2024-05-10"))
    for label in ("2024-02", "2024-03", "2024-04"):
        assert sums(figure("renewal_rate", records, label=label)) == (1, 1)
    assert figure("renewal_rate", records, label="2024-01").reason == "empty_denominator"
    assert sums(figure("renewal_rate", records, label="2024-05")) == (0, 1)
    assert figure("renewal_rate", records, label="2024-06").reason == "empty_denominator"
    assert sums(figure("renewal_rate", records, "day", "2024-02-29")) == (1, 1)
    assert sums(figure("renewal_rate", records, "day", "2024-03-31")) == (1, 1)


def test_a_change_of_price_keeps_the_day_of_the_month(figure: Engine) -> None:
    up = months(("2024-01-10", "2024-04-05"))["subscription_phases"]
    records = company([*up, phase("A", "2024-04-05", "2024-04-10", 150), phase("A", "2024-04-10", None, 80)])
    assert sums(figure("renewal_rate", records, "day", "2024-04-10")) == (1, 1)
    assert sums(figure("gross_renewal_rate", records)) == (80, 150)
    assert sums(figure("net_renewal_rate", records, label="2024-03")) == (100, 100)


def test_a_switch_to_another_interval_follows_the_term_that_it_ends(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-02-10", "2024-04-05", 100),
            phase("A", "2024-04-05", None, 960, interval="year"),
        ]
    )
    assert sums(figure("renewal_rate", records)) == (1, 1)
    assert sums(figure("net_renewal_rate", records)) == (80, 100)
    assert figure("renewal_rate", records, label="2024-05").reason == "empty_denominator"


def test_who_comes_back_within_the_grace_has_renewed_late(figure: Engine) -> None:
    gap = [("2024-03-10", "2024-04-10"), ("2024-05-09T23:59:59", None)]
    assert sums(figure("renewal_rate", months(*gap))) == (1, 1)
    assert sums(figure("renewal_rate.windfall", months(*gap))) == (0, 1)
    assert sums(figure("renewal_rate.windfall", months(*gap), label="2024-05")) == (1, 0)
    late = [("2024-03-10", "2024-04-10"), ("2024-05-10", None)]
    assert sums(figure("renewal_rate", months(*late))) == (0, 1)


def test_who_said_no_is_not_pending_and_who_merely_stopped_is(figure: Engine) -> None:
    for why, wanted in (("voluntary", 1), ("payment_failure", 0), (None, 0)):
        records = months(("2024-03-10", "2024-04-10"), end_reason=why)
        answer = figure("renewal_rate", records, as_of=at("2024-05-09"))
        assert sums(answer) == (0, wanted)


def test_a_new_subscription_follows_the_one_that_ended(figure: Engine) -> None:
    moved = [
        phase("A", "2024-03-10", "2024-04-10", 100),
        phase("A", "2024-03-10", "2024-04-10", 50, subscription_id="A-2"),
        phase("A", "2024-04-10T01:00", None, 90, subscription_id="B-1"),
    ]
    records = company([*moved, phase("A", "2024-04-10T01:00", None, 60, subscription_id="B-2")])
    assert sums(figure("renewal_rate", records)) == (2, 2)
    assert sums(figure("net_renewal_rate", records)) == (150, 150)
    merged = company(moved)
    assert sums(figure("renewal_rate", merged)) == (1, 2)
    assert sums(figure("net_renewal_rate", merged)) == (90, 150)


def test_another_subscription_that_runs_on_renews_nothing(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-03-10", "2024-04-10", 100),
            phase("A", "2024-03-20", None, 50, subscription_id="A-2"),
        ]
    )
    assert sums(figure("renewal_rate", records)) == (1, 2)
    assert sums(figure("renewal_rate.per_account", records)) == (1, 1)


def test_a_contract_speaks_for_the_account_while_it_runs(figure: Engine) -> None:
    phases = [phase("A", "2024-01-10", None, 100)]
    kept = renewed(contract("A", "2024-04-10", term_start=at("2024-02-10")), "2024-04-01")
    records = agreed([kept], phases)
    assert sums(figure("renewal_rate", records, label="2024-02")) == (1, 1)
    assert figure("renewal_rate", records, label="2024-03").reason == "empty_denominator"
    assert sums(figure("renewal_rate", records)) == (1, 1)
    assert sums(figure("renewal_rate", records, label="2024-05")) == (1, 1)


def test_contracts_that_say_nothing_are_renewed_by_what_follows(figure: Engine) -> None:
    first = contract("A", "2024-04-15", 100)
    follower = contract("A", "2025-04-15", 110, term_start=at("2024-04-15"))
    assert sums(figure("net_renewal_rate", agreed([first, follower]))) == (110, 100)
    assert sums(figure("net_renewal_rate", agreed([first | {"outcome": "pending"}, follower]))) == (0, 100)
    by_name = first | {"renewed_by": follower["contract_id"], "decided_at": at("2024-06-01")}
    assert sums(figure("net_renewal_rate", agreed([by_name, follower]))) == (0, 100)


def test_both_ends_are_valued_at_the_rate_before_the_period(figure: Engine) -> None:
    due = contract("A", "2024-04-15", 100, currency="EUR")
    rates = [rate("2024-03-31", "EUR", "USD", "1.5"), rate("2024-04-30", "EUR", "USD", "9")]
    follower = contract("A", "2025-04-15", 120, term_start=at("2024-04-15"))
    told = [due | {"outcome": "renewed", "renewed_by": follower["contract_id"]}, follower]
    records = agreed(told, fx_rates=rates)
    assert sums(figure("net_renewal_rate", records)) == (120, 150)
    assert sums(figure("net_renewal_rate", agreed([renewed(due, "2024-04-01", 80)], fx_rates=rates))) == (
        120,
        150,
    )
    assert figure("net_renewal_rate", agreed(told)).reason == "no_rate"


def test_terms_end_by_the_clock_of_the_workspace(figure: Engine) -> None:
    # 00:30 on 10 March and on 10 April in New York, whose clocks turned between.
    records = months(("2024-03-10T05:30", "2024-04-10T04:30"))
    home: dict[str, Any] = {"settings": {"zone": "America/New_York"}}
    assert sums(figure("renewal_rate", records, "day", "2024-04-10", **home)) == (0, 1)
    assert figure("renewal_rate", records, "month", "2024-05", **home).reason == "empty_denominator"
    assert sums(figure("renewal_rate", records, "month", "2024-05")) == (0, 0)
