"""Facts of what an account pays: its MRR, plans, intervals and currencies."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.segments.entering import held_or_entered
from holdfast.segments.facts import Kind, fact
from holdfast.segments.moments import Moments
from holdfast.segments.rule import Read
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import rate_day
from holdfast.timelines.money import MONEY, zero
from holdfast.timelines.rates import valued

PHASES = ("subscription_phases",)


def _nothing(_rows: Any, _layout: Layout) -> Any:
    return zero()


@fact("mrr", Kind.NUMBER, "mrr >= 500", absent=_nothing, reads=PHASES)
def mrr(moments: Moments, layout: Layout, _: Read) -> Any:
    """What it pays a month in the workspace's currency; 0 where nothing, unknown without a rate (R14)."""
    changes = layout.changes
    balances = changes.filter(changes.after > zero()).select(
        "account_id", "currency", "after", start_at="at", end_at="next_at"
    )
    rows = held_or_entered(balances, moments, layout)
    rows = rows.mutate(month_day=rate_day(rows.bound, layout.basis.calendar))
    rows = valued(rows, layout.rates, layout.basis.currency, native="after", day="month_day", into="value")
    each = rows.group_by(["account_id", "bound"]).agg(
        total=rows.value.sum().cast(MONEY), lacking=rows.no_rate.count()
    )
    value = ibis.ifelse(each.lacking == 0, each.total, ibis.null().cast(MONEY))
    return each.select("account_id", "bound", value=value)


def _of_phases(moments: Moments, layout: Layout, read: Read) -> Any:
    priced = layout.priced.filter(layout.priced.state.isin(["paying", "paused"]))
    phases = priced.select("account_id", "start_at", "end_at", value=priced[read.fact])
    rows = held_or_entered(phases.filter(phases.value.notnull()), moments, layout)
    return rows.group_by(["account_id", "bound"]).agg(value=rows.value.collect(distinct=True))


fact(
    "plan",
    Kind.TEXTS,
    "plan = pro",
    reads=PHASES,
    meaning="The plans it pays for, or has paused; an account may have several at once.",
)(_of_phases)
fact(
    "interval",
    Kind.TEXTS,
    "interval = year",
    reads=PHASES,
    meaning="How often it is billed: day, week, month or year; it may be several.",
)(_of_phases)
fact(
    "currency",
    Kind.TEXTS,
    "currency in (EUR, CHF)",
    reads=PHASES,
    meaning="The currencies it pays in; it may be several.",
)(_of_phases)
