"""All timelines of a workspace laid side by side, from records alone: the slow truth.

`lay_out` is kept for ever as the oracle of what the warehouse keeps derived: a stored
timeline is right when it equals the one made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.accounts import account_history, accounts_now
from holdfast.timelines.activity import activity_days
from holdfast.timelines.basis import FAR, INSTANT, Basis, OnDemand, Records
from holdfast.timelines.identity import Name, resolved
from holdfast.timelines.mrr_changes import mrr_changes
from holdfast.timelines.phases import priced_phases
from holdfast.timelines.rates import rates_into
from holdfast.timelines.spans import account_steps, balances, bridged, customer_spans, paid_spans

Keep = Callable[[str, Any], Any]


def as_it_is(_name: str, table: Any) -> Any:
    """Keep nothing: the expression itself, made anew by each question."""
    return table


@dataclass(frozen=True)
class KeptMonths:
    """Account months that a warehouse keeps: the rows, and the whole months they cover."""

    rows: Any
    periods: frozenset[Period]


@dataclass(frozen=True)
class KeptSessions:
    """Session parts that a warehouse keeps: the rows, and the rules that they were counted by."""

    rows: Any
    counted_by: str


@dataclass(frozen=True)
class Layout:
    """The timelines that periods are cut from, as Ibis tables, with the basis they stand on."""

    basis: Basis
    records: Records
    priced: Any
    changes: Any
    spans: Any
    paid: Any
    rates: Any
    history: Any
    accounts: Any
    activity: Any
    names: Mapping[Name, str] = field(default_factory=dict)
    months: KeptMonths | None = None
    sessions: KeptSessions | None = None
    as_of: datetime = FAR
    keep: Keep = as_it_is
    steps: dict[str, Any] = field(default_factory=dict)
    only: frozenset[str] | None = None
    """The accounts that are asked about, where it is some; records stay those of all."""

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """A step that stands on records and rules alone, made when first asked for and kept."""
        if name not in self.steps:
            self.steps[name] = self.keep(name, make())
        return self.steps[name]

    def once_for(self, name: str, periods: Sequence[Period], make: Callable[[], Any]) -> Any:
        """A step that stands besides on the periods asked for and on `as_of`."""
        told = repr((self.as_of, [(period.start, period.end) for period in periods]))
        return self.once(f"{name}_{sha256(told.encode()).hexdigest()[:12]}", make)

    def of_accounts(self, accounts: Iterable[str]) -> Layout:
        """The same for these accounts, to be asked what is told account by account: health, facts of rules.

        What is laid out by account is theirs alone. Records stay whole: one of them may name its account
        only by a user or an invitation, and everybody's tell since when something is recorded at all.
        """
        asked = replace(self, only=frozenset(accounts), steps={}, months=None)
        return replace(asked, **{name: asked.near(getattr(self, name)) for name in BY_ACCOUNT})

    def near(self, rows: Any, *, unsaid: bool = False) -> Any:
        """`rows` of the accounts asked about; with `unsaid` also those that name none, to be found yet."""
        if self.only is None:
            return rows
        mine = rows.account_id.isin(sorted(self.only))
        return rows.filter(mine | rows.account_id.isnull() if unsaid else mine)

    @property
    def paying(self) -> Any:
        """The phases with MRR above 0."""
        return self.priced.filter(self.priced.state == "paying")

    def with_months(self, months: KeptMonths) -> Layout:
        """The same with account months that were kept, to be read instead of built."""
        return replace(self, months=months)


BY_ACCOUNT = ("priced", "changes", "spans", "paid", "history", "accounts")
"""The timelines that have a row's account on it."""


def lay_out(
    records: Records,
    basis: Basis,
    *,
    names: Mapping[Name, str] | None = None,
    sources: Sequence[str] = (),
    only: Any = None,
    keep: Keep = as_it_is,
) -> Layout:
    """Every timeline from the records as known.

    `records` holds current rows by table, and under `accounts_versions` all known versions of
    accounts. `names` resolves ids (identity.aliases). `keep` may store a step on the way and
    give back the stored table; results are the same with or without it. `only` (a table of
    account_id) lays out these accounts and no others.
    """
    seen = seen_records(records, names or {}, only)
    given = keep("given", priced_phases(seen, basis.rules))
    priced = keep("priced", bridged(given, basis.rules))
    steps = keep("steps", account_steps(priced.filter(priced.state == "paying")))
    live = keep("live", balances(steps))
    spans = keep("spans", customer_spans(live, priced, basis.rules))
    history = keep("history", account_history(seen["accounts_versions"], sources))
    return Layout(
        basis=basis,
        records=seen,
        priced=priced,
        changes=keep("changes", mrr_changes(steps, live, spans)),
        spans=spans,
        paid=keep("paid", paid_spans(live)),
        rates=keep("rates", rates_into(seen, basis.currency)),
        history=history,
        accounts=keep("accounts", accounts_now(history)),
        activity=activity_days(seen["events"], basis.calendar),
        names=names or {},
        keep=keep,
    )


def seen_records(records: Records, names: Mapping[Name, str], only: Any = None) -> Records:
    """The records with every account id resolved to the account as seen."""

    def seen(table: str) -> Any:
        rows = records[table]
        if "account_id" not in rows.columns or table == "events":
            return rows
        rows = resolved(rows, names)
        return rows if only is None else rows.semi_join(only, "account_id").select(*rows.columns)

    return OnDemand(tuple(records), seen)


def known_by(records: Records, as_of: datetime) -> Records:
    """The records that speak of the time before `as_of`; an end announced for later stays (R19)."""

    def known(table: str) -> Any:
        rows = records[table]
        if table in BEGINS:
            rows = rows.filter(rows[BEGINS[table]] < ibis.literal(as_of))
        if table == "invoices":
            later, unpaid = rows.paid_at >= ibis.literal(as_of), ibis.null().cast(INSTANT)
            rows = rows.mutate(
                paid_at=ibis.ifelse(later, unpaid, rows.paid_at),
                status=ibis.ifelse(later.fill_null(False) & (rows.status == "paid"), "open", rows.status),
            )
        return rows

    return OnDemand(tuple(records), known)


BEGINS = {
    "accounts": "created_at",
    "accounts_versions": "created_at",
    "subscription_phases": "start_at",
    "invoices": "issued_at",
    "events": "occurred_at",
}
"""The instant at which a row of each table begins to be true."""


def first_known(layout: Layout, table: str) -> datetime | None:
    """The instant of the earliest row of a table before the data end, or None where there is none."""
    name = f"first_of_{table}"
    if name not in layout.steps:
        layout.steps[name] = layout.records[table][BEGINS[table]].min().to_pyarrow().as_py()
    found: datetime | None = layout.steps[name]
    return found if found is not None and found < layout.as_of else None


def account_reason(layout: Layout) -> Any:
    """account_id and the rule that leaves the whole account out of every figure, or null."""
    rows = layout.accounts
    return rows.select(
        "account_id", left_out=ibis.ifelse(rows.is_internal, "internal", ibis.null().cast("string"))
    )
