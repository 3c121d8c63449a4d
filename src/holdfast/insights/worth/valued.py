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
    months: dict[tuple[Group, int], Floats] = {}
    total, found = np.zeros(0), list[Worth]()
    for each in customers:
        mine = group_of(learned, each.plan, each.term)
        if mine is None:
            continue
        key = ((mine.plan, mine.term), each.months)
        if key not in months:
            months[key] = mine.expected(each.months, cap, discount)
        a_month = each.mrr * margin
        total = months[key] * float(a_month) + (total if len(total) else 0.0)
        low, high = np.percentile(months[key][1:], [2.5, 97.5]).tolist()
        middle = float(months[key][0])
        found.append(Worth(each, middle, low, high, _range(a_month, middle, low, high), mine))
    found.sort(key=lambda each: (-each.value.value, each.of.account_id))
    sums = sum((each.value.value for each in found), Decimal(0))
    low, high = np.percentile(total[1:], [2.5, 97.5]).tolist() if found else (0.0, 0.0)
    return tuple(found), Range(sums, _money(low), _money(high))


def _range(a_month: Decimal, middle: float, low: float, high: float) -> Range:
    return Range(*(a_month * Decimal(str(each)) for each in (middle, low, high)))


def _money(value: float) -> Decimal:
    return Decimal(str(value))
