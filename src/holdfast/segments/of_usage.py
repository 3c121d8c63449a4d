"""Facts of use, from the kept days of activity: whole local days before the instant."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.segments.facts import Kind, fact
from holdfast.segments.moments import Moments
from holdfast.segments.rule import Read
from holdfast.timelines.acts import USER, counted_acts, qualifying
from holdfast.timelines.layout import Layout

EVENTS = ("events",)


def _none_once_recorded(rows: Any, layout: Layout) -> Any:
    """Nothing of what had begun to be recorded; before that, unknown."""
    began = layout.activity.day.min().as_scalar()
    return ibis.ifelse(rows.bound_day > began, ibis.literal(0).cast("int64"), ibis.null().cast("int64"))


@fact(
    "count",
    Kind.NUMBER,
    "count(report_made, 28 days) >= 3",
    of="an event's name",
    window="may",
    absent=_none_once_recorded,
    reads=EVENTS,
)
def count(moments: Moments, layout: Layout, read: Read) -> Any:
    """How many events of this name its users caused in so many days; ever, where none are said."""
    acts = counted_acts(layout)
    near = _within(acts.filter(acts.name == read.of), moments, read)
    return near.group_by(["account_id", "bound"]).agg(value=near.events.sum().cast("int64"))


@fact(
    "active_users",
    Kind.NUMBER,
    "active_users(28 days) >= 5",
    window="must",
    absent=_none_once_recorded,
    reads=EVENTS,
)
def active_users(moments: Moments, layout: Layout, read: Read) -> Any:
    """How many of its users were active in so many days (K17)."""
    acts = _active(layout)
    acts = acts.filter(acts.user_id.notnull()).select(*USER, "account_id", "day").distinct()
    near = _within(acts, moments, read).select(*USER, "account_id", "bound").distinct()
    return near.group_by(["account_id", "bound"]).agg(value=near.count())


@fact(
    "active_days",
    Kind.NUMBER,
    "active_days(28 days) < 2",
    window="must",
    absent=_none_once_recorded,
    reads=EVENTS,
)
def active_days(moments: Moments, layout: Layout, read: Read) -> Any:
    """On how many of so many days someone was active."""
    near = _within(_days(layout), moments, read)
    return near.group_by(["account_id", "bound"]).agg(value=near.count())


@fact("last_seen", Kind.DAY, "last_seen < 14 days ago", reads=EVENTS)
def last_seen(moments: Moments, layout: Layout, _: Read) -> Any:
    """The last day on which someone was active; unknown where nobody ever was."""
    days = _days(layout)
    order = ibis.window(group_by="account_id", order_by="day")
    days = days.mutate(next_day=days.day.lead().over(order))
    near = moments.beside(
        days,
        lambda each, at: each.day < at.bound_day,
        lambda each, at: (each.next_day >= at.bound_day).fill_null(True),
    )
    return near.select("account_id", "bound", value="day")


def _active(layout: Layout) -> Any:
    return qualifying(counted_acts(layout), layout.basis)


def _days(layout: Layout) -> Any:
    return layout.once("active_days", lambda: _active(layout).select("account_id", "day").distinct())


def _within(acts: Any, moments: Moments, read: Read) -> Any:
    """Acts of the days before each instant's own, so many of them where the rule says."""
    conditions = [lambda act, at: act.day < at.bound_day]
    if read.days is not None:
        window = ibis.interval(days=read.days)
        conditions.append(lambda act, at: act.day >= at.bound_day - window)
    return moments.beside(acts, *conditions)
