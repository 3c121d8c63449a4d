"""The worked vectors of K10, and the rules beside them."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.vectors.adapter import Engine, Figure, by_holdfast
from tests.vectors.rows import Records, Row, at, company, phase, rate
from tests.vectors.rows_money import attempt, bill, collected, line, paid


def close(figure: Figure, wanted: float) -> bool:
    return figure.value is not None and float(figure.value) == pytest.approx(wanted, abs=1e-6)


def interval(figure: Figure) -> tuple[float, float]:
    assert figure.low is not None
    assert figure.high is not None
    return round(100 * figure.low, 1), round(100 * figure.high, 1)


def churned(involuntary: int, others: int) -> Records:
    """So many that left in April because a payment failed, and so many others."""
    reasons = ["payment_failure"] * involuntary + ["voluntary", None, "other", "plan_change"] * others
    chosen = reasons[: involuntary + others]
    leavers = [phase(f"L{n}", "2024-01-10", "2024-04-15", 10, end_reason=why) for n, why in enumerate(chosen)]
    return company([*leavers, phase("S", "2024-01-10", None, 10)])


def five_failed() -> Records:
    """Five invoices that fail on 3 April; the first three are paid nine days later."""
    bills, attempts = [], []
    for n, total in enumerate((100, 100, 60, 90, 50)):
        owed = bill(f"A{n}", "2024-04-03", total)
        attempts.append(attempt(owed, "2024-04-03T00:05"))
        bills.append(paid(owed, "2024-04-12") if n < 3 else owed)
    return collected(bills, attempts)


def test_K10_V1_three_of_ten_churned_by_a_failed_payment(figure: Engine) -> None:
    share = figure("involuntary_churn_share", churned(3, 7))
    assert (share.numerator, share.denominator) == (3, 10)
    assert close(share, 0.3)
    assert interval(share) == (10.8, 60.3)


def test_K10_V2_three_of_five_failed_invoices_come_back(figure: Engine) -> None:
    records = five_failed()
    by_amount = figure("payment_recovery_rate", records)
    assert (by_amount.numerator, by_amount.denominator) == (260, 400)
    assert close(by_amount, 0.65)
    assert close(figure("payment_recovery_rate.by_count", records), 0.6)


def test_K10_V2_an_amount_has_an_interval_over_invoices() -> None:
    # Two accounts, so that the interval would be another one over accounts.
    records = five_failed()
    shared = [row | {"account_id": "A0"} for row in records["invoices"][1:]]
    together = records | {"invoices": [records["invoices"][0], *shared]}
    apart, joined = (
        by_holdfast("payment_recovery_rate", records),
        by_holdfast("payment_recovery_rate", together),
    )
    assert apart.low is not None
    assert (apart.low, apart.high) == (joined.low, joined.high)


def test_K10_V3_paid_after_thirty_days_to_the_instant_is_not_recovered(figure: Engine) -> None:
    owed = bill("A", "2024-04-03")
    for beside, recovered in ((timedelta(0), 0), (-timedelta(microseconds=1), 1)):
        when = (at("2024-04-03T00:05") + timedelta(days=30) + beside).isoformat()
        records = collected([paid(owed, when)], [attempt(owed, "2024-04-03T00:05")])
        assert figure("payment_recovery_rate.by_count", records).value == recovered
        assert figure("payment_recovery_rate", records).value == recovered


def test_K10_V4_four_failures_and_a_payment_are_one_failure_and_one_recovery(figure: Engine) -> None:
    owed = bill("A", "2024-04-03")
    tries = [attempt(owed, f"2024-04-{day:02}") for day in (3, 4, 6, 8)]
    records = collected([owed], [*tries, attempt(owed, "2024-04-12", "succeeded", via="retry")])
    answer = figure("payment_recovery_rate.by_count", records)
    assert (answer.numerator, answer.denominator) == (1, 1)


@pytest.mark.parametrize("name", ["payment_recovery_rate", "payment_recovery_rate.by_count"])
def test_K10_V5_ten_days_after_the_failure_it_is_pending_even_if_paid(figure: Engine, name: str) -> None:
    owed = bill("A", "2024-04-03")
    for owing in (owed, paid(owed, "2024-04-05")):
        records = collected([owing], [attempt(owed, "2024-04-03")])
        early = figure(name, records, as_of=at("2024-04-13"))
        assert (early.value, early.denominator, early.reason) == (None, 0, "empty_denominator")
        before = figure(name, records, as_of=at("2024-05-03") - timedelta(microseconds=1))
        assert before.value is None
        assert figure(name, records, as_of=at("2024-05-03")).denominator != 0


def test_K10_V6_six_of_eight_paid_at_the_first_attempt(figure: Engine) -> None:
    bills = [bill(f"A{n}", "2024-04-03") for n in range(8)]
    attempts = [attempt(each, "2024-04-03", "succeeded") for each in bills[:6]]
    attempts += [attempt(bills[6], "2024-04-03"), attempt(bills[6], "2024-04-05", "succeeded")]
    attempts += [attempt(bills[7], "2024-04-03"), attempt(bills[7], "2024-04-06")]
    rate = figure("authorisation_rate", collected(bills, attempts))
    assert (rate.numerator, rate.denominator) == (6, 8)
    assert close(rate, 0.75)
    assert interval(rate) == (40.9, 92.9)


def test_K10_V7_none_churned_is_undefined(figure: Engine) -> None:
    share = figure("involuntary_churn_share", company([phase("S", "2024-01-10", None, 10)]))
    assert (share.value, share.reason) == (None, "empty_denominator")


def test_grace_that_runs_out_without_a_word_is_a_failed_payment(figure: Engine) -> None:
    for why, wanted in ((None, 1), ("voluntary", 0), ("payment_failure", 1)):
        late = phase("A", "2024-03-05", "2024-06-01", 10, status="past_due", end_reason=why)
        records = company([phase("A", "2024-01-05", "2024-03-05", 10), late])
        assert figure("involuntary_churn_share", records).value == wanted


def test_grace_that_runs_out_after_a_request_to_cancel_is_no_failed_payment(figure: Engine) -> None:
    asked: Row = {"status": "past_due", "cancel_requested_at": at("2024-03-20")}
    late = phase("A", "2024-03-05", "2024-06-01", 10, **asked)
    records = company([phase("A", "2024-01-05", "2024-03-05", 10), late])
    assert figure("involuntary_churn_share", records).value == 0


def test_who_pays_on_with_another_subscription_has_not_left_by_the_first(figure: Engine) -> None:
    first = phase("A", "2024-01-05", "2024-04-05", 10, end_reason="payment_failure")
    second = phase("A", "2024-01-05", "2024-04-20", 10, subscription_id="A-2", end_reason="voluntary")
    assert figure("involuntary_churn_share", company([first, second])).value == 0


def test_one_that_cancels_while_its_payment_is_failing_stays_in_the_denominator(figure: Engine) -> None:
    owed = bill("A", "2024-04-03") | {"status": "void"}
    phases = [phase("A", "2024-01-03", "2024-04-10", 100, end_reason="voluntary")]
    records = collected([owed], [attempt(owed, "2024-04-03")]) | {"subscription_phases": phases}
    answer = figure("payment_recovery_rate", records)
    assert (answer.numerator, answer.denominator) == (0, 100)


def test_only_recurring_invoices_count(figure: Engine) -> None:
    recurring, extra, unlined, loose = (bill(name, "2024-04-03") for name in "ABCD")
    loose["subscription_id"] = None
    lines = [line(recurring, "one_off"), line(recurring), line(extra, "one_off"), line(extra, "usage")]
    bills = [recurring, extra, unlined, loose]
    records = collected(bills, [attempt(each, "2024-04-03") for each in bills], lines)
    assert figure("payment_recovery_rate.by_count", records).denominator == 2
    assert figure("authorisation_rate", records).denominator == 2


def test_what_was_paid_and_refunded_later_was_authorised(figure: Engine) -> None:
    owed = bill("A", "2024-04-03")
    records = collected([paid(owed, "2024-04-03")], [attempt(owed, "2024-04-03", "refunded")])
    assert figure("authorisation_rate", records).value == 1
    assert figure("payment_recovery_rate", records).reason == "empty_denominator"


def test_an_attempt_that_fails_once_the_invoice_is_paid_is_no_failure(figure: Engine) -> None:
    owed = bill("A", "2024-04-03")
    records = collected([paid(owed, "2024-04-03T10:00")], [attempt(owed, "2024-04-03T11:00")])
    assert figure("payment_recovery_rate.by_count", records).reason == "empty_denominator"


def test_amounts_are_valued_at_the_rate_before_the_period(figure: Engine) -> None:
    dollars, euros = bill("A", "2024-04-03"), bill("B", "2024-04-20", currency="EUR")
    attempts = [attempt(dollars, "2024-04-03"), attempt(euros, "2024-04-20")]
    records = collected([dollars, paid(euros, "2024-04-21")], attempts)
    told = records | {"fx_rates": [rate("2024-03-31", "EUR", "USD", "1.5")]}
    answer = figure("payment_recovery_rate", told)
    assert (answer.numerator, answer.denominator) == (150, 250)
    assert figure("payment_recovery_rate", records).reason == "no_rate"
    assert figure("payment_recovery_rate.by_count", records).value == 0.5
