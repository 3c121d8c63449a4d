"""Subscription phases with their monthly price: what pays, what is paused, what does neither."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.rulebook import Rulebook
from holdfast.timelines.basis import FAR, INSTANT, Records
from holdfast.timelines.identity import named
from holdfast.timelines.money import MONEY, PRODUCT, monthly, zero

PERIODS_PER_MONTH = {"month": "1", "year": "1/12"}
"""A price per interval counts so often a month (R10); weeks and days are as the rules say."""


def priced_phases(records: Records, rules: Rulebook) -> Any:
    """Every phase with `mrr`, `list_mrr` (before discount) and the state it stands for.

    `mrr = (unit_amount x quantity - recurring discount) x periods per year / 12`, never
    below 0, rounded half-even to nine places once (R10, R11, R15). `state` is `paying`,
    `paused`, or why the phase pays nothing: `trialing`, `free`, `discounted`. A past-due
    phase ends when its grace does (R5). Zero-length phases are gone.
    """
    phases = _ended_by_grace(_plain(records["subscription_phases"], rules), records["invoices"], rules)
    priced = phases.filter(phases.end_at > phases.start_at)
    amount = priced.unit_amount.cast(MONEY) * priced.quantity.fill_null(1).cast(MONEY)
    net = amount.cast(PRODUCT) - _recurring_discount(priced, rules).cast(PRODUCT)
    priced = priced.mutate(
        mrr=_per_month(ibis.greatest(net, ibis.literal(0).cast(PRODUCT)), priced, rules),
        list_mrr=_per_month(amount, priced, rules),
    )
    priced = priced.mutate(state=_state(priced, rules))
    return _latest_only(priced) if rules.subscriptions == "latest" else priced.drop("status")


def paying_phases(records: Records, rules: Rulebook) -> Any:
    """The phases with MRR above 0 (R4): one row per phase, `[start_at, end_at)`, native money."""
    priced = priced_phases(records, rules)
    return priced.filter(priced.state == "paying")


def _plain(phases: Any, rules: Rulebook) -> Any:
    return phases.select(
        "account_id",
        "plan",
        "start_at",
        "status",
        "currency",
        "unit_amount",
        "quantity",
        "interval",
        "discount_amount",
        "discount_kind",
        "discount_cycles",
        "end_reason",
        subscription_id=named(phases, "subscription_id"),
        phase_id=named(phases, "phase_id"),
        end_at=ended(phases, rules).cast(INSTANT),
        interval_count=phases.interval_count.fill_null(1),
    )


def ended(phases: Any, rules: Rulebook) -> Any:
    """The end of the service, or of what was cancelled the request for it (R6)."""
    end = phases.end_at.fill_null(FAR)
    if rules.churn_instant == "service_end":
        return end
    cancelled = phases.end_at.notnull() & phases.cancel_requested_at.notnull()
    asked = ibis.greatest(phases.cancel_requested_at, phases.start_at)
    return ibis.ifelse(cancelled, ibis.least(end, asked), end)


def _per_month(amount: Any, phases: Any, rules: Rulebook) -> Any:
    """The amount times its interval's factor, which stays a fraction until the one rounding."""
    factors = PERIODS_PER_MONTH | {"week": rules.weekly_factor, "day": rules.daily_factor}
    times, parts = {}, {}
    for interval, factor in factors.items():
        above, _, below = factor.partition("/")
        times[interval], parts[interval] = int(above), int(below or 1)
    often = phases.interval.cases(*times.items(), else_=1).cast("int64")
    over = phases.interval.cases(*parts.items(), else_=1).cast("int64")
    return monthly(amount, often, (phases.interval_count * over).cast("int64"))


def _recurring_discount(phases: Any, rules: Rulebook) -> Any:
    repeating = (phases.discount_kind == "repeating") & (phases.discount_cycles.fill_null(2) >= 2)
    counted = {
        "in_force_recurring": (phases.discount_kind == "forever") | repeating,
        "forever_only": phases.discount_kind == "forever",
        "all": ibis.literal(True),
        "none": ibis.literal(False),
    }[rules.discount_policy]
    amount = phases.discount_amount.fill_null(0).cast(MONEY)
    return ibis.ifelse(counted.fill_null(False), amount, zero())


def _state(phases: Any, rules: Rulebook) -> Any:
    kept = ["paused"] if rules.pause_policy == "keeps_mrr" else []
    charged = phases.status.isin(["active", "past_due", *kept])
    return ibis.cases(
        (charged & (phases.mrr > zero()), "paying"),
        (charged, "discounted"),
        else_=phases.status,
    )


def _ended_by_grace(phases: Any, invoices: Any, rules: Rulebook) -> Any:
    """Past-due phases stop paying `past_due_grace_days` after the unpaid invoice fell due (R5)."""
    late = _past_due_runs(phases)
    due = _due_dates(late, invoices)
    late = late.left_join(due, ["subscription_id", "account_id", "run_start"])
    grace = ibis.interval(days=rules.past_due_grace_days)
    stops = ibis.coalesce(late.due_at, late.run_start) + grace
    late = late.select(late.phase_id, late.subscription_id, late.account_id, late.start_at, stops_at=stops)
    keys = ["phase_id", "subscription_id", "account_id", "start_at"]
    joined = phases.left_join(late, keys)
    ends = ibis.least(joined.end_at, joined.stops_at.fill_null(FAR))
    return joined.mutate(end_at=ends.cast(INSTANT)).select(*phases.columns)


def _past_due_runs(phases: Any) -> Any:
    """Past-due phases of one subscription that touch are one run; `run_start` is its first instant."""
    late = phases.filter(phases.status == "past_due")
    order = ibis.window(group_by=["account_id", "subscription_id"], order_by=["start_at", "phase_id"])
    opens = late.mutate(opens=(late.end_at.lag().over(order) != late.start_at).fill_null(True))
    so_far = ibis.cumulative_window(
        group_by=["account_id", "subscription_id"], order_by=["start_at", "phase_id"]
    )
    runs = opens.mutate(run=opens.opens.cast("int64").sum().over(so_far))
    whole = ibis.window(group_by=["account_id", "subscription_id", "run"])
    return runs.mutate(run_start=runs.start_at.min().over(whole))


def _due_dates(runs: Any, invoices: Any) -> Any:
    """The due date of the newest invoice that was issued by the run's start and unpaid then."""
    starts = runs.select("account_id", "subscription_id", "run_start").distinct()
    sent = invoices.filter(invoices.status != "void")
    bills = sent.select(
        "account_id",
        "issued_at",
        "paid_at",
        subscription_id=named(sent, "subscription_id"),
        due=ibis.coalesce(sent.due_at, sent.issued_at),
    )
    owed = starts.join(
        bills,
        [
            starts.subscription_id == bills.subscription_id,
            starts.account_id == bills.account_id,
            bills.issued_at <= starts.run_start,
            bills.paid_at.isnull() | (bills.paid_at > starts.run_start),
        ],
    ).select(starts.account_id, starts.subscription_id, starts.run_start, bills.issued_at, bills.due)
    keys = ["account_id", "subscription_id", "run_start"]
    newest = owed.filter(owed.issued_at == owed.issued_at.max().over(ibis.window(group_by=keys)))
    return newest.group_by(keys).agg(due_at=newest.due.max())


def _latest_only(phases: Any) -> Any:
    """At any instant only the subscription that began last (then dearest, then greatest id) counts."""
    whole = ibis.window(group_by=["account_id", "subscription_id"])
    phases = phases.mutate(subscribed_at=phases.start_at.min().over(whole)).drop("status")
    bounds = ibis.union(
        phases.select("account_id", at=phases.start_at),
        phases.select("account_id", at=phases.end_at),
        distinct=True,
    )
    pieces = bounds.mutate(until=bounds["at"].lead().over(ibis.window(group_by="account_id", order_by="at")))
    pieces = pieces.filter(pieces.until.notnull())
    open_then = pieces.join(
        phases,
        [
            pieces.account_id == phases.account_id,
            phases.start_at <= pieces["at"],
            phases.end_at > pieces["at"],
        ],
    ).drop("account_id_right")
    newest = ibis.window(
        group_by=["account_id", "at"],
        order_by=[
            ibis.desc("subscribed_at"),
            ibis.desc("mrr"),
            ibis.desc("subscription_id"),
            ibis.desc("phase_id"),
        ],
    )
    ranked = open_then.mutate(rank=ibis.row_number().over(newest))
    won = ranked.filter(ranked["rank"] == 0)
    return won.mutate(start_at=won["at"], end_at=won.until).drop("at", "until", "rank", "subscribed_at")
