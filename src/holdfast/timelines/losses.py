"""Terms that nothing followed in time, and why: what the account said as it left (C77)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import column_of
from holdfast.timelines.terms import due_terms_worth


def lost_terms(layout: Layout, periods: Sequence[Period]) -> Any:
    """Terms that nothing followed in time, or not yet: what ended with each, `expiring`, and why.

    Why is what the account said, else how it went, when it last stopped paying by the end of the grace.
    """
    rows = due_terms_worth(layout, periods)
    return _with_cause(rows.filter(rows.renewed == 0), layout)


def _with_cause(rows: Any, layout: Layout) -> Any:
    phases = layout.records["subscription_phases"]
    stops = phases.filter(phases.end_at.notnull() & (phases.end_reason != "plan_change").fill_null(True))
    cause = ibis.coalesce(stops.end_cause.strip().nullif(""), stops.end_reason)
    stops = stops.select(who="account_id", phase=named(stops, "phase_id"), stopped="end_at", cause=cause)
    by = rows.term_end + ibis.interval(days=layout.basis.rules.renewal_grace_days)
    near = rows.select("account_id", "subject_id", "period_start", by=by)
    near = near.join(stops, [near.account_id == stops.who, stops.stopped <= near.by])
    last = ibis.window(
        group_by=["subject_id", "period_start"], order_by=[ibis.desc("stopped"), ibis.desc("phase")]
    )
    near = near.mutate(turn=ibis.row_number().over(last))
    near = near.filter(near.turn == 0).select(
        term="subject_id", starts="period_start", **{column_of("lost_because"): near.cause}
    )
    joined = rows.left_join(near, [rows.subject_id == near.term, rows.period_start == near.starts])
    return joined.drop("term", "starts")


TIMELINES: dict[str, Callable[..., Any]] = {"lost_terms": lost_terms}
"""Timelines by the name that metrics call them; each takes a layout and periods."""

SPLITS = {"lost_terms": ("auto_renew", "lost_because")}
"""What rows of each timeline can be split by besides what their accounts are: traits of their own."""
