"""Phases and the price list as tables."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from holdfast.company import market
from holdfast.company.columns import NEVER, Ints, canonical, cents, ids, instants, joined, whole, words
from holdfast.company.lives import DISCOUNTS, NO_DISCOUNT, REASONS, REPEATING, STATUSES, Phases

INTERVALS = ("month", "year")
END_CAUSES = {
    market.ADOPTION: "we never really got started",
    market.VALUE: "not enough value for us",
    market.PRICE: "too expensive",
    market.PAYMENT: None,
    market.CLOSED: "we are closing the business",
}


def phase_table(phases: Phases) -> pa.Table:
    """The canonical table `subscription_phases`."""
    discounted = phases.kind != NO_DISCOUNT
    asked = phases.requested < NEVER
    columns = {
        "phase_id": joined(subscription_ids(phases), "-p", ids("", _number_in_subscription(phases), 2)),
        "subscription_id": subscription_ids(phases),
        "account_id": ids("a", phases.who),
        "plan": words(phases.plan, market.PLANS),
        "start_at": instants(phases.start),
        "end_at": instants(phases.end),
        "status": words(phases.status, STATUSES),
        "currency": words(phases.currency, market.CURRENCIES),
        "unit_amount": cents(phases.unit),
        "quantity": whole(phases.seats).cast(pa.decimal128(38, 9)),
        "interval": words((phases.cycle == market.YEARLY).astype(np.int64), INTERVALS),
        "interval_count": whole(np.where(phases.cycle == market.QUARTERLY, 3, 1)),
        "discount_amount": cents(phases.discount, discounted),
        "discount_kind": words(phases.kind, DISCOUNTS),
        "discount_cycles": whole(phases.cycles, phases.kind == REPEATING),
        "cancel_requested_at": instants(phases.requested),
        "end_reason": words(phases.reason, REASONS),
        "end_cause": words(
            np.where(asked, phases.cause, -1), [END_CAUSES[cause] for cause in sorted(END_CAUSES)]
        ),
    }
    return canonical("subscription_phases", columns)


def subscription_ids(phases: Phases) -> pa.Array:
    """The id of each phase's subscription: of its account, main (s) or add-on (x), and number."""
    letter = words(phases.addon, ("s", "x"))
    return joined(letter, ids("", phases.who), "-", ids("", phases.sub, 1))


def _number_in_subscription(phases: Phases) -> Ints:
    """The place of each phase in its subscription, from 0; the phases are sorted."""
    first = np.ones(phases.count, dtype=bool)
    for column in (phases.who, phases.sub, phases.addon):
        first[1:] &= column[1:] == column[:-1]
    first[1:] = ~first[1:]
    begun = np.flatnonzero(first)
    return np.arange(phases.count) - np.repeat(begun, np.diff(np.append(begun, phases.count)))


def plan_table() -> pa.Table:
    """The canonical table `plans`: list prices by the month in the base currency."""
    columns = {
        "plan": pa.array(market.PLANS),
        "name": pa.array(market.PLAN_NAMES),
        "family": pa.array(market.FAMILIES),
        "list_amount": cents(market.MONTHLY_CENTS[0]),
        "currency": pa.array([market.BASE] * len(market.PLANS)),
        "interval": pa.array(["month"] * len(market.PLANS)),
        "interval_count": whole(np.ones(len(market.PLANS), dtype=np.int64)),
    }
    return canonical("plans", columns)
