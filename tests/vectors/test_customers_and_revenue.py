"""The worked vectors of K01 to K03."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.oracle.intervals import poisson
from tests.vectors.adapter import Engine
from tests.vectors.rows import account, at, company, phase


def money(value: object) -> Decimal:
    """A money value as shown: two places."""
    return Decimal(str(value)).quantize(Decimal("0.01"))


def test_K01_V1_created_at_local_midnight_on_the_first_of_april(figure: Engine) -> None:
    records = company([], [account("A", "2024-04-01T00:00")])
    assert figure("signups", records, label="2024-04").value == 1
    assert figure("signups", records, label="2024-03").value == 0


def test_K01_V2_created_at_local_midnight_on_the_first_of_may(figure: Engine) -> None:
    records = company([], [account("A", "2024-05-01T00:00")])
    assert figure("signups", records, label="2024-04").value == 0
    assert figure("signups", records, label="2024-05").value == 1


def test_K01_V3_tehran_counts_by_its_own_midnight(figure: Engine) -> None:
    records = company([], [account("A", "2024-03-31T20:45")])
    tehran = {"zone": "Asia/Tehran"}
    assert figure("signups", records, label="2024-04", settings=tehran).value == 1
    assert figure("signups", records, label="2024-03", settings=tehran).value == 0


def test_K01_V4_internal_and_merged_accounts_do_not_count(figure: Engine) -> None:
    names = [account(name, "2024-04-09") for name in "ABC"]
    internal = account("D", "2024-04-09", is_internal=True)
    duplicate = account("E", "2024-04-10", merged_into="A")
    assert figure("signups", company([], [*names, internal, duplicate])).value == 3


def test_K01_interval_exact_poisson_for_trend_tests() -> None:
    assert poisson(16) == pytest.approx((9.1, 26.0), abs=0.05)
    assert poisson(0) == pytest.approx((0, 3.7), abs=0.05)


def test_K01_users_and_verified(figure: Engine) -> None:
    users = [
        {"user_id": "u1", "account_id": "A", "created_at": at("2024-04-02"), "email_verified_at": None},
        {
            "user_id": "u2",
            "account_id": "A",
            "created_at": at("2024-04-03"),
            "email_verified_at": at("2024-04-04"),
        },
        {"user_id": "u3", "account_id": "B", "created_at": at("2024-05-01"), "email_verified_at": None},
    ]
    records = company([], [account("A", "2024-04-02"), account("B", "2024-04-02")], users=users)
    assert figure("signups", records).value == 2
    assert figure("signups.users", records).value == 2
    assert figure("signups.verified", records).value == 1


def test_K01_referrals(figure: Engine) -> None:
    accounts = [
        account("A", "2024-01-02"),
        account("B", "2024-04-02", referred_by="A"),
        account("C", "2024-04-02"),
    ]
    records = company([phase("B", "2024-05-01", None, 10)], accounts)
    assert figure("referrals", records).value == 1


def test_K02_V1_a_free_account_is_no_paying_customer(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", None, 100),
            phase("B", "2024-01-01", None, 50),
            phase("C", "2024-01-01", None, 0, status="free"),
        ]
    )
    assert figure("paying_customers", records).value == 2
    assert figure("arpa", records).value == 75


def test_K02_V2_only_trials_leave_arpa_undefined(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", None, 100, status="trialing")])
    assert figure("paying_customers", records).value == 0
    arpa = figure("arpa", records)
    assert (arpa.value, arpa.reason) == (None, "empty_denominator")


def test_K02_V3_two_subscriptions_are_one_customer(figure: Engine) -> None:
    records = company(
        [phase("A", "2024-01-01", None, 30), phase("A", "2024-02-01", None, 20, subscription_id="A-2")]
    )
    assert figure("paying_customers", records).value == 1
    assert figure("arpa", records).value == 50


def test_K02_V4_an_end_at_midnight_on_the_first_is_a_movement_of_may(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", "2024-05-01T00:00", 100)])
    assert figure("paying_customers", records, label="2024-04").value == 1
    assert figure("paying_customers", records, label="2024-05").value == 0
    assert figure("mrr_churn", records, label="2024-04").value == 0
    assert figure("mrr_churn", records, label="2024-05").value == 100


def test_K02_average_is_customer_days_over_days(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", None, 30), phase("B", "2024-04-15T12:00", None, 20)])
    average = figure("customers.average", records)
    assert (average.numerator, average.denominator) == (45, 30)
    assert float(average.value or 0) == pytest.approx(1.5)


def test_K03_V1_annual(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", None, 1200, interval="year")])
    assert figure("mrr", records).value == 100
    assert figure("arr", records).value == 1200


def test_K03_V2_weekly(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", None, 10, interval="week")])
    assert figure("mrr", records).value == Decimal("43.333333333")
    assert money(figure("mrr", records).value) == Decimal("43.33")


def test_K03_V3_two_years_and_a_quarter(figure: Engine) -> None:
    two_years = company([phase("A", "2024-01-01", None, 2400, interval="year", interval_count=2)])
    assert figure("mrr", two_years).value == 100
    quarter = company([phase("A", "2024-01-01", None, 299, interval="month", interval_count=3)])
    assert figure("mrr", quarter).value == Decimal("99.666666667")


def test_K03_V4_cents_are_not_rounded_before_they_are_summed(figure: Engine) -> None:
    records = company([phase(f"A{n}", "2024-01-01", None, "100.00", interval="year") for n in range(100)])
    assert figure("mrr", records).value == Decimal("833.3333333")
    assert money(figure("mrr", records).value) == Decimal("833.33")


def test_K03_V5_a_forever_coupon_counts_and_a_one_cycle_coupon_does_not(figure: Engine) -> None:
    forever = phase("A", "2024-01-01", None, 100, discount_amount=Decimal(50), discount_kind="forever")
    assert figure("mrr", company([forever])).value == 50
    once = phase(
        "A", "2024-01-01", None, 100, discount_amount=Decimal(50), discount_kind="once", discount_cycles=1
    )
    assert figure("mrr", company([once])).value == 100


def test_K03_V6_stripes_example(figure: Engine) -> None:
    monthly = [phase(f"M{n}", "2024-01-01", None, 100) for n in range(100)]
    yearly = [phase(f"Y{n}", "2024-01-01", None, 600, interval="year") for n in range(50)]
    assert figure("mrr", company([*monthly, *yearly])).value == 12500


def test_K03_seed_003_customers_times_arpa_is_mrr(figure: Engine) -> None:
    records = company([phase(f"A{n}", "2024-01-01", None, 750_000) for n in range(1000)])
    assert figure("mrr", records).value == 750_000_000
    customers, arpa = figure("paying_customers", records).value, figure("arpa", records).value
    assert Fraction(customers or 0) * Fraction(arpa or 0) == 750_000_000


def test_K03_latest_subscription_of_a_source_that_keeps_superseded_ones_open(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", None, 30),
            phase("A", "2024-02-01", None, 50, subscription_id="A-2"),
            phase("A", "2024-02-01", None, 20, subscription_id="A-3"),
        ]
    )
    assert figure("mrr", records).value == 100
    assert figure("mrr.latest_subscription", records).value == 50
