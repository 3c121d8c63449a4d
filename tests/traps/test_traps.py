"""The mistakes that a query over such tables makes most easily, each with the figure it would spoil.

Both engines are asked, so that a trap that the program falls into does not take the oracle along.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from tests.vectors.adapter import ENGINES, Engine
from tests.vectors.rows import Row, account, at, company, phase, rate


@pytest.fixture(params=sorted(ENGINES))
def figure(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param]


def invoice(name: str, account: str, issued: str, **more: Any) -> Row:
    return {
        "invoice_id": name,
        "account_id": account,
        "subscription_id": f"{account}-1",
        "issued_at": at(issued),
        "currency": "USD",
        "total": Decimal(100),
        "status": "open",
    } | more


def test_many_invoices_users_and_events_do_not_multiply_mrr(figure: Engine) -> None:
    bills = [invoice(f"i{n}", "A", f"2024-0{n}-01") for n in range(1, 6)]
    users = [{"user_id": f"u{n}", "account_id": "A", "created_at": at("2024-01-01")} for n in range(9)]
    records = company([phase("A", "2024-01-01", None, 100)], invoices=bills, users=users)
    assert figure("mrr", records).value == 100
    assert figure("customers", records).value == 1
    assert figure("signups", company([], [account("A", "2024-04-02")], users=users)).value == 1


def test_an_account_with_many_rows_in_time_counts_once(figure: Engine) -> None:
    versions = [
        account("A", "2024-04-02", country="DE"),
        account("A", "2024-04-02", country="FR", valid_from=at("2024-04-20")),
        account("A", "2024-04-02", country="IT", valid_from=at("2024-05-20")),
    ]
    records = company([phase("A", "2024-04-02", None, 100)], versions)
    assert figure("signups", records).value == 1
    assert figure("customers", records).value == 1
    assert figure("mrr", records).value == 100


def test_one_account_with_two_subscriptions_and_two_currencies_is_one_customer(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", None, 100),
            phase("A", "2024-01-01", "2024-04-10", 100, subscription_id="A-2", currency="EUR"),
        ],
        fx_rates=[rate("2024-02-29", "EUR", "USD", "1.5"), rate("2024-03-31", "EUR", "USD", "2")],
    )
    assert figure("customer_churn_rate", records).denominator == 1
    assert figure("customers", records).value == 1
    assert figure("mrr", records).value == 100
    assert figure("mrr_contraction", records).value == 200


def test_a_switch_of_currency_at_one_instant_is_one_movement(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", "2024-04-10", 100, currency="EUR"),
            phase("A", "2024-04-10", None, 150),
        ],
        fx_rates=[rate("2024-03-31", "EUR", "USD", "2"), rate("2024-04-30", "EUR", "USD", "3")],
    )
    assert figure("mrr_contraction", records).value == 50
    assert figure("mrr_expansion", records).value == 0
    assert figure("mrr_churn", records).value == 0
    assert figure("mrr_fx", records).value == 0


def test_a_missing_end_is_for_ever_and_missing_optional_columns_are_no_zero(figure: Engine) -> None:
    bare = phase("A", "2024-01-01", None, 100)
    for column in ("quantity", "interval_count", "end_at"):
        bare[column] = None
    assert figure("mrr", company([bare]), label="2028-04").value == 100


def test_an_invoice_without_subscription_and_an_event_without_account_join_nothing(figure: Engine) -> None:
    bills = [invoice("i1", "A", "2023-01-01", subscription_id=None, due_at=at("2023-01-02"))]
    events = [
        {"event_id": "e1", "user_id": None, "account_id": None, "name": "x", "occurred_at": at("2024-04-09")}
    ]
    late = phase("A", "2024-04-10", None, 100, status="past_due")
    records = company([phase("A", "2024-01-01", "2024-04-10", 100), late], invoices=bills, events=events)
    assert figure("mrr", records).value == 100
    settings = {"core_events": ("x",)}
    assert figure("customer_retention_rate.engaged", records, settings=settings).value == 0


def test_an_account_unknown_to_the_accounts_table_still_pays(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", None, 100)]) | {"accounts": []}
    assert figure("mrr", records).value == 100
    assert figure("signups", records).value == 0


def test_an_end_at_midnight_on_the_first_is_of_the_month_that_begins(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", "2024-05-01", 100), phase("B", "2024-05-01", None, 70)])
    assert figure("mrr", records, label="2024-04").value == 100
    assert figure("customer_churn_rate", records, label="2024-04").value == 0
    assert figure("customer_churn_rate", records, label="2024-05").value == 1
    assert figure("mrr_new", records, label="2024-05").value == 70
    assert figure("mrr_new", records, label="2024-04").value == 0


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("Asia/Tehran", "2024-04-30T20:30"),
        ("America/New_York", "2024-05-01T04:00"),
        ("Asia/Kolkata", "2024-04-30T18:30"),
        ("America/Sao_Paulo", "2024-05-01T03:00"),
    ],
)
def test_midnight_on_the_first_is_that_of_the_workspace(figure: Engine, zone: str, midnight: str) -> None:
    at_it = company([phase("A", "2024-01-01T12:00", midnight, 100)])
    assert figure("mrr_churn", at_it, label="2024-04", settings={"zone": zone}).value == 0
    assert figure("mrr_churn", at_it, label="2024-05", settings={"zone": zone}).value == 100


def test_a_day_that_begins_at_one_o_clock_loses_nothing(figure: Engine) -> None:
    # On 4 November 2018 São Paulo's clocks went from 00:00 to 01:00.
    records = company(
        [phase("A", "2018-01-01", "2018-11-04T02:59:59.999999", 10), phase("B", "2018-11-04T03:00", None, 5)]
    )
    zone = {"zone": "America/Sao_Paulo"}
    assert figure("mrr_churn", records, "day", "2018-11-03", settings=zone).value == 10
    assert figure("mrr_new", records, "day", "2018-11-03", settings=zone).value == 0
    assert figure("mrr_new", records, "day", "2018-11-04", settings=zone).value == 5


def test_a_refund_or_a_paid_or_void_invoice_moves_no_mrr(figure: Engine) -> None:
    bills = [
        invoice("i1", "A", "2024-04-02", status="void"),
        invoice("i2", "A", "2024-04-03", status="uncollectible"),
        invoice("i3", "A", "2024-04-04", status="paid", paid_at=at("2024-04-05")),
    ]
    refund = {"payment_id": "p1", "account_id": "A", "currency": "USD", "amount": Decimal(100)}
    refunds = [refund | {"refund_id": "r1", "at": at("2024-04-09"), "kind": "refund"}]
    records = company([phase("A", "2024-01-01", None, 100)], invoices=bills, refunds=refunds)
    assert figure("mrr", records).value == 100
    assert figure("mrr_contraction", records).value == 0
    assert figure("net_revenue_retention", records).value == 1


MONEY = ("mrr", "arr", "mrr_new", "mrr_churn", "mrr_fx", "mrr_net_new", "one_off_revenue")
COUNTS = ("signups", "paying_customers", "customers", "customers.average", "referrals")
RATES = (
    "arpa",
    "gross_revenue_retention",
    "net_revenue_retention",
    "quick_ratio",
    "customer_churn_rate",
    "customer_churn_rate.exposed",
    "customer_churn_rate.midpoint",
    "customer_churn_rate.customer_days",
    "customer_churn_rate.daily_sum",
    "customer_retention_rate",
    "customer_lifetime",
    "survival.median",
)


@pytest.mark.parametrize(
    "records", [{}, company([phase("A", "2025-01-01", None, 10)])], ids=["none", "later"]
)
def test_a_period_with_nothing_in_it(figure: Engine, records: Any) -> None:
    for name in (*MONEY, *COUNTS):
        assert figure(name, records).value == 0, name
    for name in RATES:
        empty = figure(name, records)
        assert empty.value is None, name
        assert empty.reason, name


def test_a_change_in_mid_period_is_counted_at_its_instant(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", "2024-04-10", 100),
            phase("A", "2024-04-10", "2024-04-20", 400),
            phase("A", "2024-04-20", None, 100, quantity=Decimal(2)),
        ]
    )
    assert figure("mrr_expansion", records).value == 300
    assert figure("mrr_contraction", records).value == 200
    assert figure("mrr", records).value == 200
    assert figure("gross_revenue_retention", records).value == 1


def test_a_zero_length_phase_is_dropped(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", None, 100),
            phase("A", "2024-04-10", "2024-04-10", 900, subscription_id="A-2"),
        ]
    )
    assert figure("mrr_expansion", records).value == 0
    assert figure("mrr", records).value == 100


def gap(hours: str) -> Sequence[Row]:
    return [phase("A", "2024-01-01", "2024-04-29T12:00", 100), phase("A", hours, None, 80)]


def test_a_gap_of_less_than_a_day_is_none_and_of_a_day_is_one(figure: Engine) -> None:
    short = company(gap("2024-04-30T11:59:59.999999"))
    assert figure("mrr_contraction", short).value == 20
    assert figure("mrr_churn", short).value == 0
    whole = company(gap("2024-04-30T12:00"))
    assert figure("mrr_churn", whole).value == 100
    assert figure("mrr_reactivation", whole).value == 80


def test_a_gap_across_the_months_end_runs_on_at_the_old_mrr(figure: Engine) -> None:
    over = [phase("A", "2024-01-01", "2024-04-30T18:00", 100), phase("A", "2024-05-01T12:00", None, 80)]
    records = company(over)
    assert figure("mrr", records, label="2024-04").value == 100
    assert figure("customers", records, label="2024-04").value == 1
    assert figure("gross_revenue_retention", records, label="2024-04").value == 1
    assert figure("gross_revenue_retention.subscription_level", records, label="2024-04").value == 1
    assert figure("mrr_contraction", records, label="2024-05").value == 20


def test_a_pause_is_churn_on_its_ninetieth_day_and_carries_no_mrr_then(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", "2024-02-01", 100),
            phase("A", "2024-02-01", None, 100, status="paused"),
        ]
    )
    assert figure("mrr_contraction", records, label="2024-02").value == 100
    assert figure("customers", records, label="2024-04").value == 1
    assert figure("customers", records, label="2024-05").value == 0
    assert figure("customer_churn_rate", records, label="2024-05").value == 1
    assert figure("mrr_churn", records, label="2024-05").value == 0


def test_grace_runs_from_the_due_date_and_churn_is_not_back_dated(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", "2024-04-05", 100),
            phase("A", "2024-04-05", None, 100, status="past_due"),
        ],
        invoices=[invoice("i1", "A", "2024-03-20", due_at=at("2024-03-25"))],
    )
    assert figure("mrr_churn", records, "day", "2024-04-23").value == 0
    assert figure("mrr_churn", records, "day", "2024-04-24").value == 100
    long_due = records | {"invoices": [invoice("i1", "A", "2023-12-20", due_at=at("2023-12-25"))]}
    assert figure("mrr_churn", long_due, "day", "2024-04-05").value == 100


def test_a_merged_account_brings_its_history_and_its_events(figure: Engine) -> None:
    accounts = [account("A", "2024-01-01"), account("B", "2024-02-01", merged_into="A")]
    event = {"event_id": "e1", "account_id": "B", "name": "x", "occurred_at": at("2024-04-09")}
    records = company(
        [phase("A", "2024-01-01", "2024-03-31T20:00", 60), phase("B", "2024-03-31T22:00", None, 60)],
        accounts,
        events=[event],
    )
    assert figure("customers", records).value == 1
    assert figure("mrr_new", records, label="2024-03").value == 0
    assert figure("mrr_churn", records, label="2024-03").value == 0
    settings = {"core_events": ("x",)}
    assert figure("customer_retention_rate.engaged", records, settings=settings).value == 1


def test_a_spell_of_less_than_a_second_is_not_negative(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-31T23:59:59.999999", "2024-02-01T00:00:00", 10),
            phase("B", "2024-01-01", None, 10),
        ]
    )
    third = figure("survival", records, label="2024-06", of={"months": 3}).value
    assert float(third or 0) == pytest.approx(0.5)
    median = figure("survival.median", records, label="2024-06").value
    assert 0 <= float(-1 if median is None else median) < 1e-6


def test_a_tombstone_takes_the_row_away_and_not_the_sign_up(figure: Engine) -> None:
    row = phase("A", "2024-01-01", None, 100)
    buried = row | {"recorded_at": at("2024-06-01"), "deleted": True}
    told = row | {"recorded_at": at("2024-01-02")}
    records = company([told], [account("A", "2024-04-02", recorded_at=at("2024-01-02"))])
    records["subscription_phases"] = [told, buried]
    assert figure("mrr", records).value == 0
    assert figure("mrr", records, known_at=at("2024-05-01")).value == 100
    assert figure("signups", records).value == 1
