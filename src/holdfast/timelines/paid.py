"""What customers paid for recurring and one-off goods, and got back (K14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.basis import INSTANT
from holdfast.timelines.identity import named
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import rate_day
from holdfast.timelines.money import MONEY, share, zero
from holdfast.timelines.rates import valued
from holdfast.timelines.subjects import (
    accounts_by_period,
    in_period,
    trailing_months,
    with_period,
    with_reason,
)


def paid_by_cohort(layout: Layout, periods: Sequence[Period]) -> Any:
    """Accounts by the period in which they first paid for a subscription.

    `value` is what they paid up to the layout's `as_of` less what they got back, each at the
    rate of its month; `start_at` is the instant at which they first paid.
    """
    first = layout.spans.filter(layout.spans.ordinal == 1).select("account_id", "start_at")
    cohort = in_period(first, first.start_at, periods)
    moved = ibis.union(_paid(layout).select(*MOVED), _returned(layout).select(*MOVED))
    total = moved.group_by("account_id").agg(value=moved.value.sum().cast(MONEY), no_rate=moved.no_rate.min())
    rows = cohort.left_join(total, "account_id").drop("account_id_right")
    rows = rows.mutate(value=rows.value.fill_null(zero()))
    return with_period(with_reason(rows, layout), periods)


def purchases(layout: Layout, periods: Sequence[Period]) -> Any:
    """Paid invoices and months of being a customer, in the twelve months that end with each period.

    A row is an invoice paid with its `value` and 1 in `purchases`, or an account with its `months`.
    """
    windows = trailing_months(periods, layout.basis.calendar)
    pairs = [(p.start, months[-1].start, months[0].end) for p, months in windows.items()]
    names = ("period_start", "since", "until")
    bounds = in_memory(
        [dict(zip(names, pair, strict=True)) for pair in pairs], schema=dict.fromkeys(names, INSTANT)
    )
    paid = _paid(layout)
    bought = paid.join(bounds, [paid.moved_at >= bounds.since, paid.moved_at < bounds.until])
    bought = bought.mutate(purchases=ibis.literal(1).cast("int64"), months=zero())
    lived = customer_months(layout, periods).mutate(
        value=zero(), purchases=ibis.literal(0).cast("int64"), no_rate=ibis.null().cast("date")
    )
    rows = ibis.union(bought.select(*BOUGHT), lived.select(*BOUGHT))
    return with_period(with_reason(rows, layout), periods)


def customer_months(layout: Layout, periods: Sequence[Period]) -> Any:
    """Account by period: its customer-days / days of the month, over the twelve months, as `months`."""
    windows = trailing_months(periods, layout.basis.calendar)
    pairs = [
        (p, m, replace(m, last_day=min(m.last_day, p.last_day)))
        for p, months in windows.items()
        for m in months
    ]
    known = in_memory(
        [
            {"period_start": p.start, "month_of": m.start, "until": cut.end, "whole": m.days}
            for p, m, cut in pairs
        ],
        schema={"period_start": INSTANT, "month_of": INSTANT, "until": INSTANT, "whole": "int64"},
    )
    lived = accounts_by_period(layout, list(dict.fromkeys(cut for *_, cut in pairs)))
    lived = lived.select("account_id", "customer_days", month_start="period_start", month_end="period_end")
    rows = lived.join(known, [lived.month_start == known.month_of, lived.month_end == known.until])
    rows = rows.mutate(months=share(rows.customer_days.cast(MONEY), ibis.literal(1), rows.whole))
    each = rows.group_by(["account_id", "period_start"]).agg(months=rows.months.sum().cast(MONEY))
    each = each.filter(each.months > zero())
    return each.mutate(subject_id=each.account_id)


BOUGHT = ("period_start", "account_id", "subject_id", "value", "purchases", "months", "no_rate")
MOVED = ("account_id", "moved_at", "value", "no_rate")


def _paid(layout: Layout) -> Any:
    """Paid invoices without tax and usage: their recurring and one-off lines less the invoice's discount.

    Where an invoice came without lines it is its subtotal less the discount, or else its total less tax.
    One that is marked as paid, nobody says when, was paid when it was issued.
    """
    rows = layout.records["invoices"]
    at_issue = ibis.ifelse(rows.status == "paid", rows.issued_at, ibis.null().cast(INSTANT))
    rows = rows.filter(rows.status != "void").mutate(moved_at=ibis.coalesce(rows.paid_at, at_issue))
    rows = rows.filter(rows.moved_at < ibis.literal(layout.as_of))
    rows = rows.left_join(_by_invoice(layout), ["source", "invoice_id"])
    plain = ibis.coalesce(rows.subtotal - rows.discount.fill_null(0), rows.total - rows.tax.fill_null(0))
    net = ibis.ifelse(rows.kept_lines.isnull(), plain, rows.kept_amount - rows.discount.fill_null(0))
    rows = rows.mutate(net=net.cast(MONEY), subject_id=named(rows, "invoice_id"))
    rows = rows.filter(rows.kept_lines.isnull() | (rows.kept_lines > 0))
    return _valued(rows.select("account_id", "subject_id", "moved_at", "currency", "net"), layout)


def _by_invoice(layout: Layout) -> Any:
    lines = layout.records["invoice_lines"]
    kept = lines.kind.isin(["recurring", "one_off"])
    return lines.group_by(["source", "invoice_id"]).agg(
        kept_lines=kept.cast("int64").sum(),
        kept_amount=ibis.ifelse(kept, lines.amount, zero()).sum().cast(MONEY),
    )


def _returned(layout: Layout) -> Any:
    rows = layout.records["refunds"]
    rows = rows.filter(rows["at"] < ibis.literal(layout.as_of))
    rows = rows.mutate(net=(-rows.amount).cast(MONEY), subject_id=named(rows, "refund_id"))
    return _valued(rows.select("account_id", "subject_id", "currency", "net", moved_at=rows["at"]), layout)


def _valued(rows: Any, layout: Layout) -> Any:
    rows = rows.mutate(rate_on=rate_day(rows.moved_at, layout.basis.calendar))
    return valued(rows, layout.rates, layout.basis.currency, native="net", day="rate_on", into="value")


TIMELINES: dict[str, Callable[..., Any]] = {"paid_by_cohort": paid_by_cohort, "purchases": purchases}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
