"""Users and the days they were active on, by the windows that periods end with (K17, K18).

Whatever the grain, a window ends with the period's last local day; where a period is cut at
the data end, that is the day cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from holdfast.periods import Period
from holdfast.timelines.acts import USER, activity_until, acts_by_day, placed, qualifying
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import with_period, with_reason

WINDOWS = {"days_of_1": 1, "days_of_7": 7, "days_of_28": 28, "days_of_30": 30}
"""Trailing windows by the column that counts the active days in each."""

_bit_count = ibis.udf.scalar.builtin(lambda bits: ..., name="bit_count", signature=((dt.int64,), dt.int8))


def active_users(layout: Layout, periods: Sequence[Period]) -> Any:
    """Users by period with their active days in each of the windows that end with it.

    Columns besides the usual: those of `WINDOWS`, and `days_of_month` (of the calendar month so
    far).
    """
    acts = qualifying(activity_until(layout, periods), layout.basis)
    days = acts.filter(acts.user_id.notnull()).select(*USER, "day")
    return placed(_in_windows(days, USER, periods), layout, periods)


def active_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """The same for accounts: the days on which anyone acted at them."""
    acts = qualifying(acts_by_day(layout, periods), layout.basis)
    rows = _in_windows(acts.select("account_id", "day"), ("account_id",), periods)
    return with_period(with_reason(rows, layout), periods)


def _in_windows(days: Any, subject: Sequence[str], periods: Sequence[Period]) -> Any:
    """Each subject by period with how many of its days, however often each is there, are in each window.

    A subject's days are the bits of one number, that of the last day of the period the lowest: to add
    a day that is there already changes nothing, so none need be sorted out before.
    """
    bounds = in_memory(
        [
            {
                "period_start": p.start,
                "last_day": p.last_day,
                "widest": _widest(p),
                "of_month": _lowest(p.last_day.day),
            }
            for p in periods
        ],
        schema={"period_start": "timestamp(6)", "last_day": "date", "widest": "date", "of_month": "int64"},
    )
    # Said as two dates as well, so that an engine reads no day outside of all the windows.
    first, last = min(_widest(p) for p in periods), max(p.last_day for p in periods)
    days = days.filter((days.day >= ibis.literal(first)) & (days.day <= ibis.literal(last)))
    near = days.join(bounds, [days.day >= bounds.widest, days.day <= bounds.last_day])
    bit = ibis.literal(1, "int64") << near.last_day.delta(near.day, unit="day")
    each = near.group_by(["period_start", *subject]).agg(bits=bit.bit_or(), of_month=near.of_month.max())
    told = {name: _days_in(each.bits & _lowest(length)) for name, length in WINDOWS.items()}
    return each.mutate(**told, days_of_month=_days_in(each.bits & each.of_month)).drop("bits", "of_month")


def _lowest(days: int) -> int:
    """A number of which so many of the lowest bits are set."""
    return (1 << days) - 1


def _days_in(bits: Any) -> Any:
    return _bit_count(bits).cast("int64")


def _widest(period: Period) -> date:
    """The first day of any window that ends with the period."""
    return min(period.last_day - timedelta(days=29), period.last_day.replace(day=1))


TIMELINES: dict[str, Callable[..., Any]] = {"active_users": active_users, "active_accounts": active_accounts}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
