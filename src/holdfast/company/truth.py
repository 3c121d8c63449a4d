"""The month-by-month truth, summed from the ledger of the simulation's own lives.

All money is integer arithmetic in 10^-9 of the base currency. Prices and rates are such that
every conversion is exact, so the truth does not depend on where a conversion is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.company import ledger, market
from holdfast.company.clock import Clock
from holdfast.company.columns import (
    MONEY_PLACES,
    NEVER,
    Bools,
    Ints,
    decimals,
    ids,
    instants,
    whole,
    words,
)
from holdfast.company.founding import Accounts
from holdfast.company.ledger import Movements, Spans, place
from holdfast.company.lives import REASONS, Phases
from holdfast.company.money import Rates, in_base

YEAR = 12


@dataclass(frozen=True)
class Story:
    """Everything the truth is told from; internal accounts are left out of `moves` and `spans`."""

    clock: Clock
    accounts: Accounts
    rates: Rates
    phases: Phases
    moves: Movements
    spans: Spans

    @classmethod
    def of(cls, clock: Clock, accounts: Accounts, rates: Rates, phases: Phases) -> Story:
        """The ledger of everyone's phases."""
        moves, spans = ledger.movements_and_spans(phases, clock.end)
        known = ~accounts.internal
        return cls(clock, accounts, rates, phases, moves.take(known[moves.who]), spans.take(known[spans.who]))

    def based(self, who: Ints, nano: Ints, month: Ints) -> Ints:
        """Native amounts at the rate of the last day before each one's month (R14)."""
        rates = self.rates.before(self.clock.month_days)
        currency = self.accounts.currency[who]
        out = np.zeros(len(nano), dtype=np.int64)
        for number in range(len(market.CURRENCIES)):
            mine = currency == number
            out[mine] = in_base(nano[mine], number, rates[number, month[mine]])
        return out


def month_table(story: Story) -> pa.Table:
    """One row per month: the MRR bridge, customers, and what of the opening was kept."""
    clock, moves = story.clock, story.moves
    payers = np.unique(moves.who)
    native, customer = _at_bounds(story, payers)
    valued = np.stack(
        [story.based(payers, native[:, m], np.full(len(payers), m)) for m in range(clock.months + 1)], axis=1
    )
    month = clock.month_of(moves.at)
    amount = story.based(moves.who, np.abs(moves.after - moves.before), month)
    sums = {
        name: _sums(amount, month, moves.kind == kind, clock.months) for kind, name in enumerate(ledger.KINDS)
    }
    opening, closing = valued[:, :-1].sum(axis=0), valued[:, 1:].sum(axis=0)
    gains = sums["new"] + sums["expansion"] + sums["reactivation"]
    fx = closing - opening - gains + sums["contraction"] + sums["churn"]
    columns = {"opening_mrr": opening, **sums, "fx": fx, "closing_mrr": closing}
    table = {
        "month": pa.array(clock.labels),
        "period_start": instants(clock.bounds[:-1]),
        "period_end": instants(clock.bounds[1:]),
        **{name: decimals(values, MONEY_PLACES) for name, values in columns.items()},
        **_counts(story, payers, native, customer),
        **_kept(story, payers, native, 1),
        **_kept(story, payers, native, YEAR),
        **_lost_in_a_year(customer),
    }
    return pa.table(table)


def opening_mrr(story: Story) -> Ints:
    """The opening MRR of every month in 10^-9 of the base currency."""
    payers = np.unique(story.moves.who)
    native, _ = _at_bounds(story, payers)
    months = range(story.clock.months)
    valued = [story.based(payers, native[:, m], np.full(len(payers), m)).sum() for m in months]
    return np.array(valued, dtype=np.int64)


def _sums(amount: Ints, month: Ints, chosen: Bools, months: int) -> Ints:
    out = np.zeros(months, dtype=np.int64)
    np.add.at(out, month[chosen], amount[chosen])
    return out


def _at_bounds(story: Story, payers: Ints) -> tuple[Ints, Bools]:
    """Native MRR, and being a customer, of each payer just before each month's bound (R3)."""
    bounds, moves, spans = story.clock.bounds, story.moves, story.spans
    native = np.zeros((len(payers), len(bounds)), dtype=np.int64)
    customer = np.zeros((len(payers), len(bounds)), dtype=bool)
    move_keys, span_keys = place(moves.who, moves.at), place(spans.who, spans.start)
    for number, bound in enumerate(bounds):
        wanted = place(payers, int(bound))
        row = np.maximum(np.searchsorted(move_keys, wanted) - 1, 0)
        begun = (moves.who[row] == payers) & (moves.at[row] < bound)
        native[:, number] = np.where(begun, moves.after[row], 0)
        row = np.maximum(np.searchsorted(span_keys, wanted) - 1, 0)
        inside = (spans.start[row] < bound) & (spans.end[row] >= bound)
        customer[:, number] = (spans.who[row] == payers) & inside
    return native, customer


def _counts(story: Story, payers: Ints, native: Ints, customer: Bools) -> dict[str, pa.Array]:
    clock, spans, accounts = story.clock, story.spans, story.accounts
    opening, closing = customer[:, :-1], customer[:, 1:]
    passing, returning = np.zeros_like(opening), np.zeros_like(opening)
    row = np.searchsorted(payers, spans.who)
    begun = clock.month_of(spans.start)
    within = spans.end < NEVER
    ended = clock.month_of(np.where(within, spans.end, clock.end))
    passing[row, begun] = True
    left = within & (ended < clock.months)
    returning[row[left], ended[left]] = True
    signed = ~accounts.internal & (accounts.merged_into < 0)
    counts = {
        "opening_customers": opening.sum(axis=0),
        "closing_customers": closing.sum(axis=0),
        "paying_customers": (native[:, 1:] > 0).sum(axis=0),
        "customers_lost": (opening & ~closing).sum(axis=0),
        "joined_and_left": (~opening & ~closing & passing).sum(axis=0),
        "left_and_back": (opening & closing & returning).sum(axis=0),
        "became_customers": (~opening & passing).sum(axis=0),
        "sign_ups": np.bincount(clock.month_of(accounts.created[signed]), minlength=clock.months),
    }
    return {name: whole(values) for name, values in counts.items()}


def _kept(story: Story, payers: Ints, native: Ints, window: int) -> dict[str, pa.Array]:
    """Of a window's opening MRR: the sums of opening, min(opening, closing) and closing.

    Both ends are valued at the rate before the window's start. Null until a window has passed.
    """
    months = story.clock.months
    names = ["cohort_opening_mrr", "cohort_retained_mrr", "cohort_closing_mrr"]
    out = np.zeros((3, months), dtype=np.int64)
    for end in range(window, months + 1):
        begin = end - window
        opening = native[:, begin]
        closing = np.where(opening > 0, native[:, end], 0)
        rate = np.full(len(payers), begin)
        for place_, values in enumerate((opening, np.minimum(opening, closing), closing)):
            out[place_, end - 1] = story.based(payers, values, rate).sum()
    full = np.arange(months) >= window - 1
    suffix = f"_{window}_months" if window > 1 else ""
    return {
        name + suffix: decimals(values, MONEY_PLACES, where=full)
        for name, values in zip(names, out, strict=True)
    }


def _lost_in_a_year(customer: Bools) -> dict[str, pa.Array]:
    """Opening customers of the trailing year, and those of them who are none at its end."""
    months = customer.shape[1] - 1
    full = np.arange(months) >= YEAR - 1
    begin = np.maximum(np.arange(months) - YEAR + 1, 0)
    opening, closing = customer[:, begin], customer[:, 1:]
    return {
        "opening_customers_12_months": whole(opening.sum(axis=0), full),
        "customers_lost_12_months": whole((opening & ~closing).sum(axis=0), full),
    }


def movement_table(story: Story) -> pa.Table:
    """Every movement: account, instant, kind, native and base amounts; churns of paused accounts carry 0."""
    moves = story.moves
    month = story.clock.month_of(moves.at)
    amount = np.abs(moves.after - moves.before)
    return pa.table(
        {
            "account_id": ids("a", moves.who),
            "at": instants(moves.at),
            "month": words(month, story.clock.labels),
            "kind": words(moves.kind, ledger.KINDS),
            "currency": words(story.accounts.currency[moves.who], market.CURRENCIES),
            "mrr_before": decimals(moves.before, MONEY_PLACES),
            "mrr_after": decimals(moves.after, MONEY_PLACES),
            "amount": decimals(story.based(moves.who, amount, month), MONEY_PLACES),
        }
    )


def churn_table(story: Story) -> pa.Table:
    """Every churn with its true cause and the reason that its last phase gives."""
    churns = story.moves.take(story.moves.kind == ledger.CHURN)
    row = last_phase_before(story.phases, churns.who, churns.at)
    return pa.table(
        {
            "account_id": ids("a", churns.who),
            "churned_at": instants(churns.at),
            "cause": words(story.phases.cause[row], market.CAUSES),
            "end_reason": words(story.phases.reason[row], REASONS),
            "mrr_lost": decimals(churns.before, MONEY_PLACES),
            "currency": words(story.accounts.currency[churns.who], market.CURRENCIES),
        }
    )


def last_phase_before(phases: Phases, who: Ints, at: Ints) -> Ints:
    """The row of the account's last phase of some length that began before an instant."""
    real = np.flatnonzero(phases.end > phases.start)
    keys = place(phases.who[real], phases.start[real])
    order = np.argsort(keys, kind="stable")
    found = np.searchsorted(keys[order], place(who, at)) - 1
    rows: Ints = real[order][found]
    return rows
