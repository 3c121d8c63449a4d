"""The worked vectors of K16: what customers cost to keep."""

# ruff: noqa: N802 - a vector carries its label as kpis.md writes it

from __future__ import annotations

from decimal import Decimal
from typing import Any

from holdfast.metrics import Asked, find, measure
from holdfast.metrics.shared_costs import shared_costs
from tests.vectors.adapter import Engine, desk_for
from tests.vectors.rows import company, phase, rate
from tests.vectors.rows_economics import april, close, cost, crc, undefined


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


def test_K16_V1_sensitivity_to_the_shares_of_shared_costs() -> None:
    """By hand: 5,200 over 104, of which wages are 3,120; 2,080 of marketing that now counts as winning."""
    records = crc(april("cs_wages", 3120), april("adoption", 2080), april("sales_marketing", 2080))
    desk = desk_for(records, {}, {}, None)
    (period,) = desk.basis.calendar.periods("month", "2024-04", "2024-04")
    (figure,) = measure(Asked([find("retention_cost")], [period]), desk.layout, desk.basis.rules)
    shared = {cost.category: cost for cost in shared_costs(figure, desk.layout(desk.basis.rules), [period])}
    told: dict[str, Any] = {name: (c.none, c.half, c.whole, c.counted) for name, c in shared.items()}
    assert told == {
        "cs_wages": (20, 35, 50, True),
        "adoption": (30, 40, 50, True),
        "sales_marketing": (50, 60, 70, False),
    }


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
