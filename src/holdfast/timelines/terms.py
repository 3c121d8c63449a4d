"""Terms that end: of contracts, or of phases where there are none, by the period they end in (K11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.account_periods import period_table
from holdfast.timelines.basis import FAR, INSTANT
from holdfast.timelines.cycles import followed, terms_ending
from holdfast.timelines.cycles_ahead import billed_of, billing_runs_of
from holdfast.timelines.identity import named
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local
from holdfast.timelines.money import MONEY, zero
from holdfast.timelines.rates import valued
from holdfast.timelines.subjects import accounts_by_period, column_of, with_period, with_reason

TERM = ("account_id", "subject_id", "period_start", "period_end", "fixed_day", "term_end")
"""What names a term in a period."""

DECIDED = (*TERM, column_of("auto_renew"), "agreed_at", "renewed", "matures")
"""The same with what came of it."""


def due_terms(layout: Layout, periods: Sequence[Period]) -> Any:
    """Terms by the period they end in: `renewed`, and when each `matures`."""
    return _finished(_either(*_terms(layout, periods)), layout, periods)


def due_terms_worth(layout: Layout, periods: Sequence[Period]) -> Any:
    """The same with the MRR that ends and that of the next term, both at the rate before the period (R14)."""
    return _finished(_worth(layout, periods), layout, periods)


def _worth(layout: Layout, periods: Sequence[Period]) -> Any:
    return layout.once_for("terms_worth", periods, lambda: _terms_worth(layout, periods))


def _terms_worth(layout: Layout, periods: Sequence[Period]) -> Any:
    contracts, cycles = _terms(layout, periods)
    sides = ibis.union(_worth_of_contracts(contracts, layout), _worth_of_cycles(cycles, layout))
    currency = layout.basis.currency
    sides = valued(
        sides, layout.rates, currency, native="mrr", day="fixed_day", into="value", missing="no_fixed_rate"
    )
    worth = sides.group_by(["subject_id", "period_start"]).agg(
        expiring=sides["value"].sum(where=~sides.follows).fill_null(zero()).cast(MONEY),
        renewing=sides["value"].sum(where=sides.follows).fill_null(zero()).cast(MONEY),
        no_fixed_rate=sides.no_fixed_rate.min(),
    )
    rows = _either(contracts, cycles).left_join(worth, ["subject_id", "period_start"])
    return rows.drop("subject_id_right", "period_start_right")


def signed_terms(layout: Layout, periods: Sequence[Period]) -> Any:
    """Terms by the periods they end in (`due`) and are renewed in (`signed`), never before they end."""
    grace = timedelta(days=layout.basis.rules.renewal_grace_days)
    bounds = _bounds(layout, periods, grace)
    rows = _either(_contract_terms(layout, bounds), _cycle_terms(layout, bounds))
    counted = ibis.greatest(rows.term_end, rows.agreed_at)
    signed = rows.agreed_at.notnull() & (counted >= rows.period_start) & (counted < rows.period_end)
    rows = rows.mutate(due=(rows.term_end >= rows.period_start).cast("int64"), signed=signed.cast("int64"))
    return _finished(rows.filter((rows.due > 0) | (rows.signed > 0)), layout, periods)


def due_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """Accounts with a term that ends in the period: `renewed` where any is, and when that is known."""
    rows = _by_account(_either(*_terms(layout, periods)))
    return with_period(with_reason(rows, layout), periods)


def base_and_due(layout: Layout, periods: Sequence[Period]) -> Any:
    """The account by period, with `renewed` 1 where a term of it that ended in the period is renewed."""
    due = _by_account(_either(*_terms(layout, periods))).rename(who="account_id", starts="period_start")
    rows = accounts_by_period(layout, periods)
    joined = rows.left_join(due, [rows.account_id == due.who, rows.period_start == due.starts])
    return joined.mutate(
        renewed=joined.renewed.fill_null(0), matures=ibis.coalesce(joined.matures, joined.period_start)
    ).drop("who", "starts")


def _bounds(layout: Layout, periods: Sequence[Period], back: timedelta = timedelta(0)) -> Any:
    """The periods with the day whose rate values them, from `due_from`, so much before their start."""
    clock = layout.basis.calendar.to_local
    known = {p.start: (p.start - back, clock(p.start - back), clock(p.end)) for p in periods}
    names, kind = ("starts", "due_from", "from_clock", "to_clock"), "timestamp(6)"
    rows = [dict(zip(names, (start, *clocks), strict=True)) for start, clocks in known.items()]
    clocks = in_memory(rows, schema=dict.fromkeys(names, kind))
    bounds = period_table(periods).select("period_start", "period_end", "fixed_day")
    return bounds.join(clocks, bounds.period_start == clocks.starts).drop("starts")


def _finished(rows: Any, layout: Layout, periods: Sequence[Period]) -> Any:
    return with_period(with_reason(rows, layout), periods)


def _by_account(rows: Any) -> Any:
    each = rows.group_by(["account_id", "period_start"]).agg(
        renewed=rows.renewed.max(), first=rows.term_end.min(), last=rows.matures.max()
    )
    # One renewed is enough: what is open of the others changes nothing.
    matures = ibis.ifelse(each.renewed > 0, each["first"], each["last"])
    return each.mutate(matures=matures).drop("first", "last")


def _terms(layout: Layout, periods: Sequence[Period]) -> tuple[Any, Any]:
    """The terms that end in the periods: of contracts, and of subscriptions that none covers."""
    bounds = _bounds(layout, periods)
    cycles = layout.once_for("cycle_terms", periods, lambda: _cycle_terms(layout, bounds))
    return _contract_terms(layout, bounds), cycles


def _either(contracts: Any, cycles: Any) -> Any:
    return ibis.union(contracts.select(*DECIDED), cycles.select(*DECIDED))


def _decided(rows: Any, layout: Layout) -> Any:
    """`rows` with `agreed_at` where that was in time and known, `renewed`, and when each matures (R18)."""
    as_of = ibis.literal(layout.as_of)
    closes = rows.term_end + ibis.interval(days=layout.basis.rules.renewal_grace_days)
    agreed = (rows.agreed_at < closes) & (rows.agreed_at < as_of)
    refused = (rows.refused_at < as_of).fill_null(False)
    never = ibis.null().cast(INSTANT)
    rows = rows.mutate(agreed_at=ibis.ifelse(agreed, rows.agreed_at, never), refused=refused, closes=closes)
    renewed = rows.agreed_at.notnull()
    return rows.mutate(
        renewed=renewed.cast("int64"),
        matures=ibis.ifelse(renewed | rows.refused, rows.term_end, rows.closes).cast(INSTANT),
    ).drop("refused", "closes", "refused_at")


def _contracts(layout: Layout) -> Any:
    """Contracts with what came of them in their own words, else with the one that follows."""

    def made() -> Any:
        rows = layout.records["contracts"]
        rows = rows.filter(rows.term_end > rows.term_start)
        said = ibis.ifelse(rows.renewed_by.notnull(), "renewed", ibis.null())
        rows = rows.mutate(contract=named(rows, "contract_id"), outcome=ibis.coalesce(rows.outcome, said))
        follows = _following_contracts(rows, layout)
        return rows.left_join(follows, rows.contract == follows.line).drop("line", "begins")

    return layout.once("contracts", made)


def _contract_terms(layout: Layout, bounds: Any) -> Any:
    """Contracts that end in the bounds, decided as they say, else by a contract that follows."""
    rows = _contracts(layout)
    told = ibis.coalesce(rows.decided_at, rows.term_end)
    never = ibis.null().cast(INSTANT)
    rows = rows.mutate(
        subject_id=rows.contract,
        agreed_at=ibis.cases((rows.outcome == "renewed", told), else_=rows.next_begins).cast(INSTANT),
        refused_at=ibis.cases((rows.outcome == "lost", told), else_=never).cast(INSTANT),
        **{column_of("auto_renew"): rows.auto_renew.cast("string")},
    )
    inside = rows.join(bounds, [rows.term_end >= bounds.due_from, rows.term_end < bounds.period_end])
    return _decided(inside.mutate(term_end=inside.term_end.cast(INSTANT)), layout)


def _following_contracts(contracts: Any, layout: Layout) -> Any:
    """The contract that follows each of which nobody said what came of it."""
    named_already = contracts.filter(contracts.renewed_by.notnull())
    taken = named_already.select(taken=named(named_already, "renewed_by"))
    runs = contracts.select(
        "account_id",
        "outcome",
        subscription_id="contract",
        line="contract",
        begins="term_start",
        ends="term_end",
        last_due="term_end",
        opens=ibis.literal(True),
    )
    silent, free = runs.filter(runs.outcome.isnull()), runs.anti_join(taken, runs.line == taken.taken)
    return followed(silent, free, layout.basis.rules)


def _cycle_terms(layout: Layout, bounds: Any) -> Any:
    """Terms of subscriptions that end in the bounds, where no contract of the account covers the end.

    `pays_to` is the last instant paid in the term, `next_line` and `renews_at` what goes on and when.
    """
    basis = layout.basis
    rows = terms_ending(_runs(layout), bounds, basis.calendar)
    runs_on, never = rows.ends > rows.term_end, ibis.null().cast(INSTANT)
    day = local(rows.term_end, basis.calendar).date().cast("string")
    rows = rows.mutate(
        subject_id=rows.subscription_id + ":" + day,
        pays_to=ibis.least(rows.ends, rows.term_end),
        next_line=ibis.ifelse(runs_on, rows.line, rows.next_line),
        agreed_at=ibis.ifelse(runs_on, rows.term_end, _on_the_last(rows)).cast(INSTANT),
        refused_at=ibis.ifelse(rows.refused & ~runs_on, rows.ends, never).cast(INSTANT),
        **{column_of("auto_renew"): ibis.null().cast("string")},
    )
    rows = _decided(_without_contract(rows.mutate(renews_at=rows.agreed_at), layout), layout)
    return rows.select(*DECIDED, "line", "pays_to", "next_line", "renews_at")


def _runs(layout: Layout) -> Any:
    """Billing runs, each with what follows it."""

    def made() -> Any:
        runs = billing_runs_of(layout)
        follows = followed(runs.filter(runs.ends < ibis.literal(FAR)), runs, layout.basis.rules)
        follows = follows.rename(run_line="line", run_begins="begins")
        rows = runs.left_join(follows, [runs.line == follows.run_line, runs.begins == follows.run_begins])
        return rows.drop("run_line", "run_begins")

    return layout.once("runs_and_next", made)


def _on_the_last(rows: Any) -> Any:
    return ibis.ifelse(rows.term_end == rows.last_due, rows.next_begins, ibis.null().cast(INSTANT))


def _without_contract(rows: Any, layout: Layout) -> Any:
    bound = _contracts(layout).select(bound="account_id", since="term_start", until="term_end").distinct()
    return rows.anti_join(
        bound, [rows.account_id == bound.bound, bound.since < rows.term_end, bound.until >= rows.term_end]
    )


def _worth_of_contracts(terms: Any, layout: Layout) -> Any:
    """What each contract is worth a month, and the term after it where it was renewed."""
    known = _contracts(layout).select(
        following="contract", following_mrr="mrr", following_currency="currency"
    )
    by = ibis.coalesce(named(terms, "renewed_by"), terms.next_line)
    rows = terms.mutate(by=by).left_join(known, ibis._.by == known.following)
    own = rows.renewed_mrr.notnull() | rows.following_mrr.isnull()
    rows = rows.mutate(
        next_mrr=ibis.coalesce(rows.renewed_mrr, rows.following_mrr, rows.mrr),
        next_currency=ibis.ifelse(own, rows.currency, rows.following_currency),
    )
    after = rows.filter(rows.renewed > 0)
    return ibis.union(
        _side(rows, rows.currency, rows.mrr, follows=False),
        _side(after, after.next_currency, after.next_mrr, follows=True),
    )


def _worth_of_cycles(terms: Any, layout: Layout) -> Any:
    """What the line paid as the term ended, and what the next one pays as it begins."""
    phases = billed_of(layout).select("currency", "mrr", paid_line="line", starts="start_at", stops="end_at")
    before = terms.join(
        phases,
        [terms.line == phases.paid_line, phases.starts < terms.pays_to, phases.stops >= terms.pays_to],
    )
    after = terms.filter(terms.renewed > 0)
    after = after.join(
        phases,
        [
            after.next_line == phases.paid_line,
            phases.starts <= after.renews_at,
            phases.stops > after.renews_at,
        ],
    )
    return ibis.union(
        _side(before, before.currency, before.mrr, follows=False),
        _side(after, after.currency, after.mrr, follows=True),
    )


def _side(rows: Any, currency: Any, mrr: Any, *, follows: bool) -> Any:
    return rows.select(
        "subject_id",
        "period_start",
        "fixed_day",
        currency=currency,
        mrr=mrr.cast(MONEY),
        follows=ibis.literal(follows),
    )


TIMELINES: dict[str, Callable[..., Any]] = {
    "due_terms": due_terms,
    "due_terms_worth": due_terms_worth,
    "signed_terms": signed_terms,
    "due_accounts": due_accounts,
    "base_and_due": base_and_due,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""

SPLITS = dict.fromkeys(("due_terms", "due_terms_worth", "signed_terms"), ("auto_renew",))
"""What rows of each timeline can be split by besides what their accounts are: traits of their own."""
