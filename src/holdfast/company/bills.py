"""Invoices and their lines: one invoice per billing date of every charged phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.company import market
from holdfast.company.clock import Clock
from holdfast.company.columns import (
    DAY,
    NEVER,
    SECOND,
    Ints,
    canonical,
    cents,
    chance,
    ids,
    instants,
    spread,
    whole,
    words,
)
from holdfast.company.founding import Accounts
from holdfast.company.lives import ACTIVE, NOT_FAILING, PAST_DUE, Phases, Rows
from holdfast.company.pricing import subscription_ids

STATUSES = ("open", "paid", "uncollectible")
OPEN, PAID, UNCOLLECTIBLE = range(3)
ORIGINS = ("upgrade", "cross_sell", "loyalty", "extra")
ONE_OFFS = ("Migration from another plan", "Training day", "Anniversary pack", "Extra storage, once")


@dataclass(frozen=True)
class Bills(Rows):
    """Invoices in the order of issue, amounts in hundredths; `phase` is a place in the phases.

    `paid` and `settled` (recovered or given up) may be `NEVER`; `settled` may lie after the
    simulation's end: what would have come.
    """

    phase: Ints
    issued: Ints
    due: Ints
    paid: Ints
    settled: Ints
    recovers: Ints
    by_transfer: Ints
    subtotal: Ints
    discount: Ints
    usage: Ints
    one_off: Ints
    origin: Ints
    tax: Ints

    @property
    def total(self) -> Ints:
        """What the customer is asked to pay."""
        total: Ints = self.subtotal - self.discount + self.usage + self.one_off + self.tax
        return total

    def status(self, end: int) -> Ints:
        """Where each invoice stands at the simulation's end."""
        given_up = (self.recovers == 0) & (self.settled < end)
        return np.select([self.paid < NEVER, given_up], [PAID, UNCOLLECTIBLE], OPEN)


def billed(phases: Phases, accounts: Accounts, clock: Clock, seed: int) -> Bills:
    """Every invoice issued before the simulation's end."""
    rng = chance(seed, "bills")
    row, issued = _billing_dates(phases, clock)
    order = np.lexsort((row, issued))
    row, issued = row[order], issued[order]
    count = len(row)
    own = phases.take(row)
    failing = own.failing != NOT_FAILING
    transfer = ~failing & (own.plan == market.ENTERPRISE) & (own.cycle == market.YEARLY)
    subtotal, discount = own.unit * own.seats, own.discount
    monthly = market.MONTHLY_CENTS[own.currency, own.plan]
    metered = (rng.random(count) < 0.35) & np.isin(own.plan, (market.BUSINESS, market.ENTERPRISE))
    usage = np.where(metered, monthly * rng.integers(5, 60, count) // 100, 0)
    extra = rng.random(count) < 0.025
    one_off = np.where(extra, monthly * rng.integers(2, 15, count), 0)
    rate = np.array([country.tax for country in market.COUNTRIES])[accounts.country[own.who]]
    tax = ((subtotal - discount + usage + one_off) * rate + 50) // 100
    wait = np.where(transfer, rng.integers(4 * 86_400, 29 * 86_400, count), rng.integers(20, 600, count))
    settled = np.where(failing, own.ends, issued + wait * SECOND)
    recovers = ~failing | (own.then == ACTIVE)
    nothing_due = subtotal - discount + usage + one_off == 0
    settled = np.where(nothing_due, issued, settled)
    return Bills(
        phase=row, issued=issued, due=np.where(transfer, issued + 30 * DAY, issued),
        paid=np.where(recovers & (settled < clock.end), settled, NEVER), settled=settled,
        recovers=recovers.astype(np.int64), by_transfer=transfer.astype(np.int64), subtotal=subtotal,
        discount=discount, usage=usage, one_off=one_off, origin=rng.integers(0, len(ORIGINS), count), tax=tax,
    )  # fmt: skip


def _billing_dates(phases: Phases, clock: Clock) -> tuple[Ints, Ints]:
    """The phase and instant of each invoice: every date of an active phase, the first of a past-due one."""
    until = np.minimum(phases.end, clock.end)
    active = np.flatnonzero((phases.status == ACTIVE) & (until > phases.start))
    own = phases.take(active)
    first = clock.cycle_from(own.anchor, own.cycle, own.start, after=False)
    beyond = clock.cycle_from(own.anchor, own.cycle, until[active], after=False)
    row, number = spread(np.maximum(beyond - first, 0))
    issued = clock.later(own.anchor[row], (first[row] + number) * own.cycle[row])
    late = np.flatnonzero((phases.status == PAST_DUE) & (phases.start < clock.end))
    return np.concatenate([active[row], late]), np.concatenate([issued, phases.start[late]])


def invoice_table(bills: Bills, phases: Phases, clock: Clock) -> pa.Table:
    """The canonical table `invoices`."""
    own = phases.take(bills.phase)
    columns = {
        "invoice_id": ids("in", np.arange(bills.count), 7),
        "account_id": ids("a", own.who),
        "subscription_id": subscription_ids(own),
        "issued_at": instants(bills.issued),
        "due_at": instants(bills.due),
        "paid_at": instants(bills.paid),
        "currency": words(own.currency, market.CURRENCIES),
        "subtotal": cents(bills.subtotal + bills.usage + bills.one_off),
        "tax": cents(bills.tax),
        "discount": cents(bills.discount),
        "total": cents(bills.total),
        "status": words(bills.status(clock.end), STATUSES),
    }
    return canonical("invoices", columns)


def line_table(bills: Bills, phases: Phases, clock: Clock) -> pa.Table:
    """The canonical table `invoice_lines`: recurring, metered use and one-off sales."""
    own = phases.take(bills.phase)
    months = clock.later(bills.issued, own.cycle)
    every = np.arange(bills.count)
    used, sold = np.flatnonzero(bills.usage > 0), np.flatnonzero(bills.one_off > 0)
    invoice = np.concatenate([every, used, sold])
    kind = np.repeat([0, 1, 2], [len(every), len(used), len(sold)])
    amount = np.concatenate([bills.subtotal, bills.usage[used], bills.one_off[sold]])
    order = np.lexsort((kind, invoice))
    invoice, kind, amount = invoice[order], kind[order], amount[order]
    served = kind < 2
    start = np.where(kind == 0, bills.issued[invoice], clock.later(bills.issued, -own.cycle)[invoice])
    end = np.where(kind == 0, months[invoice], bills.issued[invoice])
    plan = words(own.plan[invoice], market.PLAN_NAMES)
    extra = words(np.where(kind == 2, bills.origin[invoice], -1), ONE_OFFS)
    columns = {
        "line_id": ids("li", np.arange(len(invoice)), 7),
        "invoice_id": ids("in", invoice, 7),
        "kind": words(kind, ("recurring", "usage", "one_off")),
        "amount": cents(amount),
        "service_start": instants(np.where(served, start, NEVER)),
        "service_end": instants(np.where(served, end, NEVER)),
        "quantity": whole(np.where(kind == 0, own.seats[invoice], 1)).cast(pa.decimal128(38, 9)),
        "description": pc.coalesce(extra, plan),
        "origin": words(np.where(kind == 2, bills.origin[invoice], -1), ORIGINS),
    }
    return canonical("invoice_lines", columns)


def failure_truth(bills: Bills, phases: Phases, clock: Clock) -> pa.Table:
    """Every invoice whose first charge failed: whether and when it is, or would be, recovered, and how."""
    failed = np.flatnonzero(phases.failing[bills.phase] != NOT_FAILING)
    mine = bills.take(failed)
    own = phases.take(mine.phase)
    recovers = mine.recovers == 1
    return pa.table(
        {
            "invoice_id": ids("in", failed, 7),
            "account_id": ids("a", own.who),
            "failed_at": instants(mine.issued),
            "decline_class": words(own.failing, ("soft", "hard")),
            "would_recover": pa.array(recovers),
            "recovered_at": instants(np.where(recovers, mine.settled, NEVER)),
            "given_up_at": instants(np.where(recovers, NEVER, mine.settled)),
            "via": words(own.via, ("first", "retry", "updater", "dunning", "manual")),
            "known_by_the_end": pa.array(mine.settled < clock.end),
        }
    )
