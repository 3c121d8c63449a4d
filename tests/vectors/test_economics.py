"""The worked vectors of K14 to K16: what a customer is worth, costs to win and costs to keep."""

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
from tests.vectors.adapter import Engine, Figure
from tests.vectors.rows import Records, at, company, phase, rate
from tests.vectors.rows_economics import april, bill, churning, cost, crc, line, refund

EIGHTY = {"gross_margin": Decimal("0.8")}
WON = [april("sales_marketing", 12_000)]


def close(figure: Figure, wanted: float) -> bool:
    return figure.value is not None and float(figure.value) == pytest.approx(wanted, abs=1e-6)


def undefined(figure: Figure, reason: str) -> bool:
    return figure.value is None and figure.reason == reason


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


def test_K16_V1_default_and_variants(figure: Engine) -> None:
    costs = [
        april(kind, 1300) for kind in ("cs_wages", "adoption", "services_training", "customer_marketing")
    ]
    records = crc(*costs, april("cogs", 9999), april("sales_marketing", 9999))
    kept = figure("retention_cost", records)
    assert (kept.numerator, kept.denominator) == (5200, 104)
    assert close(kept, 50)
    assert close(figure("retention_cost.opening", records), 52)
    assert close(figure("retention_cost.closing", records), 5200 / 110)
    assert close(figure("retention_cost.retained", records), 5200 / 95)


def test_K16_V2_a_round_case(figure: Engine) -> None:
    # A hundredth of the vector's 200,000 over 5,000, which is the same quotient.
    records = company(
        [phase(f"A{n:02}", "2024-01-10", None, 10) for n in range(50)], costs=[april("adoption", 2000)]
    )
    assert close(figure("retention_cost", records), 40)


def test_K16_V3_a_cost_of_a_year_is_spread_by_days(figure: Engine) -> None:
    year = cost("2023-01-01", "2024-01-01", "cs_wages", 36_500)
    records = company([phase("A", "2022-01-10", None, 10)], costs=[year])
    assert figure("retention_cost", records, "month", "2023-01").numerator == 3100
    assert figure("retention_cost", records, "month", "2023-02").numerator == 2800
    assert figure("retention_cost", records, "day", "2023-12-31").numerator == 100
    assert undefined(figure("retention_cost", records, "day", "2024-01-01"), "no_data")
    assert figure("retention_cost", records, "year", "2023").numerator == 36_500


def test_K16_V4_no_customers_is_undefined(figure: Engine) -> None:
    records = company([phase("A", "2024-06-01", None, 10)], costs=[april("cs_wages", 100)])
    for variant in ("", ".closing", ".opening", ".retained"):
        assert undefined(figure(f"retention_cost{variant}", records), "empty_denominator")
    assert undefined(figure("retention_cost_ratio", records), "empty_denominator")


def test_K16_the_days_of_a_cost_add_up_to_it_to_the_last_digit(figure: Engine) -> None:
    records = company(
        [phase("A", "2024-01-01", None, 10)], costs=[cost("2024-04-01", "2024-04-08", "cs_wages", 100)]
    )
    days = [figure("retention_cost", records, "day", f"2024-04-0{n}").numerator for n in range(1, 8)]
    assert len(set(days)) > 1
    assert sum(Decimal(str(day)) for day in days) == 100


def test_K16_days_are_those_of_the_workspace(figure: Engine) -> None:
    records = company(
        [phase("A", "2024-01-01", None, 10)], costs=[cost("2024-04-01", "2024-04-02", "cs_wages", 100)]
    )
    for zone in ("Asia/Tehran", "America/Sao_Paulo"):
        assert (
            figure("retention_cost", records, "day", "2024-04-01", settings={"zone": zone}).numerator == 100
        )
        march = figure("retention_cost", records, "month", "2024-03", settings={"zone": zone})
        assert undefined(march, "no_data")


def test_K16_a_cost_abroad_takes_the_rate_of_each_month(figure: Engine) -> None:
    records = company(
        [phase("A", "2024-01-01", None, 10)],
        costs=[cost("2024-04-01", "2024-05-31", "cs_wages", 60, "EUR")],
        fx_rates=[rate("2024-03-31", "EUR", "USD", "1.10"), rate("2024-04-30", "EUR", "USD", "1.20")],
    )
    assert figure("retention_cost", records, "month", "2024-04").numerator == 33
    assert figure("retention_cost", records, "month", "2024-05").numerator == 36
    assert figure("retention_cost", records, "quarter", "2024-Q2").numerator == 69


def test_K16_ratio_is_of_the_mean_of_daily_openings_times_months(figure: Engine) -> None:
    # 91 days of the quarter: 100 on 45 of them, 200 on 46.
    records = company(
        [phase("A", "2024-01-01", "2024-05-15T12:00", 100), phase("A", "2024-05-15T12:00", None, 200)],
        costs=[cost("2024-04-01", "2024-07-01", "cs_wages", 91)],
    )
    kept = figure("retention_cost_ratio", records, "quarter", "2024-Q2")
    assert close(kept, 91 / ((45 * 100 + 46 * 200) / 91 * 3))
    week = figure("retention_cost_ratio", records, "week", "2024-W17")
    assert close(week, 7 / (100 * (7 / 30)))


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
