"""What follows from the phases: trials, contracts, and what the company spends."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from holdfast.company import market
from holdfast.company.clock import Clock
from holdfast.company.columns import (
    DAY,
    MONEY_PLACES,
    NEVER,
    Ints,
    canonical,
    cents,
    chance,
    days,
    decimals,
    flags,
    ids,
    instants,
    joined,
    only,
    spread,
    words,
)
from holdfast.company.courses import TRIAL_DAYS
from holdfast.company.lives import ACTIVE, PAST_DUE, TRIALING, Phases

COSTS = (
    ("cs_wages", 21_000, 0.035), ("adoption", 4_000, 0.008), ("services_training", 3_500, 0.006),
    ("customer_marketing", 2_500, 0.01), ("sales_marketing", 30_000, 0.22), ("cogs", 6_000, 0.14),
)  # fmt: skip
RENEWED, LOST, PENDING = range(3)


def trial_table(phases: Phases, clock: Clock) -> pa.Table:
    """The canonical table `trials`."""
    mine = phases.take(phases.status == TRIALING)
    converted = mine.then == ACTIVE
    ended = np.where(mine.end < clock.end, mine.end, NEVER)
    columns = {
        "trial_id": ids("t", mine.who),
        "account_id": ids("a", mine.who),
        "plan": words(mine.plan, market.PLANS),
        "started_at": instants(mine.start),
        "ends_at": instants(mine.start + TRIAL_DAYS * DAY),
        "ended_at": instants(ended),
        "converted_at": instants(np.where(converted, ended, NEVER)),
        "card_required": flags(mine.who % 4 == 0),
    }
    return canonical("trials", columns)


def contract_table(phases: Phases, clock: Clock, seed: int) -> pa.Table:
    """The canonical table `contracts`: the terms of yearly subscriptions and what came of them.

    A renewal is agreed up to 45 days before the term ends, and a loss when it was asked for; what is
    decided after the simulation's end is pending.
    """
    rng = chance(seed, "contracts")
    start, end, first, last, number = _terms(phases, clock)
    who, count = phases.who[first], len(start)
    renews = np.zeros(count, dtype=bool)
    renews[:-1] = (first[1:] == first[:-1]) & (number[1:] == number[:-1] + 1)
    ahead = rng.integers(0, 45 * 86_400, count) * 1_000_000
    decided = np.where(
        renews, np.maximum(end - ahead, start), np.minimum(phases.requested[last], phases.end[last])
    )
    known = decided < clock.end
    outcome = np.where(known, np.where(renews, RENEWED, LOST), PENDING)
    mrr = phases.mrr[_phase_at(phases, first, start)]
    following = np.append(mrr[1:], 0)
    kept = outcome == RENEWED
    contract = joined("c", ids("", who), "-", ids("", phases.sub[first], 1), "-", ids("", number, 2))
    follows = joined("c", ids("", who), "-", ids("", phases.sub[first], 1), "-", ids("", number + 1, 2))
    columns = {
        "contract_id": contract,
        "account_id": ids("a", who),
        "term_start": instants(start),
        "term_end": instants(end),
        "mrr": decimals(mrr, MONEY_PLACES),
        "currency": words(phases.currency[first], market.CURRENCIES),
        "auto_renew": flags(rng.random(count) < 0.7),
        "notice_by": instants(end - 30 * DAY),
        "outcome": words(outcome, ("renewed", "lost", "pending")),
        "decided_at": instants(np.where(known, decided, NEVER)),
        "renewed_by": only(follows, kept & (end < clock.end)),
        "renewed_mrr": decimals(following, MONEY_PLACES, where=kept & (end < clock.end)),
    }
    return canonical("contracts", columns)


def _terms(phases: Phases, clock: Clock) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Each yearly term begun: start, end, the first and last phase of its billing run, its number."""
    paid = (phases.status == ACTIVE) | (phases.status == PAST_DUE)
    yearly = np.flatnonzero(
        paid & (phases.cycle == market.YEARLY) & (phases.addon == 0) & (phases.end > phases.start)
    )
    who, sub, anchor = phases.who[yearly], phases.sub[yearly], phases.anchor[yearly]
    new = np.ones(len(yearly), dtype=bool)
    new[1:] = (who[1:] != who[:-1]) | (sub[1:] != sub[:-1]) | (anchor[1:] != anchor[:-1])
    begun = np.flatnonzero(new)
    ended = np.append(begun[1:], len(yearly)) - 1
    first, last = yearly[begun], yearly[ended]
    until = np.minimum(phases.end[last], clock.end)
    since, cycle = phases.anchor[first], phases.cycle[first]
    row, number = spread(np.maximum(clock.cycle_from(since, cycle, until, after=False), 1))
    start = clock.later(since[row], number * market.YEARLY)
    return start, clock.later(since[row], (number + 1) * market.YEARLY), first[row], last[row], number


def _phase_at(phases: Phases, first: Ints, start: Ints) -> Ints:
    """The phase in force at a term's start, looked for from the run's first one on."""
    row = first.copy()
    for _ in range(60):
        after = np.minimum(row + 1, phases.count - 1)
        own = (phases.who[after] == phases.who[row]) & (phases.sub[after] == phases.sub[row])
        own &= (phases.addon[after] == 0) & (phases.start[after] <= start) & (after > row)
        if not own.any():
            break
        row = np.where(own, after, row)
    return row


def cost_table(opening_mrr: Ints, clock: Clock) -> pa.Table:
    """The canonical table `costs`: monthly, a fixed part and a part that grows with opening MRR."""
    months = len(opening_mrr)
    cost, month = np.divmod(np.arange(len(COSTS) * months), months)
    fixed = np.array([amount for _, amount, _ in COSTS], dtype=np.int64)[cost] * 100
    permille = np.array([round(share * 1000) for *_, share in COSTS], dtype=np.int64)[cost]
    columns = {
        "cost_id": joined(words(cost, [name for name, *_ in COSTS]), "-", words(month, clock.labels)),
        "period_start": days(clock.month_days[month]),
        "period_end": days(clock.month_days[month + 1]),
        "category": words(cost, [name for name, *_ in COSTS]),
        "amount": cents(fixed + opening_mrr[month] // 10_000_000 * permille // 1000),
        "currency": words(np.zeros(len(cost)), (market.BASE,)),
    }
    return canonical("costs", columns)
