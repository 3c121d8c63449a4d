"""The worked vectors of K04 to K07, on fixture M and beside it."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.oracle import Company
from tests.oracle.intervals import bootstrap
from tests.oracle.revenue import gross_revenue_retention
from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, at, company, fixture_m, phase, rate

KINDS = ("new", "expansion", "contraction", "churn", "reactivation", "net_new")


def bridge(figure: Engine, records: Records) -> dict[str, Any]:
    return {kind: figure(f"mrr_{kind}", records).value for kind in KINDS}


def close(figure: Figure, wanted: float) -> bool:
    return figure.value is not None and float(figure.value) == pytest.approx(wanted, abs=1e-6)


def three_accounts(*closings: int) -> Records:
    """A, B, C at 100 each in March; in mid April they come to `closings`."""
    phases = []
    for name, closing in zip("ABC", closings, strict=True):
        phases.append(phase(name, "2024-01-01", "2024-04-15", 100))
        if closing:
            phases.append(phase(name, "2024-04-15", None, closing))
    return company(phases)


def euro() -> Records:
    """One account at EUR 100, and a rate that rises."""
    rates = [rate("2024-03-31", "EUR", "USD", "1.10"), rate("2024-04-30", "EUR", "USD", "1.20")]
    return company([phase("E", "2024-01-01", None, 100, currency="EUR")], fx_rates=rates)


def test_K04_V1_fixture_m_by_the_ledger(figure: Engine) -> None:
    records = fixture_m()
    assert bridge(figure, records) == {
        "new": 70,
        "expansion": 50,
        "reactivation": 80,
        "churn": 100,
        "contraction": 130,
        "net_new": -30,
    }
    assert figure("mrr", records, label="2024-03").value == 300
    assert figure("mrr", records, label="2024-04").value == 270


def test_K04_V2_fixture_m_by_period_net(figure: Engine) -> None:
    records = fixture_m()
    netted = {kind: figure(f"mrr_{kind}.period_net", records).value for kind in KINDS[:-1]}
    assert netted == {"new": 70, "expansion": 20, "reactivation": 0, "churn": 0, "contraction": 120}
    assert 70 + 20 - 120 == figure("mrr_net_new", records).value == -30


def test_K04_V3_one_of_two_subscriptions_ends(figure: Engine) -> None:
    for ending, staying in ((40, 60), (60, 40)):
        records = company(
            [
                phase("A", "2024-01-01", "2024-04-10", ending),
                phase("A", "2024-01-01", None, staying, subscription_id="A-2"),
            ]
        )
        assert figure("mrr_contraction", records).value == ending
        assert figure("mrr_churn", records).value == 0


def test_K04_V4_a_rate_that_changes_is_fx_and_no_movement(figure: Engine) -> None:
    records = euro()
    assert figure("mrr_fx", records, label="2024-04").value == 10
    assert figure("mrr", records, label="2024-04").value == 120
    assert set(bridge(figure, records).values()) == {0}
    assert figure("mrr", records, label="2024-03").value == 110


def test_K04_V5_a_one_off_sale_stays_outside_mrr(figure: Engine) -> None:
    invoice = {
        "invoice_id": "i1",
        "account_id": "A",
        "issued_at": at("2024-04-12"),
        "currency": "USD",
        "total": Decimal(500),
        "status": "paid",
        "paid_at": at("2024-04-13"),
    }
    line = {"line_id": "l1", "invoice_id": "i1", "kind": "one_off", "amount": Decimal(500)}
    training = {"accounts": company([])["accounts"], "invoices": [invoice], "invoice_lines": [line]}
    records = training | {
        "accounts": [{"account_id": "A", "created_at": at("2024-01-01")}],
        "subscription_phases": [],
    }
    assert figure("mrr", records).value == 0
    assert figure("one_off_revenue", records).value == 500


def test_K05_V1_min_of_closing_and_opening(figure: Engine) -> None:
    kept = figure("gross_revenue_retention", three_accounts(150, 80, 0))
    assert (kept.numerator, kept.denominator) == (180, 300)
    assert close(kept, 0.6)


def test_K05_V1_bootstrap_interval_of_three_accounts(figure: Engine) -> None:
    records = three_accounts(150, 80, 0)
    cohort = gross_revenue_retention(Company(records), Company(records).place.period("month", "2024-04"))
    pairs = [(float(min(pair)), float(pair[0])) for pair in cohort.aside["pairs"]]
    assert bootstrap(pairs) == pytest.approx((0, 1), abs=0.02)
    shown = figure("gross_revenue_retention", records)
    if shown.low is not None:
        assert (shown.low, shown.high) == pytest.approx((0, 1), abs=0.02)


def test_K05_V2_fixture_m_snapshot_and_ledger(figure: Engine) -> None:
    assert close(figure("gross_revenue_retention", fixture_m()), 180 / 300)
    assert close(figure("gross_revenue_retention.ledger", fixture_m()), 1 - 230 / 300)


def test_K05_V3_up_and_down_within_a_year(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2023-06-01", "2024-03-01", 100),
            phase("A", "2024-03-01", "2024-08-01", 150),
            phase("A", "2024-08-01", None, 120),
        ]
    )
    assert close(figure("gross_revenue_retention", records, "year", "2024"), 1.0)
    assert close(figure("gross_revenue_retention.ledger", records, "year", "2024"), 0.7)


def test_K05_V4_an_exchange_rate_loses_no_revenue(figure: Engine) -> None:
    kept = figure("gross_revenue_retention", euro())
    assert (kept.numerator, kept.denominator) == (110, 110)
    assert close(kept, 1.0)


def test_K05_V5_no_opening_customers(figure: Engine) -> None:
    kept = figure("gross_revenue_retention", company([phase("A", "2024-04-02", None, 10)]))
    assert (kept.value, kept.reason) == (None, "empty_denominator")


def test_K05_V6_a_product_swap_is_punished_by_subscription_alone(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2024-01-01", "2024-04-10", 60),
            phase("A", "2024-01-01", "2024-04-10", 40, subscription_id="A-2"),
            phase("A", "2024-04-10", None, 100, subscription_id="A-2"),
        ]
    )
    assert close(figure("gross_revenue_retention", records), 1.0)
    assert close(figure("gross_revenue_retention.subscription_level", records), 0.4)


def test_K06_V1_growth_offsets_losses(figure: Engine) -> None:
    assert close(figure("net_revenue_retention", three_accounts(150, 80, 0)), 230 / 300)


def test_K06_V2_fixture_m_and_its_variants(figure: Engine) -> None:
    assert close(figure("net_revenue_retention", fixture_m()), 200 / 300)
    assert close(figure("net_revenue_retention.ledger_with_reactivation", fixture_m()), 200 / 300)
    assert close(figure("net_revenue_retention.baremetrics", fixture_m()), 0.4)


def test_K06_V3_a_return_from_before_the_opening(figure: Engine) -> None:
    records = company(
        [
            phase("A", "2023-06-01", "2024-01-10", 90),
            phase("A", "2024-04-10", None, 90),
            phase("B", "2023-06-01", None, 300),
        ]
    )
    assert close(figure("net_revenue_retention", records), 1.0)
    assert close(figure("net_revenue_retention.ledger_with_reactivation", records), 1.3)


def test_K06_V4_a_new_customer_is_outside(figure: Engine) -> None:
    records = company([phase("A", "2024-01-01", None, 100), phase("B", "2024-04-10", None, 70)])
    assert close(figure("net_revenue_retention", records), 1.0)


def test_K06_V5_opening_zero(figure: Engine) -> None:
    kept = figure("net_revenue_retention", company([phase("A", "2024-04-02", None, 10)]))
    assert (kept.value, kept.reason) == (None, "empty_denominator")


def movements_of(new: int, expansion: int, churn: int, contraction: int) -> Records:
    """An April with these movements, of one account each."""
    phases = [phase("N", "2024-04-05", None, new)] if new else []
    if expansion:
        phases += [
            phase("X", "2024-01-01", "2024-04-05", 50),
            phase("X", "2024-04-05", None, 50 + expansion),
        ]
    if churn:
        phases += [phase("L", "2024-01-01", "2024-04-05", churn)]
    if contraction:
        phases += [
            phase("S", "2024-01-01", "2024-04-05", 50),
            phase("S", "2024-04-05", None, 50 - contraction),
        ]
    return company(phases)


def test_K07_V1_gains_over_losses(figure: Engine) -> None:
    assert close(figure("quick_ratio", movements_of(20, 8, 5, 3)), 3.5)


def test_K07_V2_fixture_m_with_and_without_reactivation(figure: Engine) -> None:
    assert close(figure("quick_ratio", fixture_m()), 200 / 230)
    assert close(figure("quick_ratio.without_reactivation", fixture_m()), 120 / 230)


def test_K07_V3_no_losses(figure: Engine) -> None:
    quick = figure("quick_ratio", movements_of(10, 0, 0, 0))
    assert (quick.value, quick.reason) == (None, "no_losses")


def test_K07_V4_only_losses(figure: Engine) -> None:
    assert close(figure("quick_ratio", movements_of(0, 0, 10, 0)), 0.0)


def test_K07_V5_nothing_at_all(figure: Engine) -> None:
    quick = figure("quick_ratio", company([phase("A", "2024-01-01", None, 10)]))
    assert (quick.value, quick.reason) == (None, "no_losses")


def test_R14_a_missing_rate_leaves_the_figure_undefined(figure: Engine) -> None:
    records = euro()
    records["fx_rates"] = [row for row in records["fx_rates"] if row["day"] != date(2024, 4, 30)]
    lacking = figure("mrr", records, label="2024-04")
    assert (lacking.value, lacking.reason) == (None, "no_rate")
    assert figure("mrr", records, label="2024-03").value == 110
