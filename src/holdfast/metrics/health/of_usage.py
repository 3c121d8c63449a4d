"""Parts of health that speak of use: weeks with use, and use against the account's own earlier one."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.health.grounds import KEYS, base_of, grounds_of
from holdfast.segments import Moments
from holdfast.timelines.acts import counted_acts, qualifying
from holdfast.timelines.layout import Layout

WEEKS, EARLIER_WEEKS = 4, 8


def weeks_used(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """One ground for each of the last four weeks (or since sign-up) with use of what counts (K19)."""
    weeks = _weeks(moments, layout, 0, WEEKS)
    lived = _weeks_lived(subjects)
    rows = lived.left_join(weeks, KEYS)
    rows = rows.select(*lived.columns, used=rows.week < rows.lived, week=rows.week, at=rows.last)
    base = base_of(lived, "usage_weeks", 0, lived.lived)
    used = rows.filter(rows.used.fill_null(False))
    week = used.bound_day.cast("string") + "-w" + (used.week + 1).cast("string")
    return base.union(grounds_of(used, "usage_weeks", "activity", week, used["at"], 1, used.lived))


def weeks_kept_up(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """One ground for each of the last four weeks with as many active days as the eight before had on average.

    Known of accounts that were active in those eight weeks, and old enough for them.
    """
    old = subjects.filter(subjects.age_days >= 7 * (WEEKS + EARLIER_WEEKS))
    earlier = _weeks(moments, layout, WEEKS, WEEKS + EARLIER_WEEKS)
    before = earlier.group_by(KEYS).agg(before=earlier.days.sum())
    held = old.inner_join(before, KEYS)
    weeks = _weeks(moments, layout, 0, WEEKS)
    rows = held.inner_join(weeks, KEYS)
    kept = rows.filter(rows.days * EARLIER_WEEKS >= rows.before)
    week = kept.bound_day.cast("string") + "-w" + (kept.week + 1).cast("string")
    base = base_of(held, "usage_pace", 0, WEEKS)
    return base.union(grounds_of(kept, "usage_pace", "activity", week, kept["last"], 1, WEEKS))


def _weeks(moments: Moments, layout: Layout, first: int, last: int) -> Any:
    """account_id, bound, week (0 is the newest), `days` active in it and the `last` of them."""
    days = layout.once("days_of_use", lambda: days_of_use(layout))
    near = moments.beside(
        days,
        lambda each, at: each.day < at.bound_day - ibis.interval(days=7 * first),
        lambda each, at: each.day >= at.bound_day - ibis.interval(days=7 * last),
    )
    near = near.mutate(week=(near.bound_day.delta(near.day, unit="day") - 1) // 7)
    return near.group_by(["account_id", "bound", "week"]).agg(days=near.day.nunique(), last=near.day.max())


def _weeks_lived(subjects: Any) -> Any:
    known = subjects.filter(subjects.events_told)
    lived = ibis.greatest(ibis.literal(1), ibis.least(ibis.literal(WEEKS), known.age_days // 7))
    return known.mutate(lived=lived.cast("int64"))


def days_of_use(layout: Layout) -> Any:
    """account_id and day of use."""
    return acts_of_use(layout).select("account_id", "day").distinct()


def acts_of_use(layout: Layout) -> Any:
    """Acts by day that are use: core events; where none are declared, whatever makes active."""
    acts, core = counted_acts(layout), list(layout.basis.core_events)
    return acts.filter(acts.name.isin(core)) if core else qualifying(acts, layout.basis)
