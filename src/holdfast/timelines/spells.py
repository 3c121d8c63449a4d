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
    stop_at, churned, months, entered (months already past when the account was first seen:
    late entry). `final` takes the last churn instead of the first, so that a return joins the
    spell again. Months are whole local calendar months since the start (day clamped to the
    month's end) plus the elapsed share of the next.
    """
    bounds = bounds.select("period_start", "period_end")
    spans = spans if final else spans.filter(spans.ordinal == 1)
    seen = spans.join(bounds, spans.start_at < bounds.period_end)
    each = seen.group_by(["period_start", "period_end", "account_id"]).agg(
        start_at=seen.start_at.min(), end_at=seen.end_at.max()
    )
    churned = each.end_at < each.period_end
    each = each.mutate(churned=churned, stop_at=ibis.ifelse(churned, each.end_at, each.period_end))
    each = each.mutate(
        months=months_between(each.start_at, each.stop_at, calendar), entered=ibis.literal(0.0)
    )
    if observed_from is not None:
        since = ibis.greatest(each.start_at, ibis.literal(observed_from))
        each = each.mutate(entered=months_between(each.start_at, since, calendar))
        each = each.filter(each.stop_at > ibis.literal(observed_from))
    return each.drop("end_at", "period_end")


def months_between(start: Any, stop: Any, calendar: Calendar) -> Any:
    """Whole local calendar months from start to stop, plus the elapsed share of the next."""
    first, last = local(start, calendar), local(stop, calendar)
    count = (last.year() - first.year()) * 12 + last.month() - first.month()
    whole = ibis.ifelse(_months_on(first, count) > last, count - 1, count)
    anchor, following = _months_on(first, whole), _months_on(first, whole + 1)
    share = _seconds(anchor, last) / _seconds(anchor, following)
    return whole.cast("float64") + share


def _months_on(at: Any, months: Any) -> Any:
    return at + months.as_interval("M")


def _seconds(first: Any, last: Any) -> Any:
    return (last.epoch_seconds() - first.epoch_seconds()).cast("float64") + (
        last.microsecond() - first.microsecond()
    ).cast("float64") / 1e6
