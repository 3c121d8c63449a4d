"""Two ways of counting one figure: the accounts between them add up to the difference exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.flow.answering.comparing import Other
from holdfast.metrics import CATALOG
from holdfast.metrics.bridge import Bridge
from holdfast.rulebook import Rulebook
from tests.flow import rows
from tests.flow.telling import Told

SUMS = ["mrr_fx", "customers", "net_revenue_retention", "customer_churn_rate", "customer_lifetime"]


def adds_up(bridge: Bridge) -> None:
    """The parts are the difference, and the difference is that of the two figures."""
    assert bridge.difference is not None
    assert sum((row.part for row in bridge.rows if row.part), Decimal(0)) == bridge.difference
    after, before = (Decimal(str(figure.value)) for figure in (bridge.after, bridge.before))
    assert abs(bridge.difference - (after - before)) < Decimal("1e-17")


def left(name: str, day: int) -> dict[str, Any]:
    return rows.phase(name, end_at=datetime(2025, 3, day, 12), end_reason="voluntary")


def discounted(name: str) -> dict[str, Any]:
    return rows.phase(name, discount_kind="once", discount_amount=Decimal(30))


def tell(told: Told) -> Told:
    """Twelve accounts of which three leave in March, one of them for a day; two with a coupon."""
    back = {**rows.phase("a03"), "phase_id": "p-back", "start_at": datetime(2025, 3, 12, 6)}
    told.tell(rows.beginning())
    told.tell(rows.step("subscription_phases", left("a03", 10), back, left("a04", 11), left("a05", 20)))
    told.tell(rows.step("subscription_phases", discounted("a06"), discounted("a07")))
    return told


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The company, told once; tests do not tell it more."""
    with Told.create(tmp_path_factory.mktemp("compared") / "told", {"currency": "USD"}) as made:
        yield tell(made)


@pytest.mark.parametrize("name", SUMS)
def test_parts_add_up_whatever_is_compared(company: Told, name: str) -> None:
    rulebook = Rulebook(merge_gap_hours=72, discount_policy="all")
    variants = [metric.full_name for metric in CATALOG.values() if metric.name == name and metric.variant]
    others: list[Other] = [{"rulebook": rulebook}, {"against": "2025-02"}]
    others += [{"variant": variant} for variant in variants if not CATALOG[variant].given]
    for other in others:
        bridge = company.space.compare(name, "month", "2025-03", **other)
        if bridge.before.value is not None and bridge.after.value is not None:
            adds_up(bridge)
        else:
            assert bridge.reason


@pytest.mark.parametrize("name", ["mrr", "customer_churn_rate", "net_revenue_retention"])
def test_each_value_of_a_dimension_has_a_bridge_of_its_own(company: Told, name: str) -> None:
    """By currency: disjoint, so that totals move by as much together as alone."""
    found = company.space.compare_each(name, "month", "2025-03", by=["currency"], against="2025-02")
    whole = company.space.compare(name, "month", "2025-03", against="2025-02")
    now, then = (
        {
            figure.segment["currency"]: figure
            for figure in company.space.kpis([name], first=month, last=month, by=["currency"])
        }
        for month in ("2025-03", "2025-02")
    )
    assert {bridge.after.segment["currency"] for bridge in found} == now.keys() | then.keys()
    for bridge in found:
        own = now.get(bridge.after.segment["currency"])
        assert bridge.after.numerator == (own.numerator if own else 0)
        adds_up(bridge)
    assert {row.account_id for each in found for row in each.rows} >= {row.account_id for row in whole.rows}
    if name == "mrr":
        assert sum(bridge.difference or 0 for bridge in found) == whole.difference


def test_a_value_that_nobody_has_on_one_side_is_nothing_there(company: Told) -> None:
    found = company.space.compare_each("mrr", "month", "2025-01", by=["currency"], against="2024-12")
    assert [(bridge.before.value, bridge.after.numerator) for bridge in found] == [
        (0, bridge.difference) for bridge in found
    ]
    for bridge in found:
        adds_up(bridge)


def test_each_account_names_the_rule_that_moved_it(company: Told) -> None:
    rulebook = Rulebook(merge_gap_hours=72, discount_policy="all")
    mrr = company.space.compare("mrr", "month", "2025-03", rulebook=rulebook)
    assert {(row.account_id, row.because) for row in mrr.rows} == {
        ("a06", "discount_policy"),
        ("a07", "discount_policy"),
    }
    assert mrr.difference == -60
    churn = company.space.compare("mrr_churn", "month", "2025-03", rulebook=rulebook)
    moved = {row.account_id: row.because for row in churn.rows}
    assert moved == {"a03": "merge_gap_hours"}
    assert churn.difference == -100


def test_a_correction_names_the_record(told: Told) -> None:
    company = tell(told)
    before = company.warehouse.known_at()
    company.tell(rows.step("subscription_phases", rows.phase("a08", "250")))
    bridge = company.space.compare("mrr", "month", "2025-03", known_at=before)
    adds_up(bridge)
    assert [(row.account_id, row.because, row.part) for row in bridge.rows] == [
        ("a08", "subscription_phases p-a08", Decimal(150))
    ]
    assert bridge.before == company.space.kpis(["mrr"], first="2025-03", last="2025-03", known_at=before)[0]


def test_the_same_twice_has_nothing_between(company: Told) -> None:
    bridge = company.space.compare("mrr", "month", "2025-03", rulebook=company.space.rulebook())
    assert list(bridge.rows) == []
    assert bridge.difference == 0


def test_between_periods_accounts_come_in_go_out_and_change(company: Told) -> None:
    bridge = company.space.compare("mrr", "month", "2025-03", against="2025-02")
    adds_up(bridge)
    turns = {row.account_id: row.because for row in bridge.rows}
    assert turns["a04"] == "went out: no_mrr_at_closing"
    assert set(turns) == {"a04", "a05"}
    assert set(turns.values()) <= {"went out", "went out: no_mrr_at_closing"}


def test_a_curve_has_rows_and_no_parts(company: Told) -> None:
    bridge = company.space.compare("survival", "month", "2025-03", rulebook=Rulebook(merge_gap_hours=72))
    assert (bridge.difference, bridge.reason) == (None, "not_a_sum")
    assert [row.account_id for row in bridge.rows] == ["a03"]


def test_an_undefined_side_says_why(company: Told) -> None:
    bridge = company.space.compare("arpa", "month", "2025-03", against="2024-12")
    assert (bridge.difference, bridge.reason) == (None, "empty_denominator")


@pytest.mark.parametrize(
    "other", [{}, {"against": "2025-02", "variant": "mrr.latest_subscription"}], ids=["none", "two"]
)
def test_one_thing_is_compared_at_a_time(company: Told, other: Other) -> None:
    with pytest.raises(UsageError, match="one thing to compare"):
        company.space.compare("mrr", "month", "2025-03", **other)


def test_figures_by_other_rules_are_those_of_a_workspace_with_them(told: Told) -> None:
    company = tell(told)
    strict = replace(company.space.rulebook(), merge_gap_hours=72)
    by_other = company.space.kpis(first="2025-03", last="2025-03", rulebook=strict)
    company.set({"rules.merge_gap_hours": 72})
    assert company.space.kpis(first="2025-03", last="2025-03") == by_other
    assert company.space.rulebook() == strict
