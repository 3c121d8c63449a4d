"""When an account paid and when it was a customer: the spans under every logo count.

A span is `[start_at, end_at)`; `FAR` stands for an end that has not come. Instants only:
a pause that will become churn carries the instant at which it does, whatever today is.
"""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.rulebook import Rulebook
from holdfast.timelines.basis import FAR, INSTANT, whole


def bridged(priced: Any, rules: Rulebook) -> Any:
    """Priced phases with gaps shorter than `merge_gap_hours` closed (R7).

    Where an account's MRR falls to 0 and rises again within the gap, the phases that ended at
    the fall run on to the rise, so that only the net change of price remains.
    """
    totals = account_steps(priced.filter(priced.state == "paying"))
    totals = totals.group_by(["account_id", "at"]).agg(opened=whole(totals.opened.sum()))
    totals = totals.mutate(
        live=whole(totals.opened.sum().over(ibis.cumulative_window(group_by="account_id", order_by="at"))),
        next_at=totals["at"].lead().over(ibis.window(group_by="account_id", order_by="at")),
    )
    gap = ibis.interval(hours=rules.merge_gap_hours)
    gaps = totals.filter((totals.live == 0) & (totals.next_at < totals["at"] + gap))
    gaps = gaps.select(gone="account_id", fell_at="at", rose_at="next_at", fell=ibis.literal("paying"))
    joined = priced.left_join(
        gaps,
        [priced.account_id == gaps.gone, priced.end_at == gaps.fell_at, priced.state == gaps.fell],
    )
    ends = ibis.coalesce(joined.rose_at, joined.end_at).cast(INSTANT)
    return joined.mutate(end_at=ends).select(*priced.columns)


def account_steps(paying: Any) -> Any:
    """Each account's rises and falls of MRR by currency and instant.

    Columns: account_id, currency, at, delta, list_delta (native money), opened (phases begun
    less phases ended).
    """
    steps = _steps(paying)
    return steps.group_by(["account_id", "currency", "at"]).agg(
        delta=steps.delta.sum(), list_delta=steps.list_delta.sum(), opened=whole(steps.opened.sum())
    )


def balances(steps: Any) -> Any:
    """Account by instant: how many phases pay just before it and from it on."""
    totals = steps.group_by(["account_id", "at"]).agg(opened=whole(steps.opened.sum()))
    running = ibis.cumulative_window(group_by="account_id", order_by="at")
    totals = totals.mutate(live_after=whole(totals.opened.sum().over(running)))
    return totals.mutate(live_before=totals.live_after - totals.opened).drop("opened")


def customer_spans(live: Any, priced: Any, rules: Rulebook) -> Any:
    """Spans of being a customer (R5, R6): paying, or paused after having paid.

    From the instant at which MRR falls to 0 inside a paused phase, the account stays a
    customer until the pause ends, lasts `pause_churn_days`, or pays again; by the rule
    `paid_to_free` a free phase holds it too, without limit. Spans less than `merge_gap_hours`
    apart are one. Columns: account_id, ordinal (1 is the first ever), start_at, end_at,
    paid_until (the last instant with MRR in the span), fresh (whether it begins as new: the
    first, or one that `new_again_after_days` takes for it).
    """
    paid = paid_spans(live)
    held = _held_by(paid, _islands(priced.filter(priced.state == "paused")), rules.pause_churn_days)
    if rules.paid_to_free == "stays_customer":
        free = _held_by(paid, _islands(priced.filter(priced.state == "free")), None)
        both = ibis.union(held, free)
        held = both.group_by(["account_id", "start_at", "end_at"]).agg(stop_at=both.stop_at.max())
    order = ibis.window(group_by="account_id", order_by="start_at")
    gap = ibis.interval(hours=rules.merge_gap_hours)
    before = held.stop_at.lag().over(order)
    apart = (held.start_at > before) & (held.start_at >= before + gap)
    opens = held.mutate(opens=apart.fill_null(True))
    running = ibis.cumulative_window(group_by="account_id", order_by="start_at")
    numbered = opens.mutate(ordinal=whole(opens.opens.cast("int64").sum().over(running)))
    spans = numbered.group_by(["account_id", "ordinal"]).agg(
        start_at=numbered.start_at.min(), end_at=numbered.stop_at.max(), paid_until=numbered.end_at.max()
    )
    return spans.mutate(fresh=_fresh(spans, rules))


def _fresh(spans: Any, rules: Rulebook) -> Any:
    if not rules.new_again_after_days:
        return spans.ordinal == 1
    before = spans.end_at.lag().over(ibis.window(group_by="account_id", order_by="start_at"))
    away = ibis.interval(days=rules.new_again_after_days)
    return (spans.ordinal == 1) | (spans.start_at >= before + away).fill_null(False)


def _steps(paying: Any) -> Any:
    starts = paying.select(
        "account_id",
        "currency",
        at=paying.start_at,
        delta=paying.mrr,
        list_delta=paying.list_mrr,
        opened=ibis.literal(1).cast("int64"),
    )
    ending = paying.filter(paying.end_at < ibis.literal(FAR))
    ends = ending.select(
        "account_id",
        "currency",
        at=ending.end_at,
        delta=-ending.mrr,
        list_delta=-ending.list_mrr,
        opened=ibis.literal(-1).cast("int64"),
    )
    return ibis.union(starts, ends)


def paid_spans(live: Any) -> Any:
    """Spans with MRR above 0, gaps bridged: account_id, start_at, end_at."""
    turns = live.filter((live.live_before == 0) != (live.live_after == 0))
    order = ibis.window(group_by="account_id", order_by="at")
    turns = turns.mutate(end_at=turns["at"].lead().over(order).fill_null(FAR))
    return turns.filter(turns.live_after > 0).select("account_id", "end_at", start_at="at")


def _islands(paused: Any) -> Any:
    """Paused phases of an account joined where they touch or overlap."""
    before = ibis.window(group_by="account_id", order_by=["start_at", "end_at"], preceding=(None, 1))
    opens = paused.mutate(opens=(paused.start_at > paused.end_at.max().over(before)).fill_null(True))
    running = ibis.cumulative_window(group_by="account_id", order_by=["start_at", "end_at"])
    numbered = opens.mutate(island=opens.opens.cast("int64").sum().over(running))
    return numbered.group_by(["account_id", "island"]).agg(
        paused_from=numbered.start_at.min(), paused_to=numbered.end_at.max()
    )


def _held_by(paid: Any, islands: Any, days: int | None) -> Any:
    """Paid spans that go on where an island begins or runs at their end, for so many days at most."""
    order = ibis.window(group_by="account_id", order_by="start_at")
    paid = paid.mutate(pays_again=paid.start_at.lead().over(order).fill_null(FAR))
    joined = paid.left_join(
        islands,
        [
            paid.account_id == islands.account_id,
            islands.paused_from <= paid.end_at,
            islands.paused_to > paid.end_at,
        ],
    )
    limit = ibis.literal(FAR).cast(INSTANT)
    if days is not None:
        limit = ibis.ifelse(joined.end_at < FAR, joined.end_at + ibis.interval(days=days), FAR)
    held = ibis.least(joined.paused_to, limit, joined.pays_again)
    stop_at = ibis.ifelse(joined.paused_to.notnull(), held, joined.end_at)
    return joined.select("account_id", "start_at", "end_at", stop_at=stop_at)
