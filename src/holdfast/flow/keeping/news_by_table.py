"""Since when the news of each table speak: the first instant that anything new of it may change.

Each of `FIRST` reads what was recorded since a refresh; each of `OF_ACCOUNT` all rows of some accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import ibis

from holdfast.flow.keeping.kept_sessions import earliest_touched
from holdfast.flow.knowing.known import Knowledge
from holdfast.timelines.acts import USER
from holdfast.timelines.closing import ATTEMPTS, ENDS, SESSIONS
from holdfast.timelines.identity import named, resolved
from holdfast.timelines.phases import ended
from holdfast.warehouse import Warehouse

ALWAYS = datetime(1, 1, 1)
"""News that may change what was counted of any time."""

ACCOUNT = ("source", "account_id")
INVOICE, CONTRACT = ("source", "invoice_id"), ("source", "contract_id")


@dataclass(frozen=True)
class Reading:
    """What a refresh reads: everything recorded after `since`."""

    warehouse: Warehouse
    known: Knowledge
    since: datetime

    def touched(self, table: str) -> Any:
        """All versions of the rows of `table` that there is news about."""
        return self.warehouse.touched(table, self.since)


def _events_of(reading: Reading, accounts: Any) -> datetime | None:
    return _midnight(reading, reading.warehouse.derived("activity_days").semi_join(accounts, ACCOUNT))


def _users_of(reading: Reading, accounts: Any) -> datetime | None:
    return first_of(_spoken(reading.warehouse.history("users").semi_join(accounts, ACCOUNT)).min())


def _invoices_of(reading: Reading, accounts: Any) -> datetime | None:
    return first_of(reading.warehouse.history("invoices").semi_join(accounts, ACCOUNT).issued_at.min())


def _contracts_of(reading: Reading, accounts: Any) -> datetime | None:
    return first_of(reading.warehouse.history("contracts").semi_join(accounts, ACCOUNT).term_start.min())


def _attempts_of(reading: Reading, accounts: Any) -> datetime | None:
    return _tried(reading, reading.warehouse.history("invoices").semi_join(accounts, ACCOUNT))


def _rates(reading: Reading) -> datetime | None:
    return _midnight(reading, reading.touched("fx_rates"))


def _invoices(reading: Reading) -> datetime | None:
    return first_of(reading.touched("invoices").issued_at.min())


def _lines(reading: Reading) -> datetime | None:
    """Since the first invoice that a line is on; since ever where nobody knows the invoice."""
    lines, bills = reading.touched("invoice_lines"), reading.warehouse.history("invoices")
    dated = bills.group_by(["source", "invoice_id"]).agg(at=bills.issued_at.min())
    found = lines.select("source", "invoice_id").distinct().left_join(dated, ["source", "invoice_id"])
    return first_of(ibis.coalesce(found["at"], ibis.literal(ALWAYS).cast("timestamp(6)")).min())


def _events(reading: Reading) -> datetime | None:
    """Since the first day acted on; of users only events know and who are elsewhere now, since they acted."""
    events = reading.touched("events")
    first = first_of(events.occurred_at.min())
    if first is None:
        return None
    if _is_earliest(reading, first):
        return ALWAYS
    actors = events.filter(events.user_id.notnull()).select(*USER).distinct()
    strangers = actors.anti_join(reading.known.records["users"], USER)
    return min(first, _acted(reading, _elsewhere(reading, strangers, first)) or first)


def _elsewhere(reading: Reading, strangers: Any, first: datetime) -> Any:
    """Those of some users whom only events know whose account is another than before the news.

    It is the least that any event of theirs names: the days before the news tell which it was.
    """
    calendar = reading.known.basis.calendar
    days = resolved(reading.warehouse.derived("activity_days"), reading.known.names)
    days = days.semi_join(strangers, USER)
    before = days.day < ibis.literal(calendar.local_day(first))
    homes = days.group_by(USER).agg(was=days.account_id.min(where=before), home=days.account_id.min())
    return homes.filter(~homes.was.identical_to(homes.home)).select(*USER)


def _is_earliest(reading: Reading, first: datetime) -> bool:
    """Whether no event was known before the first of the news; mostly the days acted on tell."""
    earliest = _midnight(reading, reading.warehouse.derived("activity_days"))
    if earliest is not None and earliest + timedelta(days=2) < first:
        return False
    rows = reading.warehouse.history("events")
    began = first_of(rows.filter(rows.recorded_at <= ibis.literal(reading.since)).occurred_at.min())
    return began is None or first < began


def _users(reading: Reading) -> datetime | None:
    """Since the first instant that any version of a user's rows speaks of, or the user first acted."""
    touched = reading.touched("users").select(*USER).distinct()
    rows = reading.warehouse.history("users").semi_join(touched, USER)
    found = [moment for moment in (first_of(_spoken(rows).min()), _acted(reading, touched)) if moment]
    return min(found, default=None)


def _contracts(reading: Reading) -> datetime | None:
    """Since a contract began; since it ended where only what came of it is new.

    A contract that another was renewed by follows no third: since that one begins.
    """
    rows = reading.touched("contracts")
    named = rows.filter(rows.renewed_by.notnull()).select("source", contract_id="renewed_by").distinct()
    after = reading.warehouse.history("contracts").semi_join(named, CONTRACT)
    moments = [first_of(_bound(rows).min()), first_of(after.term_start.min())]
    apart = timedelta(hours=reading.known.basis.rules.merge_gap_hours)
    return min((moment - apart for moment in moments if moment), default=None)


def _bound(contracts: Any) -> Any:
    """Since when what some contracts bind to is new, by all versions of each."""
    parts = (contracts.account_id, contracts.term_start, contracts.mrr, contracts.currency, contracts.deleted)
    said = ibis.literal("|").join([part.cast("string").fill_null("") for part in parts])
    each = contracts.mutate(said=said).group_by(CONTRACT)
    each = each.agg(
        sayings=ibis._.said.nunique(),
        told=ibis._.count(),
        begun=ibis._.term_start.min(),
        over=ibis._.term_end.min(),
    )
    decided = (each.sayings == 1) & (each.told > 1)
    return ibis.ifelse(decided, each.over, ibis.least(each.begun, each.over))


def _ends(reading: Reading) -> datetime | None:
    """Since a phase ended, by the rules where it does not tell when."""
    rows, rules = reading.touched("subscription_phases"), reading.known.basis.rules
    told = ended(rows.filter(rows.end_at.notnull()), rules)
    open_ones = rows.filter(rows.end_at.isnull())
    laid = reading.warehouse.derived("priced")
    stopped = laid.semi_join(open_ones.select(phase_id=named(open_ones, "phase_id")), "phase_id")
    moments = [first_of(told.min()), first_of(stopped.end_at.min())]
    return min((moment for moment in moments if moment), default=None)


def _costs(reading: Reading) -> datetime | None:
    first = reading.touched("costs").period_start.min().to_pyarrow().as_py()
    return reading.known.basis.calendar.midnight(first) if first else None


def _sessions(reading: Reading) -> datetime | None:
    """Since the first session began that the news may have changed."""
    first = first_of(reading.touched("events").occurred_at.min())
    return earliest_touched(reading.warehouse, reading.known, first) if first else None


def _attempts(reading: Reading) -> datetime | None:
    """Since any of the invoices that there is news about was first tried to be collected."""
    tables = ("payments", "invoices", "invoice_lines")
    return _tried(reading, ibis.union(*(reading.touched(name).select(*INVOICE) for name in tables)))


def _tried(reading: Reading, invoices: Any) -> datetime | None:
    attempts = reading.warehouse.history("payments").semi_join(invoices, INVOICE)
    return first_of(attempts.attempted_at.min())


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


def first_of(moment: Any) -> datetime | None:
    """The instant that an expression is; None where there is none."""
    found: datetime | None = moment.to_pyarrow().as_py()
    return found


FIRST: Mapping[str, tuple[frozenset[str], Callable[[Reading], datetime | None]]] = {
    "events": (frozenset({"events"}), _events),
    "users": (frozenset({"users"}), _users),
    "invoices": (frozenset({"invoices"}), _invoices),
    "invoice_lines": (frozenset({"invoice_lines"}), _lines),
    "fx_rates": (frozenset({"fx_rates"}), _rates),
    "contracts": (frozenset({"contracts"}), _contracts),
    "costs": (frozenset({"costs"}), _costs),
    ENDS: (frozenset({"subscription_phases"}), _ends),
    SESSIONS: (frozenset({"events"}), _sessions),
    ATTEMPTS: (frozenset({"payments", "invoices", "invoice_lines"}), _attempts),
}
"""For all that a figure may wait for news about: the tables that tell of it, and since when it is new."""

OF_ACCOUNT: Mapping[str, Callable[[Reading, Any], datetime | None]] = {
    "events": _events_of,
    "users": _users_of,
    "invoices": _invoices_of,
    "contracts": _contracts_of,
    ATTEMPTS: _attempts_of,
}
"""Of those whose rows name an account as their source does: since when any row of some accounts speaks."""
