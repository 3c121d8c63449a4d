"""What each paying customer is still worth: months to come times what it pays a month, times the margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from holdfast.insights.worth.likelihood import Floats
from holdfast.insights.worth.remaining import Group, Learned, group_of

CAP = 60
"""The most months to come that count, unless the rule cap_months says otherwise (K14)."""


@dataclass(frozen=True)
class Range:
    """A value with its 95 % interval."""

    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Paying:
    """A customer: what it pays a month, the whole months behind it, and what it began with."""

    account_id: str
    name: str | None
    mrr: Decimal
    months: int
    plan: str
    term: int


@dataclass(frozen=True)
class Worth:
    """What a customer is worth: the months to come, the value of them, and from what that was learned."""

    of: Paying
    expected: float
    low: float
    high: float
    value: Range
    learned: Learned


def valued(
    customers: Sequence[Paying],
    learned: Mapping[Group, Learned],
    margin: Decimal,
    cap: int = CAP,
    discount: float = 0.0,
) -> tuple[tuple[Worth, ...], Range]:
    """The customers of whom something was learned, the greatest worth first, and what all are worth together.

    The interval is of what is expected; what one customer does varies by more.
    """
    ahead: dict[tuple[Group, int], _Ahead] = {}
    found = list[Worth]()
    for each in customers:
        mine = group_of(learned, each.plan, each.term)
        if mine is None:
            continue
        key = ((mine.plan, mine.term), each.months)
        if key not in ahead:
            ahead[key] = _Ahead(mine.expected(each.months, cap, discount))
        a_month, of = each.mrr * margin, ahead[key]
        of.a_month += a_month
        value = Range(*(a_month * Decimal(str(bound)) for bound in of.bounds))
        found.append(Worth(each, *of.bounds, value, mine))
    found.sort(key=lambda each: (-each.value.value, each.of.account_id))
    return tuple(found), _together(found, list(ahead.values()))


class _Ahead:
    """The months to come of like customers, with what they pay a month together."""

    def __init__(self, months: Floats) -> None:
        low, high = np.percentile(months[1:], [2.5, 97.5]).tolist()
        self.months, self.a_month = months, Decimal(0)
        self.bounds: tuple[float, float, float] = (float(months[0]), low, high)


def _together(found: Sequence[Worth], ahead: Sequence[_Ahead]) -> Range:
    """The worths added up; the interval is of the sum in each draw, as one draw is of all customers."""
    total = sum((each.value.value for each in found), Decimal(0))
    if not ahead:
        return Range(total, total, total)
    draws = np.sum([each.months[1:] * float(each.a_month) for each in ahead], axis=0)
    low, high = np.percentile(draws, [2.5, 97.5]).tolist()
    return Range(total, Decimal(str(low)), Decimal(str(high)))
