"""Users and the days they were active on, by the windows that periods end with (K17, K18).

Whatever the grain, a window ends with the period's last local day; where a period is cut at
the data end, that is the day cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.acts import USER, acts_by_day, placed, qualifying, user_days
from holdfast.timelines.basis import whole
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import with_period, with_reason

WINDOWS = {"days_of_1": 1, "days_of_7": 7, "days_of_28": 28, "days_of_30": 30}
"""Trailing windows by the column that counts the active days in each."""


def active_users(layout: Layout, periods: Sequence[Period]) -> Any:
    """Users by period with their active days in each of the windows that end with it.

    Columns besides the usual: those of `WINDOWS`, and `days_of_month` (of the calendar month so
    far).
    """
    days = user_days(layout, periods)
    near = _in_windows(days, periods)
    return placed(near.group_by(["period_start", *USER]).agg(**_counted(near)), layout, periods)


def active_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """The same for accounts: the days on which anyone acted at them."""
    acts = qualifying(acts_by_day(layout, periods), layout.basis)
    days = acts.select("account_id", "day").distinct()
    near = _in_windows(days, periods)
    rows = near.group_by(["period_start", "account_id"]).agg(**_counted(near))
    return with_period(with_reason(rows, layout), periods)


def _in_windows(days: Any, periods: Sequence[Period]) -> Any:
    bounds = in_memory(
        [
            {
                "period_start": p.start,
                "last_day": p.last_day,
                "month_first": p.last_day.replace(day=1),
                "widest": _widest(p),
            }
            for p in periods
        ],
        schema={"period_start": "timestamp(6)", "last_day": "date", "month_first": "date", "widest": "date"},
    )
    # Said as two dates as well, so that an engine reads no day outside of all the windows.
    first, last = min(_widest(p) for p in periods), max(p.last_day for p in periods)
    days = days.filter((days.day >= ibis.literal(first)) & (days.day <= ibis.literal(last)))
    return days.join(bounds, [days.day >= bounds.widest, days.day <= bounds.last_day])


def _widest(period: Period) -> date:
    """The first day of any window that ends with the period."""
    return min(period.last_day - timedelta(days=29), period.last_day.replace(day=1))


def _counted(near: Any) -> dict[str, Any]:
    """How many of a subject's days, each there once, are in each window."""
    ago = near.last_day.delta(near.day, unit="day")
    inside = {name: ago < length for name, length in WINDOWS.items()}
    inside["days_of_month"] = near.day >= near.month_first
    return {name: whole(held.cast("int64").sum()) for name, held in inside.items()}


TIMELINES: dict[str, Callable[..., Any]] = {"active_users": active_users, "active_accounts": active_accounts}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
