"""The worked vectors of K14 and K15: what a customer is worth and costs to win."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from holdfast.errors import UsageError
from holdfast.metrics import find
from holdfast.metrics.given import given_figures
from holdfast.periods import Calendar
from tests.program import figures
from tests.vectors.adapter import Engine
from tests.vectors.rows import Records, at, company, phase
from tests.vectors.rows_economics import april, bill, churning, close, cost, line, refund, undefined

EIGHTY = {"gross_margin": Decimal("0.8")}
WON = [april("sales_marketing", 12_000)]


def by_hand(value: str, frequency: str, lifespan: str) -> Decimal:
    (figure,) = given_figures(
        find("lifetime_value.seed_purchase"),
        {"purchase_value": value, "purchase_frequency": frequency, "lifespan": lifespan},
        Calendar().periods("month", "2024-04", "2024-04"),
        "IRR",
    )
    assert isinstance(figure.value, Decimal)
    return figure.value


def test_K14_V1_margin_and_revenue(figure: Engine) -> None:
    records = churning(25, 1)
    assert close(figure("lifetime_value", records, settings=EIGHTY), 1600)
    assert close(figure("lifetime_value.revenue", records), 2000)


def test_K14_V2_seed_purchase_by_hand() -> None:
    assert by_hand("50000", "3/month", "24 months") == 3_600_000


def test_K14_V3_a_lifespan_in_years_is_converted_and_one_without_a_unit_refused() -> None:
    assert by_hand("50000", "3 per month", "2 years") == 3_600_000
    assert by_hand("50000", "36/year", "2years") == 3_600_000
    with pytest.raises(UsageError, match="lifespan cannot be '2'"):
        by_hand("50000", "3/month", "2")
    with pytest.raises(UsageError, match="purchase_frequency cannot be '3'"):
        by_hand("50000", "3", "24months")


def test_K14_V3_the_message_says_what_would_be_right() -> None:
    with pytest.raises(UsageError) as refused:
        by_hand("50000", "3/month", "2")
    assert "24months" in (refused.value.hint or "")


def test_K14_V4_no_churn_is_undefined(figure: Engine) -> None:
    assert undefined(figure("lifetime_value", churning(25, 0), settings=EIGHTY), "no_churn")
    assert undefined(figure("lifetime_value.revenue", churning(25, 0)), "no_churn")


def test_K14_V5_without_a_margin_only_revenue_is_known(figure: Engine) -> None:
    assert undefined(figure("lifetime_value", churning(25, 1)), "margin_unknown")
    assert close(figure("lifetime_value.revenue", churning(25, 1)), 2000)


def test_K14_V6_the_lifetime_is_capped_on_request(figure: Engine) -> None:
    records = churning(100, 1)
    assert close(figure("lifetime_value", records, settings=EIGHTY), 6400)
    assert close(figure("lifetime_value", records, settings=EIGHTY, rules={"cap_months": 60}), 3840)


def test_K14_nobody_pays_at_the_closing(figure: Engine) -> None:
    assert undefined(figure("lifetime_value", churning(3, 3), settings=EIGHTY), "empty_denominator")


def test_K14_margin_is_counted_over_the_months_that_have_costs_of_goods(figure: Engine) -> None:
    # April opens each of its 30 days with 25 x 80, but for the 18 days after one has left.
    revenue = Decimal(12 * 25 * 80 + 18 * 24 * 80) / 30
    records = churning(25, 1, costs=[april("cogs", 390)])
    worth = figure("lifetime_value", records)
    assert close(worth, float(80 * (1 - Decimal(390) / revenue) * 25))


def test_K14_more_cost_of_goods_than_revenue_is_a_loss(figure: Engine) -> None:
    worth = figure("lifetime_value", churning(25, 1, costs=[april("cogs", 9999)]))
    assert worth.value is not None
    assert worth.value < 0


def test_K14_a_missing_rate_is_named(figure: Engine) -> None:
    records = churning(25, 1, costs=[cost("2024-04-01", "2024-05-01", "cogs", 1, "EUR")])
    assert undefined(figure("lifetime_value", records), "no_rate")


def test_R10_metered_charges_are_a_third_of_three_months(figure: Engine) -> None:
    issued = {"2024-02-01": 30, "2024-03-31": 60, "2024-04-30": 45, "2024-01-31": 999, "2024-05-01": 999}
    bills = [bill("A", None, amount, issued_at=at(day)) for day, amount in issued.items()]
    void = bill("A", None, 999, issued_at=at("2024-04-02"), status="void")
    lines = [line(each, "usage", int(each["total"])) for each in (*bills, void)]
    beside = [line(bills[0], "one_off", 7), line(bills[1], "recurring", 7)]
    records = company(
        [phase("A", "2024-01-10", None, 80)], invoices=[*bills, void], invoice_lines=[*lines, *beside]
    )
    assert figure("usage_mrr", records).value == 45
    assert figure("usage_mrr", records, "week", "2024-W18").value == 45
    assert figure("usage_mrr", records, label="2024-12").value == 0
    assert figure("mrr", records).value == 80


def fixture_realised() -> Records:
    """A and B first pay in April, C did in March; bills with tax, usage, discount, void and unpaid ones."""
    mixed = bill("A", "2024-04-20", 130, tax=Decimal(10), discount=Decimal(5))
    usage = bill("A", "2024-05-20", 40)
    lines = [line(mixed, "recurring", 80), line(mixed, "one_off", 20), line(mixed, "usage", 25)]
    return company(
        [
            phase("A", "2024-04-10", None, 80),
            phase("B", "2024-04-11", None, 80),
            phase("C", "2024-03-10", None, 80),
        ],
        invoices=[
            mixed,
            usage,
            bill("A", "2024-06-01", 119, tax=Decimal(19)),
            bill("A", "2024-06-02", 119, subtotal=Decimal(105), discount=Decimal(5), tax=Decimal(19)),
            bill("A", None, 500),
            bill("A", "2024-06-03", 700, status="void"),
            bill("C", "2024-06-01", 900),
        ],
        invoice_lines=[*lines, line(usage, "usage", 40)],
        refunds=[refund("A", "2024-06-10", 30), refund("C", "2024-06-10", 900)],
    )


def test_K14_realised_is_what_the_cohort_paid_less_refunds(figure: Engine) -> None:
    worth = figure("lifetime_value.realised", fixture_realised())
    assert (worth.numerator, worth.denominator) == (95 + 100 + 100 - 30, 2)
    assert close(worth, 132.5)


def test_K14_realised_counts_to_the_instant_and_no_further(figure: Engine) -> None:
    june = figure("lifetime_value.realised", fixture_realised(), as_of=at("2024-06-02"))
    assert june.numerator == 95 + 100
    later = figure("lifetime_value.realised", fixture_realised(), as_of=at("2024-06-02T00:00:00.000001"))
    assert later.numerator == 95 + 200


def test_K14_realised_of_no_cohort_is_undefined(figure: Engine) -> None:
    assert undefined(
        figure("lifetime_value.realised", fixture_realised(), label="2024-05"), "empty_denominator"
    )


def test_K14_seed_purchase_counted_is_value_times_frequency_times_lifespan(figure: Engine) -> None:
    # 21 daily openings of 10 in March; in April 12 of 10 and, one having left, 18 of 9.
    bills = [bill("A001", "2024-03-15", 50), bill("A002", "2024-04-15", 70)]
    months = 10 * 21 / 31 + (12 * 10 + 18 * 9) / 30
    worth = figure("lifetime_value.seed_purchase", churning(10, 1, invoices=bills))
    assert close(worth, 60 * (2 / months) * 10)


def test_K14_seed_purchase_without_purchases_has_no_data(figure: Engine) -> None:
    assert undefined(figure("lifetime_value.seed_purchase", churning(10, 1)), "no_data")


def test_K15_V1_cost_over_new_customers(figure: Engine) -> None:
    won = figure("acquisition_cost", churning(25, 1, 20, costs=WON))
    assert (won.numerator, won.denominator) == (12_000, 20)
    assert close(won, 600)
    assert (won.low, won.high) == (None, None)


def test_K15_V2_lifetime_value_over_cost(figure: Engine) -> None:
    assert close(figure("ltv_to_cac", churning(25, 1, 20, costs=WON), settings=EIGHTY), 1600 / 600)


def test_K15_V3_payback(figure: Engine) -> None:
    assert close(figure("cac_payback", churning(25, 1, 20, costs=WON), settings=EIGHTY), 600 / 64)


def test_K15_V4_nobody_new_is_undefined(figure: Engine) -> None:
    for name in ("acquisition_cost", "ltv_to_cac", "cac_payback"):
        assert undefined(figure(name, churning(25, 1, costs=WON), settings=EIGHTY), "empty_denominator")


def test_K15_V5_only_those_who_pay_are_new(figure: Engine) -> None:
    trials = [phase(f"T{n:02}", "2024-04-02", "2024-04-16", 50, status="trialing") for n in range(12)]
    paid = [phase(f"T{n:02}", "2024-04-16", None, 50) for n in range(3)]
    won = figure("acquisition_cost", company([*trials, *paid], costs=WON))
    assert (won.denominator, close(won, 4000)) == (3, True)


def test_K15_one_who_returns_is_not_new(figure: Engine) -> None:
    back = [phase("B", "2024-01-10", "2024-02-10", 50), phase("B", "2024-04-10", None, 50)]
    won = figure("acquisition_cost", company([*back, phase("N", "2024-04-10", None, 50)], costs=WON))
    assert won.denominator == 1


def test_K15_no_cost_recorded_is_no_data_and_not_free(figure: Engine) -> None:
    others = [april("cogs", 10), cost("2024-03-01", "2024-04-01", "sales_marketing", 10)]
    for name in ("acquisition_cost", "ltv_to_cac", "cac_payback"):
        assert undefined(figure(name, churning(25, 1, 20, costs=others), settings=EIGHTY), "no_data")
    nothing = figure("acquisition_cost", churning(25, 1, 20, costs=[april("sales_marketing", 0)]))
    assert nothing.value == 0


def test_K15_what_earns_nothing_never_pays_back(figure: Engine) -> None:
    records = churning(25, 1, 20, costs=[*WON, april("cogs", 99_999)])
    assert undefined(figure("cac_payback", records), "not_reached")


def test_an_interval_has_the_value_inside_and_narrows_with_more_accounts() -> None:
    def bounds(times: int, **settings: object) -> tuple[float, float, float]:
        records = churning(25 * times, times, 2 * times, costs=WON)
        (worth,) = figures(["lifetime_value"], records, "month", "2024-04", "2024-04", settings=settings)
        assert worth.value is not None
        assert worth.low is not None
        assert worth.high is not None
        return float(worth.low), float(worth.value), float(worth.high)

    few, many = bounds(4, **EIGHTY), bounds(16, **EIGHTY)
    for low, value, high in (few, many):
        assert low < value < high
    assert many[2] - many[0] < few[2] - few[0]


def test_costs_stand_in_no_segment() -> None:
    records = churning(25, 1, 20, costs=[*WON, april("cogs", 100), april("cs_wages", 100)])
    names = ["lifetime_value", "acquisition_cost", "ltv_to_cac", "retention_cost", "retention_cost_ratio"]
    split = figures(names, records, "month", "2024-04", "2024-04", by=["country"])
    assert {figure.metric for figure in split} == set(names)
    assert {figure.reason for figure in split} == {"not_allocated"}
    (settled,) = figures(
        ["lifetime_value"], records, "month", "2024-04", "2024-04", by=["country"], settings=EIGHTY
    )
    assert settled.value == 1600


def test_a_period_after_the_records_has_no_data() -> None:
    (worth,) = figures(
        ["lifetime_value"], churning(25, 1), "month", "2024-05", "2024-05", as_of=datetime(2024, 5, 1)
    )
    assert (worth.value, worth.reason, worth.status) == (None, "no_data", "provisional")
