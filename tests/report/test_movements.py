"""Movements of periods are added up where each period opens as the one before it closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from holdfast.metrics import Figure
from holdfast.report.workbook.movements import STEPS, by_period, is_chain, opening_of
from tests.report.made_up import figure

MOVED = dict(zip(STEPS, (50, 20, 5, 10, 30, -1), strict=True))


def months(*closings: int) -> list[Figure]:
    """Months of the same movements, which add 34, with these closings."""
    found = []
    for month, closing in enumerate(closings, 1):
        found += [figure(name, month, Decimal(value), "USD") for name, value in MOVED.items()]
        found.append(figure("mrr", month, Decimal(closing), "USD"))
    return found


def test_the_opening_is_the_closing_less_what_moved_it() -> None:
    (month,) = by_period(months(134)).values()
    assert opening_of(month) == 100


def test_months_on_end_are_a_chain() -> None:
    assert is_chain(by_period(months(134, 168, 202)))
    assert is_chain(by_period(months(134)))
    assert is_chain({})


def test_a_segment_that_accounts_come_into_between_months_is_none() -> None:
    assert not is_chain(by_period(months(134, 170)))


def test_windows_that_overlap_are_none() -> None:
    early = [
        replace(each, period_start=datetime(2024, each.period_start.month, 1)) for each in months(134, 168)
    ]
    assert not is_chain(by_period(early))


def test_a_month_of_which_something_is_not_known_is_left_away() -> None:
    some = [each for each in months(134, 168) if (each.metric, each.period_label) != ("mrr_fx", "2025-01")]
    assert list(by_period(some)) == ["2025-02"]
