"""Bringing kept timelines up to date, for the accounts, days and months touched and no others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import ibis

from holdfast.flow.keeping.kept_sessions import keep_sessions, kept_sessions, sessions_consumed
from holdfast.flow.keeping.news import ANYTHING, laid_out_since, news
from holdfast.flow.keeping.news_by_table import ALWAYS, Reading
from holdfast.flow.knowing.held import Held
from holdfast.flow.knowing.known import Knowledge
from holdfast.periods import Period
from holdfast.timelines.activity import activity_days
from holdfast.timelines.basis import INSTANT
from holdfast.timelines.identity import Name, qualified, resolved
from holdfast.timelines.layout import BY_ACCOUNT, KeptMonths, Layout, lay_out, seen_records
from holdfast.timelines.localtime import local_day
from holdfast.timelines.rates import rates_into
from holdfast.timelines.subjects import built
from holdfast.warehouse import Warehouse, Writing

ACTIVITY, MONTHS = "activity_days", "account_months"
ORDER = ("account_id",)
MOST = 4
"""Where more than one in so many accounts is touched, everything is made anew: it is quicker."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: everything anew, or so many accounts, days and months."""

    whole: bool = False
    accounts: int = 0
    days: int = 0
    months: int = 0


def is_current(warehouse: Warehouse, known: Knowledge) -> bool:
    """Whether every kept timeline stands for all that is known."""
    consumed = (_consumed(warehouse, known), sessions_consumed(warehouse, known))
    return set(consumed) == {warehouse.known_at()}


def refresh(warehouse: Warehouse, writing: Writing, known: Knowledge, *, whole: bool = False) -> Refreshed:
    """Make what is kept equal to what `lay_out` makes from scratch, in the caller's transaction."""
    with Held(warehouse) as held:
        keep_sessions(warehouse, writing, known, held, whole=whole)
        since = None if whole else _consumed(warehouse, known)
        if since is None:
            return _anew(writing, known, held)
        accounts = _touched_accounts(warehouse, known, since, held)
        kept = kept_months(warehouse, known)
        if _too_many(warehouse, accounts) or _ends_earlier(known, kept):
            return _anew(writing, known, held)
        days = _touched_days(warehouse, known, since, held)
        changed: dict[str, datetime | None] = {}
        if accounts is not None:
            changed = _replace_accounts(warehouse, writing, known, accounts, kept, held)
        if days is not None:
            _replace_days(writing, known, days)
        writing.tell(news(Reading(warehouse, known, since), changed))
        months = _extend_months(warehouse, writing, known, kept)
        writing.mark_derived(*BY_ACCOUNT, ACTIVITY, fingerprint=known.fingerprint)
        return Refreshed(accounts=_size(accounts), days=_size(days), months=months)


def kept_layout(warehouse: Warehouse, known: Knowledge) -> Layout:
    """The layout read from what is kept; only right where `is_current`."""
    kept = {name: warehouse.derived(name) for name in BY_ACCOUNT}
    layout = Layout(
        basis=known.basis,
        records=seen_records(known.records, known.names),
        rates=rates_into(known.records, known.basis.currency),
        activity=warehouse.derived(ACTIVITY),
        names=known.names,
        sessions=kept_sessions(warehouse, known),
        **kept,
    )
    return layout.with_months(KeptMonths(warehouse.derived(MONTHS), frozenset(kept_months(warehouse, known))))


def _anew(writing: Writing, known: Knowledge, held: Held) -> Refreshed:
    layout = lay_out(
        known.records, known.basis, names=known.names, sources=known.settings["sources"], keep=held
    )
    for name in BY_ACCOUNT:
        writing.replace_derived(name, getattr(layout, name), None, known.fingerprint, order=ORDER)
    writing.replace_derived(ACTIVITY, layout.activity, None, known.fingerprint, order=["day"])
    months = whole_months(known)
    rows = built(layout, months or [known.basis.calendar.containing("month", datetime(1970, 1, 1))])
    order = ["period_start", "account_id"]
    writing.replace_derived(MONTHS, rows, None, _months_mark(known, months), order=order)
    writing.tell({ANYTHING: ALWAYS})
    return Refreshed(whole=True, months=len(months))


def _replace_accounts(
    warehouse: Warehouse, writing: Writing, known: Knowledge, accounts: Any, kept: list[Period], held: Held
) -> dict[str, datetime | None]:
    """Lay some accounts out anew; gives the first instants at which anything of them is different."""
    sources = known.settings["sources"]
    layout = lay_out(known.records, known.basis, names=known.names, sources=sources, only=accounts, keep=held)
    changed = laid_out_since(warehouse, layout, accounts)
    for name in BY_ACCOUNT:
        writing.replace_derived(name, getattr(layout, name), accounts, known.fingerprint, order=ORDER)
    months = whole_months(known)
    if months:
        order = ["period_start", "account_id"]
        writing.replace_derived(
            MONTHS, built(layout, months), accounts, _months_mark(known, kept), order=order
        )
    return changed


def _replace_days(writing: Writing, known: Knowledge, days: Any) -> None:
    calendar, events = known.basis.calendar, known.records["events"]
    first, last = days.agg(first=days.day.min(), last=days.day.max()).to_pyarrow().to_pylist()[0].values()
    since, until = calendar.midnight(first), calendar.midnight(last + timedelta(days=1))
    near = events.filter(
        (events.occurred_at >= ibis.literal(since)) & (events.occurred_at < ibis.literal(until))
    )
    inside = near.semi_join(days, local_day(near.occurred_at, calendar) == days.day)
    writing.replace_derived(ACTIVITY, activity_days(inside, calendar), days, known.fingerprint, order=["day"])


def _extend_months(warehouse: Warehouse, writing: Writing, known: Knowledge, kept: list[Period]) -> int:
    """Months that ended since the last refresh, for every account."""
    wanted = whole_months(known)
    fresh = [month for month in wanted if not kept or month.start > kept[-1].start]
    if fresh:
        layout = kept_layout(warehouse, known)
        parts = ibis.memtable([{"period_start": m.start} for m in fresh], schema={"period_start": INSTANT})
        order = ["period_start", "account_id"]
        writing.replace_derived(MONTHS, built(layout, fresh), parts, _months_mark(known, wanted), order=order)
    writing.mark_derived(MONTHS, fingerprint=_months_mark(known, wanted))
    return len(fresh)


def _consumed(warehouse: Warehouse, known: Knowledge) -> datetime | None:
    """Up to when every kept timeline has read, or None where one must be made anew."""
    states = warehouse.derived_states()
    kept = [states[name] for name in (*BY_ACCOUNT, ACTIVITY, MONTHS) if name in states]
    read = [consumed for mark, consumed in kept if mark.partition("@")[0] == known.fingerprint]
    return min(read) if len(read) == len(BY_ACCOUNT) + 2 else None


def _touched_accounts(warehouse: Warehouse, known: Knowledge, since: datetime, held: Held) -> Any:
    """The accounts that a record newer than `since` says something about, or None."""
    rows = warehouse.touched("subscription_phases", since)
    parts = [resolved(rows, known.names).select("account_id"), *_renamed(warehouse, known, since)]
    phases = known.records["subscription_phases"]
    late = resolved(phases.filter(phases.status == "past_due"), known.names)
    bills = resolved(warehouse.touched("invoices", since), known.names)
    parts.append(bills.semi_join(late, "account_id").select("account_id"))
    parts.append(_revalued(warehouse, known, since))
    touched = held("touched_accounts", ibis.union(*parts, distinct=True))
    return touched if _size(touched) else None


def _renamed(warehouse: Warehouse, known: Knowledge, since: datetime) -> list[Any]:
    """The accounts of new rows and links, under their own name, the one they had and the one they have."""
    accounts, links = warehouse.touched("accounts", since), warehouse.touched("links", since)
    links = links.filter(links.table == "accounts")
    own = accounts.select("source", "account_id")
    merged = accounts.filter(accounts.merged_into.notnull()).select("source", account_id="merged_into")
    linked = links.select(source="link_source", account_id="id")
    named = ibis.union(own, merged, linked)
    found = [resolved(named, names).select("account_id") for names in ({}, known.names)]
    targets = links.select(account_id="canonical_id")
    return [*found, targets, *_onward(targets, known.names)]


def _onward(accounts: Any, names: Mapping[Name, str]) -> list[Any]:
    """The accounts that some have become by merges and links of their own."""
    if not names:
        return []
    rows = [{"was": qualified(*name), "became": account} for name, account in sorted(names.items())]
    known = ibis.memtable(rows, schema={"was": "string", "became": "string"})
    return [known.semi_join(accounts, known.was == accounts.account_id).select(account_id="became")]


def _revalued(warehouse: Warehouse, known: Knowledge, since: datetime) -> Any:
    """Accounts with money in a currency whose rate of the last day of a kept month is new."""
    rates, kept = warehouse.touched("fx_rates", since), kept_months(warehouse, known)
    month_end = (rates.day + ibis.interval(days=1)).day() == 1
    used = rates.day <= ibis.literal(kept[-1].last_day if kept else date.min)
    rates = rates.filter((rates.quote == known.basis.currency) & month_end & used)
    currencies = rates.select(currency="base").distinct()
    return warehouse.derived("changes").semi_join(currencies, "currency").select("account_id")


def _touched_days(warehouse: Warehouse, known: Knowledge, since: datetime, held: Held) -> Any:
    events = warehouse.touched("events", since)
    days = events.select(day=local_day(events.occurred_at, known.basis.calendar)).distinct()
    touched = held("touched_days", days)
    return touched if _size(touched) else None


def _too_many(warehouse: Warehouse, accounts: Any) -> bool:
    known = _size(warehouse.derived("accounts"))
    return _size(accounts) * MOST > known


def _ends_earlier(known: Knowledge, kept: list[Period]) -> bool:
    """Whether months are kept that are not whole, by what was stated since."""
    return bool(kept) and kept[-1] not in whole_months(known)


def _size(table: Any) -> int:
    return 0 if table is None else int(table.count().to_pyarrow().as_py())


def whole_months(known: Knowledge) -> list[Period]:
    """Every month from the first phase to the last that is over by the watermark."""
    phases = known.records["subscription_phases"]
    first, through = phases.start_at.min().to_pyarrow().as_py(), known.watermarks().get("subscription_phases")
    if first is None or through is None:
        return []
    calendar = known.basis.calendar
    months = calendar.periods("month", calendar.local_day(first), calendar.local_day(through))
    return [month for month in months if month.end <= through]


def _months_mark(known: Knowledge, months: list[Period]) -> str:
    span = f"{months[0].label}..{months[-1].label}" if months else ""
    return f"{known.fingerprint}@{span}"


def kept_months(warehouse: Warehouse, known: Knowledge) -> list[Period]:
    """The whole months that the kept account months cover."""
    state = warehouse.derived_states().get(MONTHS)
    first, _, last = (state[0] if state else "").partition("@")[2].partition("..")
    return known.basis.calendar.periods("month", first, last) if first else []
