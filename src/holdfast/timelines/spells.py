"""Spells of being a customer, for survival (K12): one row per account that ever paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ibis

from holdfast.periods import Calendar
from holdfast.timelines.localtime import local


def spells(
    spans: Any, bounds: Any, calendar: Calendar, *, observed_from: datetime | None, final: bool
) -> Any:
    """Months from the first paid instant to the churn, or to each period's end where none came.

    `bounds` has period_start and period_end. Columns: period_start, account_id, start_at,
    stop_at, ended, lasted, entered (months already past when the account was first seen:
    late entry). `final` takes the last churn instead of the first, so that a return joins the
    spell again. Months are whole local calendar months since the start (day clamped to the
    month's end) plus the elapsed share of the next.
    """
    bounds = bounds.select("period_start", "period_end")
    lived = spans if final else spans.filter(spans.ordinal == 1)
    lived = lived.mutate(months_lived=months_between(lived.start_at, lived.end_at, calendar))
    each = lived.join(bounds, lived.start_at < bounds.period_end)
    if final:
        each = _joined(each)
    churned = each.end_at < each.period_end
    so_far = months_between(each.start_at, each.period_end, calendar)
    lived_months = months_between(each.start_at, each.end_at, calendar) if final else each.months_lived
    each = each.select(
        "period_start",
        "account_id",
        "start_at",
        ended=churned,
        stop_at=ibis.ifelse(churned, each.end_at, each.period_end),
        lasted=ibis.ifelse(churned, lived_months, so_far),
        entered=ibis.literal(0.0),
    )
    return each if observed_from is None else _entered_late(each, observed_from, calendar)


def _joined(each: Any) -> Any:
    """One spell an account: from its first start to the end of its last span by then."""
    whole = ibis.window(group_by=["period_start", "account_id"])
    first = each.start_at.min().over(whole)
    last = each.mutate(first=first, is_last=each.ordinal == each.ordinal.max().over(whole))
    return last.filter(last.is_last).mutate(start_at=last["first"])


def _entered_late(each: Any, observed_from: datetime, calendar: Calendar) -> Any:
    since = ibis.greatest(each.start_at, ibis.literal(observed_from))
    each = each.mutate(entered=months_between(each.start_at, since, calendar))
    return each.filter(each.stop_at > ibis.literal(observed_from))


def months_between(start: Any, stop: Any, calendar: Calendar) -> Any:
    """Whole local calendar months from start to stop, plus the elapsed share of the next."""
    first, last = local(start, calendar), local(stop, calendar)
    count = (last.year() - first.year()) * 12 + last.month() - first.month()
    whole = ibis.ifelse(_months_on(first, count) > last, count - 1, count)
    anchor, following = _months_on(first, whole), _months_on(first, whole + 1)
    share = last.delta(anchor, unit="us").cast("float64") / following.delta(anchor, unit="us").cast("float64")
    return whole.cast("float64") + share


def _months_on(at: Any, months: Any) -> Any:
    return at + months.as_interval("M")
