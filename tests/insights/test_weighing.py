"""An effort held against its cost, worked by hand (C70)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.insights.weighing import Effort, Outset, weigh


def outset(**more: Any) -> Outset:
    known: dict[str, Any] = {
        "mrr": Decimal(1000),
        "loss": Decimal("0.1"),
        "losses": (Decimal("0.1"),),
        "margin": None,
        "customers": 10,
        "kept_for": Decimal(200),
        "month": "2025-03",
    }
    return Outset(**(known | more))


def test_what_is_saved_is_the_difference_of_two_courses() -> None:
    # Without it 900 and 810; with half the losses prevented 950 and 902.50.
    found = weigh(Effort(monthly=Decimal(50), saves=Decimal("0.5"), months=2), outset())
    assert [(m.without, m.held, m.gained, m.paid) for m in found.months] == [
        (Decimal(900), Decimal(950), Decimal(50), Decimal(50)),
        (Decimal(810), Decimal("902.5"), Decimal("142.5"), Decimal(100)),
    ]
    assert (found.retained, found.added, found.net) == (Decimal("142.5"), Decimal(0), Decimal("42.5"))
    assert found.pays_from == 1


def test_what_those_who_stay_pay_more_is_added_to_what_is_left() -> None:
    found = weigh(Effort(adds=Decimal("0.02"), months=1), outset(margin=Decimal("0.8")))
    assert (found.added, found.retained) == (Decimal(18), Decimal(0))
    assert found.months[-1].gained == Decimal("14.4")


def test_what_is_paid_once_must_come_back() -> None:
    found = weigh(Effort(once=Decimal(100), saves=Decimal("0.5"), months=2), outset())
    assert [month.gained >= month.paid for month in found.months] == [False, True]
    assert found.pays_from == 2
    dear = weigh(Effort(once=Decimal(1000), saves=Decimal("0.5"), months=2), outset())
    assert (dear.pays_from, dear.least, dear.net) == (None, None, Decimal("-857.5"))


def test_the_least_it_must_prevent_is_where_it_just_pays() -> None:
    effort = Effort(monthly=Decimal(50), saves=Decimal("0.5"), months=2)
    least = weigh(effort, outset()).least
    assert least is not None
    at_least = weigh(Effort(monthly=Decimal(50), saves=least, months=2), outset())
    assert 0 <= at_least.net < Decimal("0.001")
    assert weigh(Effort(saves=Decimal("0.5")), outset()).least == 0


def test_the_range_is_that_of_the_months_seen() -> None:
    effort = Effort(monthly=Decimal(50), saves=Decimal("0.5"), months=1)
    found = weigh(effort, outset(losses=(Decimal(0), Decimal("0.1"), Decimal("0.3"))))
    assert (found.lowest, found.highest) == (Decimal(-50), Decimal(100))


def test_keeping_a_customer_costs_what_it_did_and_the_share_of_the_effort() -> None:
    found = weigh(Effort(once=Decimal(120), monthly=Decimal(10), months=12), outset())
    assert (found.each_before, found.each_after) == (Decimal(20), Decimal(22))
    assert weigh(Effort(), outset(kept_for=None)).each_after is None


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"months": 0}, "0 months"),
        ({"months": 121}, "121 months"),
        ({"saves": Decimal("1.5")}, "0% and 100%"),
        ({"once": Decimal(-1)}, "not below 0"),
    ],
)
def test_what_cannot_be_planned_is_refused(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        Effort(**given)


def test_where_nobody_pays_there_is_nothing_to_keep() -> None:
    with pytest.raises(UsageError, match="Nobody pays"):
        weigh(Effort(), outset(mrr=Decimal(0)))
