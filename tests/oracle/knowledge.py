"""Rows as known at an instant, and which account each row speaks of (R1, R19).

A row is a plain dict of one version of one record. Besides the columns of its table it may
carry `source` (default 'own'), `recorded_at` (default the beginning of time) and `deleted`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]
Records = Mapping[str, Sequence[Row]]

BEGINNING = datetime(1, 1, 1)
KEYS = {
    "accounts": ("account_id", "valid_from"),
    "users": ("user_id", "valid_from"),
    "subscription_phases": ("phase_id",),
    "invoices": ("invoice_id",),
    "invoice_lines": ("line_id",),
    "events": ("event_id",),
    "payments": ("payment_id",),
    "payment_methods": ("method_id",),
    "tickets": ("ticket_id",),
    "ticket_replies": ("reply_id",),
    "survey_invitations": ("invitation_id",),
    "survey_responses": ("response_id",),
    "feedback_tags": ("tag_id",),
    "contracts": ("contract_id",),
    "trials": ("trial_id",),
    "costs": ("cost_id",),
    "notes": ("note_id",),
    "refunds": ("refund_id",),
    "touchpoints": ("touchpoint_id",),
    "milestones": ("milestone_id",),
    "plans": ("plan",),
    "links": ("link_id",),
    "fx_rates": ("rate_id",),
    "theme_names": ("theme",),
    "theme_corrections": ("source_ref", "theme"),
}


def source(row: Row) -> str:
    """Who told the row."""
    return row.get("source") or "own"


def recorded(row: Row) -> datetime:
    """When the row came to be known."""
    return row.get("recorded_at") or BEGINNING


def known(records: Records, table: str, known_at: datetime | None) -> list[Row]:
    """The newest version of each key that was known at `known_at`, tombstones left out."""
    newest: dict[tuple[Any, ...], Row] = {}
    for row in sorted(records.get(table, ()), key=recorded):
        if known_at is None or recorded(row) <= known_at:
            newest[(source(row), *(row.get(column) for column in KEYS[table]))] = row
    return [row for row in newest.values() if not row.get("deleted")]


class Identity:
    """Which canonical account a row's account is, by `links` and `merged_into`."""

    def __init__(self, accounts: Iterable[Row], links: Iterable[Row]) -> None:
        self.links = {
            (link.get("link_source") or "own", link["id"]): link["canonical_id"]
            for link in links
            if link["table"] == "accounts"
        }
        self.rows: dict[str, list[Row]] = {}
        self.target: dict[str, str] = {}
        for row in sorted(accounts, key=lambda row: row.get("valid_from") or recorded(row)):
            self.rows.setdefault(self.linked(source(row), row["account_id"]), []).append(row)
        for account, versions in self.rows.items():
            if into := versions[-1].get("merged_into"):
                self.target[account] = self.linked(source(versions[-1]), into)

    def linked(self, source: str, account_id: str) -> str:
        """The id under which links know an account of a source."""
        plain = account_id if source == "own" else f"{source}:{account_id}"
        return str(self.links.get((source, account_id), plain))

    def canonical(self, source: str, account_id: str) -> str:
        """The account that counts: linked, then followed through merges."""
        account = self.linked(source, account_id)
        seen = {account}
        while (into := self.target.get(account)) is not None and into not in seen:
            account = into
            seen.add(into)
        return account

    def of(self, row: Row) -> str:
        """The account that a row with an `account_id` speaks of."""
        return self.canonical(source(row), row["account_id"])

    def seen(self, account: str, column: str) -> Any:
        """A column of the account as seen: what its own latest row says, else those merged into it."""
        merged = [
            other for other in self.rows if other != account and self.canonical("own", other) == account
        ]
        said = [self.rows[name][-1].get(column) for name in (account, *merged) if name in self.rows]
        return next((word for word in said if word is not None), None)

    def internal(self, account: str) -> bool:
        """Whether the account as seen is internal."""
        return bool(self.seen(account, "is_internal"))
