"""Trials and what became of them (K26)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.account_periods import period_table
from holdfast.timelines.basis import FAR, INSTANT
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import column_of, in_period, with_period, with_reason

MOMENTS = ("start_at", "ends_at", "ended_at", "told_paid_at")
TRIAL = ("account_id", "subject_id", *MOMENTS, *map(column_of, ("plan", "card_required")))


def started_trials(layout: Layout, periods: Sequence[Period]) -> Any:
    """The first trial of each account, by the period it started in, with what became of it.

    `paid_at` is when the account first paid, FAR where it has not (`paid` 0); a trial converts
    until `closes_at`, its planned end and the grace after it.
    """
    rows = _followed(layout)
    return with_period(with_reason(in_period(rows, rows.start_at, periods), layout), periods)


def ended_trials(layout: Layout, periods: Sequence[Period]) -> Any:
    """The first trial of each account, by the period it ended in; it converts until the grace is over."""
    rows = _followed(layout)
    grace = ibis.interval(days=layout.basis.rules.trial_grace_days)
    rows = rows.filter(rows.ended_at.notnull()).mutate(closes_at=rows.ended_at + grace)
    return with_period(with_reason(in_period(rows, rows.ended_at, periods), layout), periods)


def free_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """Accounts on a free plan and paying nothing as the period begins, `upgraded` 1 where they paid in it."""
    bounds = period_table(periods).select("period_start", "period_end")
    phases = layout.records["subscription_phases"]
    free = phases.filter(phases.status == "free")
    free = free.select("account_id", "start_at", end_at=free.end_at.fill_null(FAR).cast(INSTANT))
    opening = _over(free, bounds).anti_join(_over(layout.paid, bounds), ["account_id", "period_start"])
    paid = layout.paid.select(who="account_id", paid_from="start_at")
    paid = paid.join(bounds, [paid.paid_from >= bounds.period_start, paid.paid_from < bounds.period_end])
    upgrades = paid.select("who", starts="period_start", upgraded=ibis.literal(1)).distinct()
    on = [opening.account_id == upgrades.who, opening.period_start == upgrades.starts]
    rows = opening.left_join(upgrades, on).drop("who", "starts")
    rows = rows.mutate(subject_id=rows.account_id, upgraded=rows.upgraded.fill_null(0).cast("int64"))
    return with_period(with_reason(rows, layout), periods)


def _over(spans: Any, bounds: Any) -> Any:
    """The accounts with a span just before a period starts."""
    near = spans.join(bounds, [spans.start_at < bounds.period_start, spans.end_at >= bounds.period_start])
    return near.select("account_id", "period_start").distinct()


def _followed(layout: Layout) -> Any:
    """The first trial of each account with `paid_at` and `closes_at`."""
    rules, trials = layout.basis.rules, _first_trials(layout)
    planned = ibis.ifelse(
        trials.ends_at > trials.start_at,
        trials.ends_at,
        trials.start_at + ibis.interval(days=rules.trial_length_days),
    )
    planned = ibis.coalesce(planned, trials.start_at + ibis.interval(days=rules.trial_length_days))
    paid = _first_paid(layout)
    rows = trials.left_join(paid, trials.account_id == paid.who).drop("who")
    by_phases = ibis.coalesce(rows.began_to_pay, rows.told_paid_at)
    paid_at = ibis.ifelse(_payments_imported(layout), rows.charged_at, by_phases)
    return rows.mutate(
        paid=paid_at.notnull().cast("int64"),
        paid_at=paid_at.fill_null(FAR).cast(INSTANT),
        closes_at=planned + ibis.interval(days=rules.trial_grace_days),
    ).drop("charged_at", "began_to_pay", "told_paid_at", "ends_at")


def _first_trials(layout: Layout) -> Any:
    told = _told(layout)
    return ibis.union(_as_trials(told), _as_trials(_derived(layout).anti_join(told, "account_id")))


def _as_trials(rows: Any) -> Any:
    instants = {name: rows[name].cast(INSTANT) for name in MOMENTS}
    return rows.mutate(**instants).select(*TRIAL)


def _told(layout: Layout) -> Any:
    rows = layout.records["trials"]
    rows = rows.filter(rows.started_at < ibis.literal(layout.as_of))
    rows = rows.mutate(
        subject_id=named(rows, "trial_id"),
        start_at=rows.started_at,
        ended_at=ibis.coalesce(rows.ended_at, rows.ends_at),
        told_paid_at=rows.converted_at,
        **{column_of("plan"): rows.plan, column_of("card_required"): rows.card_required.cast("string")},
    )
    turns = ibis.window(group_by="account_id", order_by=["start_at", "subject_id"])
    rows = rows.mutate(turn=ibis.row_number().over(turns))
    return rows.filter(rows.turn == 0)


def _derived(layout: Layout) -> Any:
    """The first run of touching trialing phases of each account, as a trial.

    When it was to end is not known: a phase says when it did, and one that converts early is short.
    """
    phases = layout.records["subscription_phases"]
    begun = phases.filter((phases.status == "trialing") & (phases.start_at < ibis.literal(layout.as_of)))
    trying = begun.mutate(stops_at=begun.end_at.fill_null(FAR).cast(INSTANT), phase=named(begun, "phase_id"))
    trying = trying.filter(trying.stops_at > trying.start_at)
    order = ["start_at", "stops_at", "phase"]
    before = ibis.window(group_by="account_id", order_by=order, preceding=(None, 1))
    trying = trying.mutate(apart=(trying.start_at > trying.stops_at.max().over(before)).fill_null(False))
    running = ibis.cumulative_window(group_by="account_id", order_by=order)
    trying = trying.mutate(
        run=trying.apart.cast("int64").sum().over(running),
        turn=ibis.row_number().over(ibis.window(group_by="account_id", order_by=order)),
    )
    first = (
        trying.filter(trying.run == 0)
        .group_by("account_id")
        .agg(
            subject_id=ibis._.phase.argmin(ibis._.turn),
            start_at=ibis._.start_at.min(),
            ended_at=ibis._.stops_at.max(),
            **{column_of("plan"): ibis._.plan.argmin(ibis._.turn, where=ibis._.plan.notnull())},
        )
    )
    never = ibis.null().cast(INSTANT)
    return first.mutate(
        ends_at=never,
        told_paid_at=never,
        ended_at=first.ended_at.nullif(ibis.literal(FAR)),
        **{column_of("card_required"): ibis.null().cast("string")},
    )


def _first_paid(layout: Layout) -> Any:
    """When each account's first payment above 0 succeeded, and when its first paying phase began."""
    payments, until = layout.records["payments"], ibis.literal(layout.as_of)
    taken = payments.filter(
        payments.status.isin(["succeeded", "refunded"])
        & (payments.amount > 0)
        & (payments.attempted_at < until)
    )
    paying = layout.paid.filter(layout.paid.start_at < until)
    never = ibis.null().cast(INSTANT)
    moments = ibis.union(
        taken.select(who="account_id", charged_at="attempted_at", began_to_pay=never),
        paying.select(who="account_id", charged_at=never, began_to_pay="start_at"),
    )
    return moments.group_by("who").agg(
        charged_at=moments.charged_at.min(), began_to_pay=moments.began_to_pay.min()
    )


def _payments_imported(layout: Layout) -> Any:
    return layout.records["payments"].count().as_scalar() > 0


TIMELINES: dict[str, Callable[..., Any]] = {
    "started_trials": started_trials,
    "ended_trials": ended_trials,
    "free_accounts": free_accounts,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""

SPLITS = dict.fromkeys(("started_trials", "ended_trials"), ("card_required",))
"""What rows of each timeline can be split by besides what their accounts are: traits of their own."""
