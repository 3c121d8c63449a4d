"""Timelines of which a period is told for good once it is over: what later records say changes no row of it.

What such a timeline reads says which news may change it all the same: those that speak of the period.
"""

from __future__ import annotations

LAID = "laid_out"
"""What is laid out by account: phases with their price, the MRR ledger, customer spans, the accounts."""

_LEDGER = (LAID, "fx_rates")
_USE = (LAID, "users", "events")

CLOSES: dict[str, tuple[str, ...]] = {
    "accounts_by_period": _LEDGER,
    "accounts_by_day": _LEDGER,
    "engagement": (*_USE, "fx_rates"),
    "spells": (LAID,),
    "last_spells": (LAID,),
    "new_accounts": (LAID,),
    "new_users": (LAID, "users"),
    "one_off_lines": (*_LEDGER, "invoices", "invoice_lines"),
    "active_users": _USE,
    "active_accounts": _USE,
    "usage_by_account": _USE,
    "usage_by_user": _USE,
    "first_days_of_users": _USE,
    "first_days_of_use": _USE,
    "first_days_of_accounts": _USE,
}
"""The timelines that close, by name, with what each reads."""
