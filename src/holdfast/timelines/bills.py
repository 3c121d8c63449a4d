"""Recurring invoices and how their payment went, by the period they belong to (K10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.account_periods import period_table
from holdfast.timelines.basis import FAR, INSTANT
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.money import MONEY
from holdfast.timelines.rates import valued
from holdfast.timelines.subjects import accounts_by_period, column_of, in_period, with_period, with_reason

INVOICE = ("source", "invoice_id")
ATTEMPT = (
    *INVOICE,
    "payment_id",
    "attempted_at",
    "attempt_no",
    "decline_class",
    "card_brand",
    "via",
)


def charged_invoices(layout: Layout, periods: Sequence[Period]) -> Any:
    """Recurring invoices by the period of their first attempt, with `paid_at_once` 1 where it succeeded."""
    tried = _attempts(layout, periods)
    first = tried.filter(tried.turn == 0).mutate(paid_at_once=(~tried.failed).cast("int64"))
    rows = in_period(first, first.attempted_at, periods)
    return with_period(with_reason(rows, layout), periods)


def failed_invoices(layout: Layout, periods: Sequence[Period]) -> Any:
    """Recurring invoices by the period in which they first failed, with what became of them.

    `recovered` is 1 where the invoice was paid within the recovery window, which is over at
    `recovered_by`; `value` is its total at the rate before the period (R14). It can be split by how
    it first failed, the card that failed, and what led to the attempt that succeeded.
    """
    bills = _attempts(layout, periods).group_by(["account_id", "subject_id", "currency", "total", "paid_at"])
    failed, at = ibis._.failed, ibis._.attempted_at
    settled = bills.agg(
        succeeded_at=at.min(where=~failed),
        first_failed_at=at.min(where=failed),
        **{
            column_of(name): ibis._[name].argmin(ibis._.turn, where=failed)
            for name in ("decline_class", "card_brand")
        },
        **{column_of("recovered_via"): ibis._.via.argmin(ibis._.turn, where=~failed)},
    )
    paid_at = ibis.coalesce(settled.paid_at, settled.succeeded_at).fill_null(FAR).cast(INSTANT)
    window = ibis.interval(days=layout.basis.rules.recovery_window_days)
    rows = settled.mutate(paid_at=paid_at, recovered_by=settled.first_failed_at + window)
    # What fails once the invoice is paid is no failure of it.
    rows = rows.filter(rows.first_failed_at <= rows.paid_at)
    rows = rows.mutate(recovered=(rows.paid_at < rows.recovered_by).cast("int64"))
    rows = _valued_before(in_period(rows, rows.first_failed_at, periods), layout, periods)
    return with_period(with_reason(rows, layout), periods)


def churned_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """The account by period, with `unpaid` 1 where its last paying phase ended by a payment that failed."""
    bounds = period_table(periods).select("period_start", "period_end")
    spans = layout.spans.join(bounds, layout.spans.start_at < bounds.period_end)
    last = spans.group_by(["account_id", "period_start"]).agg(paid_until=spans.paid_until.max())
    ends = _unpaid_ends(layout)
    met = last.join(ends, [last.account_id == ends.who, last.paid_until == ends.ended_at])
    found = met.select(who="account_id", starts="period_start", unpaid=ibis.literal(1)).distinct()
    rows = accounts_by_period(layout, periods)
    joined = rows.left_join(found, [rows.account_id == found.who, rows.period_start == found.starts])
    return joined.mutate(unpaid=joined.unpaid.fill_null(0)).drop("who", "starts")


def _attempts(layout: Layout, periods: Sequence[Period]) -> Any:
    """Each attempt known by the layout's `as_of` to collect a recurring invoice, with the invoice.

    Attempts on an invoice have a `turn` each, from 0. One refunded later had succeeded. Of invoices
    that nobody tried to collect within the periods there are none.
    """
    return layout.once_for("attempts", periods, lambda: _tried(layout, periods))


def _tried(layout: Layout, periods: Sequence[Period]) -> Any:
    paid = layout.records["payments"]
    tried = paid.filter(paid.attempted_at < ibis.literal(layout.as_of))
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    near = tried.filter(
        (tried.attempted_at >= ibis.literal(first)) & (tried.attempted_at < ibis.literal(last))
    )
    tried = tried.semi_join(near.select(*INVOICE).distinct(), INVOICE)
    cards = layout.records["payment_methods"].select("method_id", card_brand="brand", card_of="source")
    tried = tried.left_join(cards, [tried.source == cards.card_of, tried.method_id == cards.method_id])
    tried = tried.select(*ATTEMPT, failed=tried.status == "failed")
    tried = tried.join(_recurring(layout), INVOICE)
    order = [tried.attempted_at, ibis.asc(tried.attempt_no, nulls_first=False), tried.payment_id]
    turns = ibis.window(group_by="subject_id", order_by=order)
    return tried.mutate(turn=ibis.row_number().over(turns))


def _recurring(layout: Layout) -> Any:
    """Invoices with a recurring line; of those without any line, the ones of a subscription."""
    bills, lines = layout.records["invoices"], layout.records["invoice_lines"]
    told = lines.group_by(INVOICE).agg(recurs=(lines.kind == "recurring").max())
    joined = bills.left_join(told, INVOICE)
    recurs = ibis.coalesce(joined.recurs, joined.subscription_id.notnull())
    return joined.filter(recurs).select(
        "source",
        "invoice_id",
        "account_id",
        "currency",
        "paid_at",
        subject_id=named(bills, "invoice_id"),
        total=joined.total.cast(MONEY),
    )


def _valued_before(rows: Any, layout: Layout, periods: Sequence[Period]) -> Any:
    """`rows` with `value`: their total at the rate of the last day before the period."""
    known = period_table(periods).select(starts="period_start", fixed_day="fixed_day")
    rows = rows.join(known, rows.period_start == known.starts).drop("starts")
    currency = layout.basis.currency
    return valued(
        rows, layout.rates, currency, native="total", day="fixed_day", into="value", missing="no_fixed_rate"
    )


def _unpaid_ends(layout: Layout) -> Any:
    """When accounts' paying phases ended by a payment that failed: said so, or the grace ran out."""
    paying, told = layout.paying, layout.records["subscription_phases"]
    raw = told.select(
        who="account_id",
        phase=named(told, "phase_id"),
        late=(told.status == "past_due") & told.cancel_requested_at.isnull(),
        runs_to=told.end_at.fill_null(FAR),
    )
    joined = paying.join(raw, [paying.account_id == raw.who, paying.phase_id == raw.phase])
    lapsed = joined.late & joined.end_reason.isnull() & (joined.end_at < joined.runs_to)
    unpaid = (joined.end_reason == "payment_failure").fill_null(False) | lapsed
    return joined.filter(unpaid).select("who", ended_at="end_at").distinct()


TIMELINES: dict[str, Callable[..., Any]] = {
    "charged_invoices": charged_invoices,
    "failed_invoices": failed_invoices,
    "churned_accounts": churned_accounts,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""

SPLITS = {"failed_invoices": ("decline_class", "card_brand", "recovered_via")}
"""What rows of each timeline can be split by besides what their accounts are: traits of their own."""
