"""How far back what came to be known reaches: the first instant that anything new speaks of.

A period that was over before then, of which nothing is pending, is counted as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import ibis

from holdfast.flow.known import Knowledge
from holdfast.timelines.acts import USER
from holdfast.timelines.closing import LAID
from holdfast.timelines.identity import qualified
from holdfast.timelines.layout import Layout
from holdfast.warehouse import Warehouse

ALWAYS = datetime(1, 1, 1)
"""News that may change what was counted of any time."""

ANYTHING = "anything"
"""What news are about that may be about everything."""

SPANNING = {
    "priced": ("start_at", "end_at", ("end_reason",)),
    "spans": ("start_at", "end_at", ("paid_until",)),
    "paid": ("start_at", "end_at", ()),
    "changes": ("at", "next_at", ()),
}
"""When a row of a timeline begins and ends to hold, and what of it no timeline that closes reads."""

ACCOUNT = ("source", "account_id")
OWN = ("events", "users", "invoices")
"""Tables whose rows name an account as their source does."""

OF_ACCOUNTS = ("account_id", "created_at", "referred_by", "is_internal")
"""What figures of everybody read of an account."""


@dataclass(frozen=True)
class Reading:
    """What a refresh reads: everything recorded after `since`."""

    warehouse: Warehouse
    known: Knowledge
    since: datetime

    def touched(self, table: str) -> Any:
        """All versions of the rows of `table` that there is news about."""
        return self.warehouse.touched(table, self.since)


def news(reading: Reading, laid_since: datetime | None) -> dict[str, datetime]:
    """By what it is about, the first instant that anything new speaks of; nothing where there is no news.

    `laid_since` is that of what is laid out by account. Called once activity by day is up to date.
    """
    appended = reading.warehouse.appended_since(reading.since)
    told = [(LAID, laid_since)]
    told += [(table, first(reading)) for table, first in FIRST.items() if table in appended]
    if appended & {"accounts", "links"} and (recast := _recast(reading)) is not None:
        told += [(table, _of(reading, table, recast)) for table in OWN]
    found: dict[str, datetime] = {}
    for about, at in told:
        if at is not None:
            found[about] = min(at, found.get(about, at))
    return found


def laid_out_since(warehouse: Warehouse, laid: Layout, accounts: Any) -> datetime | None:
    """The first instant at which what is laid out of `accounts` differs from what is kept of them."""
    moments = []
    for name, (start, end, unread) in SPANNING.items():
        before = warehouse.derived(name).semi_join(accounts, "account_id").drop(*unread)
        after = getattr(laid, name).select(*before.columns)
        begun = _differing(before.drop(end), after.drop(end))
        ended = _differing(*(rows.select("account_id", start, end) for rows in (before, after)))
        moments += [begun.select(moment=start), ended.select(moment=end)]
    moments.append(_of_accounts(warehouse, laid, accounts))
    return _first(ibis.union(*moments).moment.min())


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


def _of(reading: Reading, table: str, accounts: Any) -> datetime | None:
    """The first instant that any row of `table` of some accounts speaks of."""
    if table == "events":
        return _midnight(reading, reading.warehouse.derived("activity_days").semi_join(accounts, ACCOUNT))
    rows = reading.warehouse.history(table).semi_join(accounts, ACCOUNT)
    return _first(_spoken(rows).min() if table == "users" else rows.issued_at.min())


def _rates(reading: Reading) -> datetime | None:
    return _midnight(reading, reading.touched("fx_rates"))


def _invoices(reading: Reading) -> datetime | None:
    return _first(reading.touched("invoices").issued_at.min())


def _lines(reading: Reading) -> datetime | None:
    """Since the first invoice that a line is on; since ever where nobody knows the invoice."""
    lines, bills = reading.touched("invoice_lines"), reading.warehouse.history("invoices")
    dated = bills.group_by(["source", "invoice_id"]).agg(at=bills.issued_at.min())
    found = lines.select("source", "invoice_id").distinct().left_join(dated, ["source", "invoice_id"])
    return _first(ibis.coalesce(found["at"], ibis.literal(ALWAYS).cast("timestamp(6)")).min())


def _events(reading: Reading) -> datetime | None:
    """Since the first day acted on; of users whom only events know, since they first acted."""
    events = reading.touched("events")
    first = _first(events.occurred_at.min())
    if first is None:
        return None
    if _is_earliest(reading, first):
        return ALWAYS
    actors = events.filter(events.user_id.notnull()).select(*USER).distinct()
    strangers = actors.anti_join(reading.known.records["users"], USER)
    return min(first, _acted(reading, strangers) or first)


def _is_earliest(reading: Reading, first: datetime) -> bool:
    """Whether no event was known before the first of the news; mostly the days acted on tell."""
    earliest = _midnight(reading, reading.warehouse.derived("activity_days"))
    if earliest is not None and earliest + timedelta(days=2) < first:
        return False
    rows = reading.warehouse.history("events")
    began = _first(rows.filter(rows.recorded_at <= ibis.literal(reading.since)).occurred_at.min())
    return began is None or first < began


def _users(reading: Reading) -> datetime | None:
    """Since the first instant that any version of a user's rows speaks of, or the user first acted."""
    touched = reading.touched("users").select(*USER).distinct()
    rows = reading.warehouse.history("users").semi_join(touched, USER)
    found = [moment for moment in (_first(_spoken(rows).min()), _acted(reading, touched)) if moment]
    return min(found, default=None)


def _spoken(users: Any) -> Any:
    """The first instant that a user's row speaks of."""
    told = ibis.least(users.created_at, users.valid_from, users.email_verified_at)
    return ibis.coalesce(told, ibis.literal(ALWAYS).cast("timestamp(6)"))


def _acted(reading: Reading, users: Any) -> datetime | None:
    """The midnight before some users first acted; None where none of them did."""
    return _midnight(reading, reading.warehouse.derived("activity_days").semi_join(users, USER))


def _midnight(reading: Reading, days: Any) -> datetime | None:
    """When the first of some days begins; None where there is none."""
    first: date | None = days.day.min().to_pyarrow().as_py()
    return reading.known.basis.calendar.midnight(first) if first else None


def _first(moment: Any) -> datetime | None:
    found: datetime | None = moment.to_pyarrow().as_py()
    return found


FIRST: Mapping[str, Callable[[Reading], datetime | None]] = {
    "events": _events,
    "users": _users,
    "invoices": _invoices,
    "invoice_lines": _lines,
    "fx_rates": _rates,
}
"""For each table that a figure may wait for news about, the first instant that news speak of."""
