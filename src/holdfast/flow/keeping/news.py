"""How far back what came to be known reaches: the first instant that anything new speaks of.

A period that was over before then, of which nothing is pending, is counted as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import ibis

from holdfast.flow.keeping.news_by_table import ALWAYS, FIRST, OF_ACCOUNT, Reading, first_of
from holdfast.timelines.closing import ACCOUNTS, LAID
from holdfast.timelines.identity import qualified
from holdfast.timelines.layout import Layout
from holdfast.warehouse import Warehouse

ANYTHING = "anything"
"""What news are about that may be about everything."""

SPANNING = {
    "priced": ("start_at", "end_at", ("end_reason",)),
    "spans": ("start_at", "end_at", ("paid_until",)),
    "paid": ("start_at", "end_at", ()),
    "changes": ("at", "next_at", ()),
}
"""When a row of a timeline begins and ends to hold, and what of it no timeline that closes reads."""

OF_ACCOUNTS = ("account_id", "created_at", "referred_by", "is_internal")
"""What figures of everybody read of an account."""


def news(reading: Reading, laid_since: Mapping[str, datetime | None]) -> dict[str, datetime]:
    """By what it is about, the first instant that anything new speaks of; nothing where there is no news.

    `laid_since` says it of what is laid out by account. Called once activity by day is up to date.
    """
    appended = reading.warehouse.appended_since(reading.since)
    told = [*laid_since.items()]
    told += [(about, first(reading)) for about, (tables, first) in FIRST.items() if appended & tables]
    if appended & {"accounts", "links"} and (recast := _recast(reading)) is not None:
        told += [(about, first(reading, recast)) for about, first in OF_ACCOUNT.items()]
    found: dict[str, datetime] = {}
    for about, at in told:
        if at is not None:
            found[about] = min(at, found.get(about, at))
    return found


def laid_out_since(warehouse: Warehouse, laid: Layout, accounts: Any) -> dict[str, datetime | None]:
    """The first instant at which what is laid out of `accounts` differs from what is kept of them.

    Of the accounts themselves, and of all that is laid out by account.
    """
    moments = []
    for name, (start, end, unread) in SPANNING.items():
        before = warehouse.derived(name).semi_join(accounts, "account_id").drop(*unread)
        after = getattr(laid, name).select(*before.columns)
        begun = _differing(before.drop(end), after.drop(end))
        ended = _differing(*(rows.select("account_id", start, end) for rows in (before, after)))
        moments += [begun.select(moment=start), ended.select(moment=end)]
    own = first_of(_of_accounts(warehouse, laid, accounts).moment.min())
    found = first_of(ibis.union(*moments).moment.min())
    return {ACCOUNTS: own, LAID: min((at for at in (own, found) if at), default=None)}


def _of_accounts(warehouse: Warehouse, laid: Layout, accounts: Any) -> Any:
    """Since its creation for an account that nothing was known of, since ever for another."""
    kept, new = warehouse.derived("accounts"), laid.accounts.select(*OF_ACCOUNTS)
    old = kept.semi_join(accounts, "account_id").select(*OF_ACCOUNTS)
    plain = new.filter(~new.is_internal.fill_null(False)).anti_join(old, "account_id")
    insiders = new.filter(new.is_internal).anti_join(old, "account_id")
    fresh = ibis.union(plain, insiders.anti_join(warehouse.derived("priced"), "account_id"))
    other = _differing(old, new).anti_join(fresh, "account_id")
    ever = other.select(moment=ibis.literal(ALWAYS).cast("timestamp(6)"))
    return ibis.union(fresh.select(moment="created_at"), ever)


def _differing(before: Any, after: Any) -> Any:
    return ibis.union(ibis.difference(before, after), ibis.difference(after, before))


def _recast(reading: Reading) -> Any:
    """What may be another account than before, or our own, and what is one with it, as sources name it."""
    accounts, links = reading.touched("accounts"), reading.touched("links")
    other = accounts.merged_into.notnull() | accounts.is_internal.fill_null(False)
    merged = accounts.filter(other).select("source", "account_id")
    linked = links.filter(links.table == "accounts").select(source="link_source", account_id="id")
    rows = ibis.union(merged, linked, distinct=True).to_pyarrow().to_pylist()
    names, changed = reading.known.names, {(row["source"], row["account_id"]) for row in rows}
    now = {names.get(name, qualified(*name)) for name in changed}
    changed |= {name for name, account in names.items() if account in now}
    if not changed:
        return None
    pairs = [{"source": source, "account_id": account} for source, account in sorted(changed)]
    return ibis.memtable(pairs, schema={"source": "string", "account_id": "string"})
