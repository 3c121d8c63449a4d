"""Every kind of warning: the tables that its signs stand on, and all signs up to an instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.insights.warning import of_money, of_use, of_voices
from holdfast.insights.warning.quiet import quiet_ones
from holdfast.insights.warning.rules import Rules
from holdfast.insights.warning.signs import together
from holdfast.insights.warning.stretches import Stretches
from holdfast.timelines.layout import Layout

PLAIN: Mapping[str, Callable[[Layout, Rules], pa.Table]] = {
    "failed_payment": of_money.failed_payments,
    "card_expiring": of_money.cards_expiring,
    "term_ending": of_money.terms_ending,
    "seats_falling": of_money.seats_falling,
    "severe_ticket": of_voices.severe_tickets,
    "low_answer": of_voices.low_answers,
}
"""Kinds that stand on a record that is there; the others stand on records that are missing."""

WholeUntil = Callable[[Sequence[str]], datetime | None]


@dataclass(frozen=True)
class Told:
    """All signs of the accounts in `names`, until when each kind is known, and when they were customers."""

    names: pa.Array
    signs: pa.Table
    until: Mapping[str, datetime]
    customers: Stretches


def told(layout: Layout, rules: Rules, at: datetime, whole_until: WholeUntil) -> Told:
    """The signs of every account but our own, up to `at`.

    What is missing is told only up to where its tables are whole, as `whole_until` says of some tables; None
    where none of them is there, and then nothing is missed.
    """
    names = _names(layout)
    customers = of_use.customers_of(layout, names)
    tables = [signs(layout, rules) for kind, signs in PLAIN.items() if kind not in rules.off]
    until = dict.fromkeys(PLAIN, at)
    used_until, heard_until = whole_until(("events",)), whole_until(of_voices.CONTACTS)
    if used_until is not None:
        known = min(used_until, at)
        use = of_use.use_of(layout, names, known)
        falling = of_use.use_falling(use, rules)
        until |= dict.fromkeys(("usage_fall", "champion_gone"), known)
        tables += [falling, of_use.champions_gone(layout, use, rules)]
        if heard_until is not None:
            until |= dict.fromkeys(("at_risk_quiet", "healthy_quiet"), min(known, heard_until))
            poor = together([falling, of_use.use_missing(use, customers, rules)])
            heard = of_voices.contacts(layout).to_pyarrow()
            tables += quiet_ones(names, heard, customers, poor, rules)
    signs = together(tables)
    wanted = pc.invert(pc.is_in(signs["kind"], value_set=pa.array(rules.off, pa.string())))
    return Told(names, signs.filter(wanted), until, customers)


def _names(layout: Layout) -> pa.Array:
    rows = layout.accounts.filter(~layout.accounts.is_internal).select("account_id").to_pyarrow()
    return rows["account_id"].combine_chunks().cast(pa.string()).sort()
