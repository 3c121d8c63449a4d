"""Cohorts: who began in one period, and what became of them in each period after it.

One row per subject and age: age 0 is the period that the subject began in, age 1 the next. The
row's `period_start` is the cohort's, `window_end` the end of the period of that age.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.acts import USER, acts_by_day, placed, user_days
from holdfast.timelines.basis import FAR
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout
from holdfast.timelines.money import MONEY, zero
from holdfast.timelines.rates import valued
from holdfast.timelines.subjects import with_period, with_reason

OLDEST = 60
"""The greatest age that is counted."""


def account_cohorts(layout: Layout, periods: Sequence[Period]) -> Any:
    """Accounts by the period of their first payment and age: `there`, `kept`, `began_mrr`, `mrr`.

    `there` is 1 where the account is a customer at the closing of that age. `began_mrr` is its
    MRR as it first paid, `mrr` at that closing, `kept` the lesser of both; all at the rate of the
    last day before the cohort's period, so that exchange rates move nothing (R14).
    """
    rows = _aged(_begun(layout), layout, periods)
    rows = _with_state(rows, layout)
    rows = _with_money(rows, layout)
    return with_period(with_reason(rows, layout), periods)


def account_usage_cohorts(layout: Layout, periods: Sequence[Period]) -> Any:
    """The same accounts with `active` 1 where they had a core event in the period of that age."""
    rows = _aged(_begun(layout), layout, periods)
    acts = acts_by_day(layout, periods).filter(lambda t: t.name.isin(list(layout.basis.core_events)))
    days = acts.select("account_id", "day").distinct()
    return with_period(with_reason(_active(rows, days, ["account_id"]), layout), periods)


def user_cohorts(layout: Layout, periods: Sequence[Period]) -> Any:
    """Users by the period of their first act and age, with `active` 1 where they acted in that period."""
    days = user_days(layout, periods)
    first = days.group_by(USER).agg(first_act=days.day.min())
    windows = _windows(layout, periods)
    on = [first.first_act >= windows.began_from, first.first_act <= windows.began_to]
    rows = _active(first.join(windows, on).drop("period_end"), days, USER)
    return placed(rows.mutate(start_at=rows.period_start), layout, periods)


def _begun(layout: Layout) -> Any:
    first = layout.spans.filter(layout.spans.ordinal == 1)
    return first.select("account_id", "start_at")


def _aged(subjects: Any, layout: Layout, periods: Sequence[Period]) -> Any:
    windows = _windows(layout, periods)
    on = [subjects.start_at >= windows.period_start, subjects.start_at < windows.period_end]
    return subjects.join(windows, on).drop("period_end")


def _windows(layout: Layout, periods: Sequence[Period]) -> Any:
    """Each cohort's period with the window of every age that has begun."""
    calendar = layout.basis.calendar
    until = layout.as_of if layout.as_of < FAR else max(period.end for period in periods)
    last = calendar.local_day(until - timedelta(microseconds=1))
    rows = [
        {
            "period_start": cohort.start,
            "period_end": cohort.end,
            "fixed_day": cohort.first_day - timedelta(days=1),
            "age": age,
            "window_end": window.end,
            "began_from": cohort.first_day,
            "began_to": cohort.last_day,
            "first_day": window.first_day,
            "last_day": window.last_day,
        }
        for cohort in periods
        for age, window in enumerate(
            calendar.periods(cohort.grain, cohort.first_day, max(last, cohort.first_day))[: OLDEST + 1]
        )
    ]
    kinds = {"period_start": "timestamp(6)", "period_end": "timestamp(6)", "window_end": "timestamp(6)"}
    kinds |= {"fixed_day": "date", "first_day": "date", "last_day": "date", "age": "int64"}
    kinds |= {"began_from": "date", "began_to": "date"}
    return in_memory(rows, schema={name: kinds[name] for name in rows[0]})


def _with_state(rows: Any, layout: Layout) -> Any:
    spans = layout.spans.select(who="account_id", held_from="start_at", held_to="end_at")
    on = [
        rows.account_id == spans.who,
        spans.held_from < rows.window_end,
        spans.held_to >= rows.window_end,
    ]
    held = rows.left_join(spans, on)
    return held.select(*rows.columns, there=held.who.notnull().cast("int64"))


def _with_money(rows: Any, layout: Layout) -> Any:
    changes = layout.changes.select(
        "account_id", "currency", "after", since=layout.changes["at"], until=layout.changes.next_at
    )
    began = changes.join(_begun(layout), ["account_id"])
    began = began.filter(began.since == began.start_at).select("account_id", "currency", began_native="after")
    money = _worth(rows, changes, layout)
    first = _first_worth(rows, began, layout)
    keys = ["account_id", "period_start", "age"]
    joined = rows.left_join(money, keys).drop("account_id_right", "period_start_right", "age_right")
    joined = joined.left_join(first, ["account_id", "period_start"])
    joined = joined.drop("account_id_right", "period_start_right")
    mrr, start = joined.mrr.fill_null(zero()), joined.began_mrr.fill_null(zero())
    lacking = ibis.coalesce(joined.no_rate, joined.no_first_rate)
    return joined.mutate(
        mrr=mrr, began_mrr=start, kept=ibis.least(mrr, start).cast(MONEY), no_rate=lacking
    ).drop("no_first_rate")


def _worth(rows: Any, changes: Any, layout: Layout) -> Any:
    """The MRR of each row's account at its window's end."""
    on = [
        rows.account_id == changes.account_id,
        changes.since < rows.window_end,
        changes.until >= rows.window_end,
    ]
    held = rows.join(changes, on).select(
        rows.account_id, rows.period_start, rows.age, rows.fixed_day, "currency", "after"
    )
    held = valued(held, layout.rates, layout.basis.currency, native="after", day="fixed_day", into="value")
    return held.group_by(["account_id", "period_start", "age"]).agg(
        mrr=held.value.sum().cast(MONEY), no_rate=held.no_rate.min()
    )


def _first_worth(rows: Any, began: Any, layout: Layout) -> Any:
    """The MRR with which each row's account first paid."""
    cohort = rows.select("account_id", "period_start", "fixed_day").distinct()
    first = cohort.join(began, "account_id")
    first = valued(
        first, layout.rates, layout.basis.currency, native="began_native", day="fixed_day", into="value",
        missing="no_first_rate",
    )  # fmt: skip
    return first.group_by(["account_id", "period_start"]).agg(
        began_mrr=first.value.sum().cast(MONEY), no_first_rate=first.no_first_rate.min()
    )


def _active(rows: Any, days: Any, keys: Sequence[str]) -> Any:
    """`rows` with `active` 1 where `days` has one of theirs inside the window."""
    named = days.rename({f"acted_{key}": key for key in keys})
    on = [rows[key] == named[f"acted_{key}"] for key in keys]
    on += [named.day >= rows.first_day, named.day <= rows.last_day]
    inside = rows.join(named, on).select(*[rows[key] for key in keys], rows.period_start, rows.age).distinct()
    seen = inside.mutate(seen=ibis.literal(1))
    joined = rows.left_join(seen, [*keys, "period_start", "age"])
    return joined.select(*rows.columns, active=joined.seen.fill_null(0).cast("int64"))


TIMELINES: dict[str, Callable[..., Any]] = {
    "account_cohorts": account_cohorts,
    "account_usage_cohorts": account_usage_cohorts,
    "user_cohorts": user_cohorts,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
