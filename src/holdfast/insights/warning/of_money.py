"""Signs that speak of the contract: a payment failed, a card about to expire, seats fewer, a term ending."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from holdfast.insights.warning.rules import Rules
from holdfast.insights.warning.signs import signs_of
from holdfast.timelines.basis import FAR
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import instant

GRACE_DAYS = 60
"""How long after a card expired the next payment may take to show that it was replaced."""


def failed_payments(layout: Layout, rules: Rules) -> pa.Table:
    """From each failed attempt until its invoice is paid."""
    payments, invoices = layout.records["payments"], layout.records["invoices"]
    paid = payments.filter(payments.status == "succeeded")
    paid = paid.group_by(["source", "invoice_id"]).agg(collected=paid.attempted_at.min())
    bills = invoices.select("source", "invoice_id", "paid_at", voided=invoices.status == "void")
    failed = payments.filter(payments.status == "failed")
    rows = failed.left_join(paid, ["source", "invoice_id"]).drop("source_right", "invoice_id_right")
    rows = rows.left_join(bills, ["source", "invoice_id"])
    rows = rows.filter(~rows.voided.fill_null(False))
    until = rows.attempted_at + ibis.interval(days=rules.failed_payment_days)
    settled = ibis.least(ibis.coalesce(rows.paid_at, FAR), ibis.coalesce(rows.collected, FAR))
    rows = rows.mutate(start_at=rows.attempted_at, end_at=ibis.least(settled, until))
    return signs_of(rows, "failed_payment", "payments", rows.payment_id)


def cards_expiring(layout: Layout, rules: Rules) -> pa.Table:
    """From some days before a card expires until it is replaced, or a later payment shows that it was."""
    methods = layout.records["payment_methods"]
    ends = methods.exp_year.cast("int64") * 12 + methods.exp_month.cast("int64")
    cards = methods.mutate(ends=ends).select("source", "method_id", "account_id", "updated_at", "ends")
    first = ibis.date(cards.ends // 12, cards.ends % 12 + 1, 1).cast("timestamp")
    known = cards.filter(cards.ends.notnull()).mutate(expires_at=instant(first, layout.basis.calendar))
    other = cards.select(whose="account_id", other="method_id", since="updated_at", lasts="ends")
    both = known.left_join(
        other,
        [
            known.account_id == other.whose,
            known.method_id != other.other,
            other.lasts.fill_null(10**6) > known.ends,
        ],
    )
    key = ["source", "method_id", "account_id", "updated_at", "expires_at"]
    beginning = ibis.timestamp("1970-01-01")
    replaced = ibis.ifelse(both.other.notnull(), ibis.coalesce(both.since, beginning), FAR)
    rows = both.group_by(key).agg(replaced=replaced.min())
    paid = layout.records["payments"]
    paid = paid.filter(paid.status == "succeeded").select(payer="account_id", paid_at="attempted_at")
    rows = rows.left_join(paid, [rows.account_id == paid.payer, paid.paid_at >= rows.expires_at])
    rows = rows.group_by([*key, "replaced"]).agg(collected=rows.paid_at.min())
    begins = rows.expires_at - ibis.interval(days=rules.card_days)
    until = rows.expires_at + ibis.interval(days=GRACE_DAYS)
    rows = rows.mutate(
        start_at=ibis.greatest(begins, ibis.coalesce(rows.updated_at, begins)),
        end_at=ibis.least(rows.replaced, ibis.coalesce(rows.collected, FAR), until),
    )
    return signs_of(rows, "card_expiring", "payment_methods", rows.method_id)


def terms_ending(layout: Layout, rules: Rules) -> pa.Table:
    """From some days before a term ends that does not renew by itself, until it is decided or over."""
    rows = layout.records["contracts"].filter(~ibis._.auto_renew.fill_null(True))
    begins = rows.term_end - ibis.interval(days=rules.term_days)
    rows = rows.mutate(
        start_at=ibis.greatest(rows.term_start, begins),
        end_at=ibis.least(ibis.coalesce(rows.decided_at, FAR), rows.term_end),
    )
    return signs_of(rows, "term_ending", "contracts", rows.contract_id)


def seats_falling(layout: Layout, rules: Rules) -> pa.Table:
    """From a fall of the seats paid for until as many are paid for again."""
    steps = _seats(layout)
    least = (100 - rules.seats_percent) / 100
    falls = steps.filter((steps.after > 0) & (steps.before > 1) & (steps.after <= steps.before * least))
    later = steps.select(whose="account_id", back_at="at", back="after")
    rows = falls.left_join(
        later,
        [
            falls.account_id == later.whose,
            later.back_at > falls["at"],
            later.back >= falls.before,
        ],
    )
    rows = rows.group_by(["account_id", "at", "record", "before", "after"]).agg(back_at=rows.back_at.min())
    until = rows["at"] + ibis.interval(days=rules.seats_days)
    rows = rows.mutate(start_at=rows["at"], end_at=ibis.least(ibis.coalesce(rows.back_at, FAR), until))
    return signs_of(rows, "seats_falling", "subscription_phases", rows.record, rows.before, rows.after)


def _seats(layout: Layout) -> Any:
    """account_id, `at`, the seats paid for just `before` and from then on `after`, and a phase then."""
    paying = layout.paying.select("account_id", "phase_id", "start_at", "end_at", "quantity")
    quantity = paying.quantity.fill_null(1).cast("decimal(38, 9)")
    begun = paying.select("account_id", "phase_id", at="start_at", seats=quantity)
    ended = paying.filter(paying.end_at < ibis.literal(FAR)).select(
        "account_id", "phase_id", at="end_at", seats=(-quantity).cast("decimal(38, 9)")
    )
    steps = ibis.union(begun, ended)
    steps = steps.group_by(["account_id", "at"]).agg(change=steps.seats.sum(), record=steps.phase_id.max())
    running = ibis.cumulative_window(group_by="account_id", order_by="at")
    steps = steps.mutate(after=steps.change.sum().over(running))
    return steps.mutate(before=steps.after - steps.change)
