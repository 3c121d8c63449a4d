"""Attempts to collect, the cards behind them, and money given back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.company import market
from holdfast.company.bills import Bills
from holdfast.company.clock import Clock
from holdfast.company.columns import (
    DAY,
    HOUR,
    NEVER,
    SECOND,
    Ints,
    canonical,
    cents,
    chance,
    ids,
    instants,
    pick,
    whole,
    words,
)
from holdfast.company.founding import Accounts
from holdfast.company.lives import HARD, NOT_FAILING, SOFT, VOLUNTARY, Phases, Rows, batch
from holdfast.company.turns import VIAS

RETRY_DAYS = (0, 1, 3, 5, 7, 14)
CODES = (
    "insufficient_funds", "processing_error", "try_again_later", "expired_card", "stolen_card",
    "card_not_supported",
)  # fmt: skip
METHODS = ("card", "sepa_debit", "upi", "bank_transfer")
BRANDS = ("visa", "mastercard", "amex", None)
REFUND_KINDS = ("refund", "credit", "dispute")


@dataclass(frozen=True)
class Attempts(Rows):
    """Payment attempts; `code` is -1 and `failing` `NOT_FAILING` for those that succeed."""

    bill: Ints
    at: Ints
    via: Ints
    failing: Ints
    code: Ints


def attempted(bills: Bills, phases: Phases, clock: Clock, seed: int) -> Attempts:
    """All attempts before the simulation's end, by invoice and time."""
    rng = chance(seed, "attempts")
    failing = phases.failing[bills.phase]
    asked = bills.total > 0
    parts = []
    for number, day in enumerate(RETRY_DAYS):
        at = bills.issued + day * DAY + 5 * SECOND
        tried = asked & (failing != NOT_FAILING) & (at < clock.end) & (at < bills.settled - 2 * HOUR)
        tried &= (failing == SOFT) | (number == 0)
        bill = np.flatnonzero(tried)
        via = np.full(len(bill), min(number, 1))
        code = np.where(failing[bill] == SOFT, 0, 3) + pick(rng, (0.6, 0.25, 0.15), len(bill))
        parts.append(Attempts(bill, at[bill], via, failing[bill], code))
    bill = np.flatnonzero(asked & (bills.paid < NEVER))
    late = failing[bill] != NOT_FAILING
    via = np.where(late, phases.via[bills.phase[bill]], np.where(bills.by_transfer[bill] == 1, 4, 0))
    none = np.full(len(bill), -1)
    parts.append(Attempts(bill, bills.paid[bill], via, none, none))
    everything = batch(parts)
    return everything.take(np.lexsort((everything.at, everything.bill)))


def payment_table(attempts: Attempts, bills: Bills, phases: Phases) -> pa.Table:
    """The canonical table `payments`."""
    own = phases.take(bills.phase[attempts.bill])
    first = np.append(True, attempts.bill[1:] != attempts.bill[:-1])
    begun = np.flatnonzero(first)
    number = np.arange(attempts.count) - np.repeat(begun, np.diff(np.append(begun, attempts.count))) + 1
    columns = {
        "payment_id": ids("py", np.arange(attempts.count), 7),
        "invoice_id": ids("in", attempts.bill, 7),
        "account_id": ids("a", own.who),
        "attempted_at": instants(attempts.at),
        "attempt_no": whole(number),
        "amount": cents(bills.total[attempts.bill]),
        "currency": words(own.currency, market.CURRENCIES),
        "status": words((attempts.failing == NOT_FAILING).astype(np.int64), ("failed", "succeeded")),
        "decline_code": words(attempts.code, CODES),
        "decline_class": words(attempts.failing, ("soft", "hard")),
        "method_id": ids("pm", own.who),
        "via": words(attempts.via, VIAS),
    }
    return canonical("payments", columns)


def method_table(attempts: Attempts, bills: Bills, phases: Phases, accounts: Accounts, seed: int) -> pa.Table:
    """The canonical table `payment_methods`: one per account that was ever charged."""
    rng = chance(seed, "payment_methods")
    payer = phases.who[bills.phase[attempts.bill]]
    who = np.unique(payer)
    changed, by = np.full(accounts.count, NEVER), np.full(accounts.count, -1)
    renewed = np.flatnonzero((attempts.failing == NOT_FAILING) & (attempts.via >= 2))
    renewed = renewed[phases.failing[bills.phase[attempts.bill[renewed]]] == HARD]
    changed[payer[renewed]] = attempts.at[renewed]
    by[payer[renewed]] = np.where(attempts.via[renewed] == 2, 1, 0)
    codes = [country.code for country in market.COUNTRIES]
    kind = np.zeros(accounts.count, dtype=np.int64)
    debit = np.isin(accounts.country, [codes.index("DE"), codes.index("NL")])
    kind[debit & (rng.random(accounts.count) < 0.4)] = 1
    kind[(accounts.country == codes.index("IN")) & (rng.random(accounts.count) < 0.45)] = 2
    kind[phases.who[bills.phase[bills.by_transfer == 1]]] = 3
    card = kind[who] == 0
    columns = {
        "method_id": ids("pm", who),
        "account_id": ids("a", who),
        "kind": words(kind[who], METHODS),
        "brand": words(np.where(card, pick(rng, (0.55, 0.35, 0.1), len(who)), 3), BRANDS),
        "exp_month": whole(rng.integers(1, 13, len(who)), card),
        "exp_year": whole(rng.integers(2025, 2031, len(who)), card),
        "updated_at": instants(changed[who]),
        "updated_by": words(by[who], ("customer", "updater")),
    }
    return canonical("payment_methods", columns)


def refund_table(attempts: Attempts, bills: Bills, phases: Phases, clock: Clock, seed: int) -> pa.Table:
    """The canonical table `refunds`: money back to those who quit at once, and a few others."""
    rng = chance(seed, "refunds")
    paid = np.flatnonzero(attempts.failing == NOT_FAILING)
    bill = attempts.bill[paid]
    own = phases.take(bills.phase[bill])
    quits = (own.reason == VOLUNTARY) & (own.requested == own.end) & (own.end < clock.end)
    other = ~quits & (rng.random(len(paid)) < 0.005)
    whim = attempts.at[paid] + rng.integers(3600, 40 * 86_400, len(paid)) * SECOND
    at = np.where(quits, own.end + rng.integers(60, 40_000, len(paid)) * SECOND, whim)
    part = np.where(quits | (rng.random(len(paid)) < 0.5), 100, rng.integers(10, 90, len(paid)))
    amount = bills.total[bill] * part // 100
    kind = np.where(quits, 0, pick(rng, (0.5, 0.3, 0.2), len(paid)))
    chosen = (quits | other) & (at < clock.end) & (amount > 0)
    columns = {
        "refund_id": ids("rf", np.arange(int(chosen.sum()))),
        "payment_id": ids("py", paid[chosen], 7),
        "account_id": ids("a", own.who[chosen]),
        "at": instants(at[chosen]),
        "amount": cents(amount[chosen]),
        "currency": words(own.currency[chosen], market.CURRENCIES),
        "kind": words(kind[chosen], REFUND_KINDS),
    }
    return canonical("refunds", columns)
