"""The truth file: it closes to the last digit, and a second count from the tables agrees."""

from __future__ import annotations

from datetime import date

import pytest

from holdfast.company import Company, simulate
from tests.company import recount


def test_the_bridge_closes_to_the_ninth_decimal_in_every_month(company: Company) -> None:
    previous = 0
    for row in company.truth["months"].to_pylist():
        moved = row["new"] + row["expansion"] + row["reactivation"] - row["contraction"] - row["churn"]
        assert row["opening_mrr"] == previous
        assert row["opening_mrr"] + moved + row["fx"] == row["closing_mrr"]
        previous = row["closing_mrr"]
    assert previous > 0


@pytest.mark.parametrize(("zone", "seed"), [("UTC", 1), ("America/New_York", 2), ("Asia/Tehran", 3)])
def test_the_truth_equals_a_plain_count_of_the_exported_tables(zone: str, seed: int) -> None:
    company = simulate(600, 15, seed=seed, zone=zone)
    counted = recount.count(company.tables, company.end)
    rows = recount.months(counted, recount.bounds(date(2024, 1, 1), 15, zone))
    for told, mine in zip(company.truth["months"].to_pylist(), rows, strict=True):
        assert {name: told[name] for name in mine} == mine, told["month"]


def test_every_kind_of_movement_and_churn_happens(company: Company) -> None:
    kinds = set(company.truth["movements"]["kind"].to_pylist())
    assert kinds == {"new", "expansion", "contraction", "churn", "reactivation"}
    causes = set(company.truth["churns"]["cause"].to_pylist())
    assert {"poor_adoption", "lacking_value", "price", "payment_failure", "business_closed"} <= causes
    months = company.truth["months"]
    assert all(
        sum(months[name].to_pylist()) > 0 for name in ("customers_lost", "joined_and_left", "left_and_back")
    )


def test_customers_lost_over_a_year_need_a_year(company: Company) -> None:
    lost = company.truth["months"]["customers_lost_12_months"].to_pylist()
    assert lost[:11] == [None] * 11
    assert lost[14] > 0
