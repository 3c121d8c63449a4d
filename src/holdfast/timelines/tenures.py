"""How long each stretch of being a customer had lasted at some instants, and what it began with (K14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import ibis

from holdfast.timelines.basis import INSTANT
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout
from holdfast.timelines.spells import months_between

MONTHS_OF = {"month": 1, "year": 12}
"""Months from one renewal to the next; whoever pays by the week or day is looked at by the month."""


def tenures(layout: Layout, bounds: Sequence[datetime]) -> Any:
    """A row per bound and span of being a customer begun before it, each as it was just before the bound.

    Columns: bound, account_id, ordinal, end_at, ended, lasted and entered (months), plan and term: what its
    dearest phase was of when the span began, and the months from one renewal of that to the next. Internal
    accounts are left out.
    """
    calendar, since = layout.basis.calendar, layout.basis.observed_from
    at = in_memory([{"bound": each} for each in sorted(set(bounds))], schema={"bound": INSTANT})
    ours = layout.accounts.filter(layout.accounts.is_internal).select("account_id")
    spans = _begun_with(layout.spans.anti_join(ours, "account_id"), layout)
    each = spans.join(at, spans.start_at < at.bound)
    each = each.mutate(ended=each.end_at < each.bound)
    stop = ibis.ifelse(each.ended, each.end_at, each.bound)
    seen = each.start_at if since is None else ibis.greatest(each.start_at, ibis.literal(since))
    rows = each.mutate(
        lasted=months_between(each.start_at, stop, calendar),
        entered=months_between(each.start_at, seen, calendar),
    )
    rows = rows if since is None else rows.filter(stop > ibis.literal(since))
    kept = ("bound", "account_id", "ordinal", "end_at", "ended", "lasted", "entered", "plan", "term")
    return rows.select(*kept).order_by("bound", "account_id", "ordinal")


def _begun_with(spans: Any, layout: Layout) -> Any:
    phases = layout.paying
    months = ibis.coalesce(
        *[ibis.ifelse(phases.interval == name, many, None) for name, many in MONTHS_OF.items()]
    )
    phases = phases.select(
        "phase_id",
        "plan",
        "mrr",
        who="account_id",
        begun="start_at",
        over="end_at",
        term=ibis.greatest(months.cast("int64") * phases.interval_count.cast("int64"), 1).fill_null(1),
    )
    near = spans.left_join(
        phases, [spans.account_id == phases.who, phases.begun <= spans.start_at, phases.over > spans.start_at]
    )
    order = ibis.window(
        group_by=["account_id", "ordinal"], order_by=[near.mrr.desc(), near.plan, near.phase_id]
    )
    first = near.mutate(place=ibis.row_number().over(order)).filter(ibis._.place == 0)
    return first.select(
        "account_id",
        "ordinal",
        "start_at",
        "end_at",
        plan=first.plan.fill_null(""),
        term=first.term.fill_null(1),
    )
