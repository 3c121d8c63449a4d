"""Timelines of which a period is told for good once it is over: what later records say changes no row of it.

What such a timeline reads says which news may change it all the same: those that speak of the period, or
of the time after it for which the timeline reads on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from holdfast.rulebook import Rulebook
from holdfast.timelines.first_days import FIRST_DAYS

LAID = "laid_out"
"""What is laid out by account: phases with their price, the MRR ledger, customer spans, the accounts."""

ACCOUNTS = "accounts"
"""Of these the accounts alone: which there are, since when, and whether they are our own."""

ENDS = "ends"
"""How phases ended and why, besides what is laid out of them."""

SESSIONS, ATTEMPTS = "sessions", "attempts"
"""Since when sessions are others; since when the payment of an invoice was tried."""

AT_ONCE = timedelta(0)


def at_once(_rules: Rulebook) -> timedelta:
    """For a timeline that reads nothing that comes after its period."""
    return AT_ONCE


@dataclass(frozen=True)
class Closing:
    """What a timeline reads, and for how long after a period it reads on.

    Where nothing is said of that, a timeline whose subjects are followed reads on to the data end.
    """

    reads: tuple[str, ...]
    lasts: Callable[[Rulebook], timedelta] | None = None


def _renewals(rules: Rulebook) -> timedelta:
    return timedelta(days=rules.renewal_grace_days, hours=rules.merge_gap_hours)


def _first_days(_rules: Rulebook) -> timedelta:
    return timedelta(days=FIRST_DAYS + 1)


def _recovery(rules: Rulebook) -> timedelta:
    return timedelta(days=rules.recovery_window_days)


_LEDGER = (LAID, "fx_rates")
_USE = (LAID, "users", "events")

_OF_LEDGER = Closing(_LEDGER)
_OF_USE = Closing(_USE)
_OF_ACTS = Closing((ACCOUNTS, "users", "events"))
_OF_FIRST_DAYS = Closing((ACCOUNTS, "users", "events"), _first_days)
_OF_TERMS = Closing((*_LEDGER, ENDS, "contracts"), _renewals)
_OF_COSTS = Closing((*_LEDGER, "costs"), at_once)

CLOSES: dict[str, Closing] = {
    "accounts_by_period": _OF_LEDGER,
    "accounts_by_day": _OF_LEDGER,
    "engagement": Closing((*_USE, "fx_rates")),
    "spells": Closing((LAID,)),
    "last_spells": Closing((LAID,)),
    "new_accounts": Closing((LAID,)),
    "new_users": Closing((ACCOUNTS, "users")),
    "one_off_lines": Closing((*_LEDGER, "invoices", "invoice_lines")),
    "active_users": _OF_ACTS,
    "active_accounts": _OF_ACTS,
    "usage_by_account": _OF_USE,
    "usage_by_user": _OF_USE,
    "all_days_of_users": _OF_ACTS,
    "first_days_of_users": _OF_FIRST_DAYS,
    "first_days_of_use": _OF_FIRST_DAYS,
    "first_days_of_accounts": _OF_FIRST_DAYS,
    "time_by_user": Closing((ACCOUNTS, "users", "events", SESSIONS), at_once),
    "due_terms": _OF_TERMS,
    "due_terms_worth": _OF_TERMS,
    "lost_terms": _OF_TERMS,
    "due_accounts": _OF_TERMS,
    "goods_sold": _OF_COSTS,
    "revenue_with_costs": _OF_COSTS,
    "recurring_revenue": _OF_COSTS,
    "acquisition_costs": _OF_COSTS,
    "retention_costs": _OF_COSTS,
    "charged_invoices": Closing((ACCOUNTS, ATTEMPTS), at_once),
    "failed_invoices": Closing((ACCOUNTS, "fx_rates", ATTEMPTS), _recovery),
}
"""The timelines that close, by name, with what each reads."""
