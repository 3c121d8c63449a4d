"""Questions about accounts: all of them with their facts, and one of them seen whole."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from holdfast.errors import unknown
from holdfast.segments.of_accounts import STATES
from holdfast.web.answers import asked as answers
from holdfast.web.answers.customers import facts_of, searched
from holdfast.web.reads import shapes
from holdfast.web.reads.paging import TableRows
from holdfast.web.reads.parameters import KnownAt, Segment
from holdfast.web.reads.read import ACCOUNTS, RECORDS, Answer, Asked, NotThere, Paged, Read

At = Annotated[str | None, Meta(description="As it stood at the end of a day, or just before an instant.")]


class Accounts(Paged, frozen=True, kw_only=True):
    """Which accounts are wanted."""

    at: At = None
    segment: Segment = ()
    q: Annotated[str, Meta(description="Letters of their name or id.")] = ""
    status: Annotated[str, Meta(description=f"One of: {', '.join(STATES)}.")] = ""
    known_at: KnownAt = None


class Account(Asked, frozen=True, kw_only=True):
    """Which account is wanted."""

    account_id: Annotated[str, Meta(description="The account's id.")]
    at: At = None
    known_at: KnownAt = None


class Timeline(Paged, frozen=True, kw_only=True):
    """Whose timeline is wanted."""

    account_id: Annotated[str, Meta(description="The account's id.")]
    known_at: KnownAt = None


def customers(asked: Accounts) -> Answer:
    """Accounts with their facts (status, MRR, plan, tenure ...) as they stood at an instant, by id."""
    if asked.status and asked.status not in STATES:
        raise unknown("status", asked.status, STATES)
    roster = answers.accounts_at(asked.at, asked.segment, asked.known_at)
    rows = searched(roster.rows, asked.q, asked.status)
    return Answer(TableRows(rows), ("account_id",), {"at": roster.at})


def customer(asked: Account) -> Answer:
    """One account with its facts, its users, and the events that they made by day."""
    roster = answers.accounts_at(asked.at, (), asked.known_at)
    facts = facts_of(roster, asked.account_id)
    if facts is None:
        raise NotThere(f"No account has the id {asked.account_id!r}.", hint="/api/v1/customers lists them.")
    found = answers.dossier(asked.account_id, asked.known_at)
    activity = {day.isoformat(): events for day, events in found.activity.items()}
    return Answer([{**facts, "users": list(found.users), "activity": activity}], (), {"at": roster.at})


def timeline(asked: Timeline) -> Answer:
    """What happened to one account, the newest first: payments, refunds, tickets, answers, trials, notes."""
    found = answers.dossier(asked.account_id, asked.known_at)
    rows = [{"at": each.at, "kind": each.kind, "row": dict(each.row)} for each in found.happenings]
    return Answer(rows, ("at", "kind", "row"))


READS = (
    Read("customers", "customers", ACCOUNTS, Accounts, shapes.Account, customers),
    Read("customer", "customers/{account_id}", ACCOUNTS, Account, shapes.WholeAccount, customer),
    Read("timeline", "customers/{account_id}/timeline", RECORDS, Timeline, shapes.Happening, timeline),
)
