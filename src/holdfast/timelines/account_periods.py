"""The account by period: opening and closing MRR, movements, and being a customer (R3, R14).

One row per account and period in which anything of it is not zero. Any list of periods will
do, overlapping ones too; months are kept derived because boards ask for them most.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.basis import FAR, Basis, whole
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.localtime import local_day, rate_day
from holdfast.timelines.money import MONEY, zero
from holdfast.timelines.rates import valued

MOVEMENTS = ("new_mrr", "expansion_mrr", "contraction_mrr", "churned_mrr", "reactivation_mrr")
LEDGER = ("expansion_fixed", "reactivation_fixed", "lost_fixed")
MONEYS = (
    "opening_mrr",
    "closing_mrr",
    "opening_fixed",
    "closing_fixed",
    "kept_by_subscription",
    *MOVEMENTS,
    *LEDGER,
)
COUNTS = (
    "opening_paying",
    "closing_paying",
    "opening_customer",
    "closing_customer",
    "became",
    "first_became",
    "churns",
    "customer_days",
    "paying_days",
)
RATES = (
    "no_opening_rate",
    "no_closing_rate",
    "no_movement_rate",
    "no_fixed_rate",
    "no_fixed_movement_rate",
)
KEYS = ("account_id", "period_start")


def period_table(periods: Sequence[Period]) -> Any:
    """The periods as a table: period_start, period_end, first_day, last_day, fixed_day.

    `fixed_day` is the last local day before the window, whose rate values both ends of a
    ratio (R14).
    """
    rows = [
        (p.start, p.end, p.first_day, p.last_day, p.first_day.fromordinal(p.first_day.toordinal() - 1))
        for p in periods
    ]
    names = ("period_start", "period_end", "first_day", "last_day", "fixed_day")
    kinds = ("timestamp(6)", "timestamp(6)", "date", "date", "date")
    return in_memory(
        [dict(zip(names, row, strict=True)) for row in rows], schema=dict(zip(names, kinds, strict=True))
    )


def account_periods(
    changes: Any, spans: Any, paid: Any, paying: Any, rates: Any, periods: Sequence[Period], basis: Basis
) -> Any:
    """Account by period, from the ledger, the customer and paid spans and the paying phases.

    Money is in the workspace's currency: `opening_mrr` and `closing_mrr` at the rate of the
    month they fall in, `opening_fixed`, `closing_fixed`, `kept_by_subscription` (the sum over
    subscriptions of the lesser of both ends) and the movements of `LEDGER` at the rate before
    the window. The columns
    of `RATES` hold the first day whose rate is missing for that value, and null where none is.
    """
    bounds = period_table(periods)
    parts = [
        _stocks(changes, bounds, rates, basis),
        _movements(changes, bounds, rates, basis),
        _kept(paying, bounds, rates, basis),
        _customers(spans, bounds, basis),
        _paid_days(paid, bounds, basis),
    ]
    rows = reduce(_beside, map(_summed, parts))
    sums = {name: rows[name].fill_null(zero()) for name in MONEYS}
    counts = {name: rows[name].fill_null(0) for name in COUNTS}
    return rows.select(*KEYS, **sums, **counts, **{name: rows[name] for name in RATES})


def _summed(part: Any) -> Any:
    """What a part says of each account and period, in one row."""
    sums = {name: part[name].sum().cast(MONEY) for name in MONEYS if name in part.columns}
    counts = {name: whole(part[name].sum()) for name in COUNTS if name in part.columns}
    lacking = {name: part[name].min() for name in RATES if name in part.columns}
    return part.group_by(list(KEYS)).agg(**sums, **counts, **lacking)


def _beside(one: Any, other: Any) -> Any:
    """Two parts side by side.

    One under the other, each row would bring every column of all parts to be added up, most of them 0.
    """
    both = one.outer_join(other, list(KEYS))
    shared = {name: f"{name}_right" for name in one.columns if name in other.columns}
    least = {name: _least(both[name], both[right]) for name, right in shared.items()}
    return both.mutate(**least).drop(*shared.values())


def _least(one: Any, other: Any) -> Any:
    """The lesser of two values, or the one that is there: engines differ on the least of a value and none."""
    return ibis.least(ibis.coalesce(one, other), ibis.coalesce(other, one))


def _stocks(changes: Any, bounds: Any, rates: Any, basis: Basis) -> Any:
    """Balances at both bounds: the balance in force just before a bound (R3)."""
    held = changes.filter(changes.after > zero())
    opening = _at(held, bounds, "period_start").mutate(is_opening=True)
    closing = _at(held, bounds, "period_end").mutate(is_opening=False)
    both = ibis.union(opening, closing)
    both = both.mutate(month_day=rate_day(both.bound, basis.calendar))
    both = valued(
        both, rates, basis.currency, native="after", day="month_day", into="month_value", missing="no_month"
    )
    both = valued(
        both, rates, basis.currency, native="after", day="fixed_day", into="fixed_value", missing="no_fixed"
    )
    one, nothing = ibis.literal(1), ibis.literal(0)
    account = both.group_by([*KEYS, "is_opening"]).agg(
        month=both.month_value.sum(),
        fixed=both.fixed_value.sum(),
        no_month=both.no_month.min(),
        no_fixed_rate=both.no_fixed.min(),
    )
    first, never = account.is_opening, ibis.null().cast("date")
    return account.mutate(
        opening_mrr=ibis.ifelse(first, account.month, zero()),
        closing_mrr=ibis.ifelse(first, zero(), account.month),
        opening_fixed=ibis.ifelse(first, account.fixed, zero()),
        closing_fixed=ibis.ifelse(first, zero(), account.fixed),
        no_opening_rate=ibis.ifelse(first, account.no_month, never),
        no_closing_rate=ibis.ifelse(first, never, account.no_month),
        opening_paying=ibis.ifelse(first, one, nothing),
        closing_paying=ibis.ifelse(first, nothing, one),
    )


def _at(held: Any, bounds: Any, bound: str) -> Any:
    joined = held.join(bounds, [held["at"] < bounds[bound], held.next_at >= bounds[bound]])
    return joined.select("account_id", "currency", "after", "period_start", "fixed_day", bound=joined[bound])


def _movements(changes: Any, bounds: Any, rates: Any, basis: Basis) -> Any:
    """Movements by kind, at the rate of their month and at the rate before the window (R14)."""
    rows = changes.join(bounds, [changes["at"] >= bounds.period_start, changes["at"] < bounds.period_end])
    rows = rows.select(*KEYS, "currency", "at", "before", "after", "kind", "fixed_day")
    rows = rows.mutate(month_day=rate_day(rows["at"], basis.calendar))
    for side in ("after", "before"):
        rows = valued(rows, rates, basis.currency, native=side, day="month_day", into=f"{side}_month")
        rows = valued(
            rows,
            rates,
            basis.currency,
            native=side,
            day="fixed_day",
            into=f"{side}_fixed",
            missing="no_fixed",
        )
    at_once = rows.group_by([*KEYS, "at"]).agg(
        moved=(rows.after_month - rows.before_month).sum(),
        fixed=(rows.after_fixed - rows.before_fixed).sum(),
        kind=rows.kind.min(),
        no_movement_rate=rows.no_rate.min(),
        no_fixed_movement_rate=rows.no_fixed.min(),
    )
    steady = ~at_once.kind.isin(["new", "reactivation", "churn"])
    churns, returns = at_once.kind == "churn", at_once.kind == "reactivation"
    rises, fixed_rises = at_once.moved > zero(), at_once.fixed > zero()
    return at_once.mutate(
        new_mrr=_only(at_once.kind == "new", at_once.moved),
        reactivation_mrr=_only(returns, at_once.moved),
        churned_mrr=_only(churns, -at_once.moved),
        expansion_mrr=_only(steady & rises, at_once.moved),
        contraction_mrr=_only(steady & ~rises, -at_once.moved),
        expansion_fixed=_only(steady & fixed_rises, at_once.fixed),
        reactivation_fixed=_only(returns, at_once.fixed),
        lost_fixed=_only(churns | (steady & ~fixed_rises), -at_once.fixed),
    )


def _only(when: Any, value: Any) -> Any:
    return ibis.ifelse(when, value.cast(MONEY), zero())


def _kept(paying: Any, bounds: Any, rates: Any, basis: Basis) -> Any:
    """The lesser of both ends of each subscription, at the rate before the window."""
    ends = {"opening": "period_start", "closing": "period_end"}
    stocks = []
    for side, bound in ends.items():
        held = paying.join(bounds, [paying.start_at < bounds[bound], paying.end_at >= bounds[bound]])
        stocks.append(
            held.select(
                *KEYS,
                "subscription_id",
                "currency",
                "mrr",
                "fixed_day",
                opening=ibis.literal(side == "opening"),
            )
        )
    rows = valued(
        ibis.union(*stocks),
        rates,
        basis.currency,
        native="mrr",
        day="fixed_day",
        into="value",
        missing="no_fixed_rate",
    )
    ends_of = rows.group_by([*KEYS, "subscription_id"]).agg(
        first=_only(rows.opening, rows.value).sum(),
        last=_only(~rows.opening, rows.value).sum(),
        no_fixed_rate=rows.no_fixed_rate.min(),
    )
    least = ends_of.mutate(kept_by_subscription=ibis.least(ends_of["first"], ends_of["last"]))
    return least.filter((least.kept_by_subscription > zero()) | least.no_fixed_rate.notnull())


def _customers(spans: Any, bounds: Any, basis: Basis) -> Any:
    """Being a customer at both bounds, becoming and ceasing to be one, and customer-days."""
    near = _near(spans, bounds)
    begins = near.start_at >= near.period_start
    ends = near.end_at < near.period_end
    return near.mutate(
        opening_customer=(~begins).cast("int64"),
        closing_customer=(~ends).cast("int64"),
        became=begins.cast("int64"),
        first_became=(begins & near.fresh).cast("int64"),
        churns=ends.cast("int64"),
        customer_days=_days_begun(near, basis),
    )


def _paid_days(paid: Any, bounds: Any, basis: Basis) -> Any:
    near = _near(paid, bounds)
    return near.mutate(paying_days=_days_begun(near, basis))


def _near(spans: Any, bounds: Any) -> Any:
    return spans.join(bounds, [spans.start_at < bounds.period_end, spans.end_at >= bounds.period_start])


def _days_begun(near: Any, basis: Basis) -> Any:
    """How many of the period's local days began inside the span: midnights t with start < t <= end (R3)."""
    from_day = local_day(near.start_at, basis.calendar) + ibis.interval(days=1)
    to_day = ibis.ifelse(near.end_at < FAR, local_day(near.end_at, basis.calendar), ibis.date(9999, 12, 31))
    first, last = ibis.greatest(from_day, near.first_day), ibis.least(to_day, near.last_day)
    return ibis.greatest(last.delta(first, unit="day") + 1, 0)
