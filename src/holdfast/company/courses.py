"""From sign-up to the end of the simulation: all subscriptions of all accounts, as phases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from holdfast.company import market, moves
from holdfast.company.clock import Clock
from holdfast.company.columns import NEVER, SECOND, Bools, Ints, chance
from holdfast.company.founding import BY_FREE, BY_SALE, BY_TRIAL, Accounts, Temper
from holdfast.company.lives import (
    ACTIVE,
    AWAY,
    FAILED,
    FREE,
    NO_DISCOUNT,
    NO_REASON,
    NOT_FAILING,
    OTHER,
    PAST_DUE,
    PAUSED,
    PLAN_CHANGE,
    TRIALING,
    VOLUNTARY,
    Phases,
    Stage,
    batch,
    put,
)
from holdfast.company.turns import turned

TRIAL_DAYS = 14
ADDON_SHARE = 0.09
REASON_OF_MOVE = {
    moves.CANCEL: VOLUNTARY,
    moves.QUIT: VOLUNTARY,
    moves.LEAVE: VOLUNTARY,
    moves.CHANGE: PLAN_CHANGE,
    moves.SWITCH: PLAN_CHANGE,
    moves.UPGRADE: PLAN_CHANGE,
    moves.OFFER: PLAN_CHANGE,
}


def all_phases(accounts: Accounts, clock: Clock, seed: int) -> Phases:
    """Every phase of every subscription, sorted by account, subscription and start."""
    rng = chance(seed, "lives")
    nobody = np.full(accounts.count, NEVER)
    reason, cause = np.full(accounts.count, VOLUNTARY), np.full(accounts.count, -1)
    stage = Stage(clock, Temper.of(accounts, rng), rng, nobody, reason, cause)
    main = lived(_beginnings(accounts, stage), stage)
    addons = lived(*_addons(main, accounts, stage))
    phases = _with_empty_ones(batch([main, addons]), rng)
    order = np.lexsort((phases.end, phases.start, phases.sub, phases.addon, phases.who))
    return phases.take(order)


def lived(live: Phases, stage: Stage) -> Phases:
    """The phases of `live`, followed move by move until the simulation's end."""
    closed: list[Phases] = [live.take(np.zeros(live.count, dtype=bool))]
    while live.count:
        moved = moves.next_moves(live, stage)
        goes_on = moved.at < stage.clock.end
        closed.append(_open_at_the_end(live.take(~goes_on), moved.take(~goes_on), stage))
        live, moved = live.take(goes_on), moved.take(goes_on)
        ends = (moved.kind != moves.LOOK) & (live.status != AWAY)
        closed.append(_closed(live.take(ends), moved.take(ends), stage))
        live = turned(live, moved, stage)
        live = live.take(~((live.status == AWAY) & (live.ends == NEVER)))
    return batch(closed)


def _closed(live: Phases, moved: moves.Moves, stage: Stage) -> Phases:
    """The phases that a move ends, with the reason and, for a cancellation, when it was asked for."""
    every = np.ones(live.count, dtype=bool)
    live = put(live, every, end=moved.at)
    reason = np.full(live.count, OTHER)
    for kind, why in REASON_OF_MOVE.items():
        reason[moved.kind == kind] = why
    gives_up = (moved.kind == moves.RESOLVE) & (live.then == AWAY)
    reason[gives_up & (live.status == PAST_DUE)] = FAILED
    reason[gives_up & (live.status == PAUSED)] = VOLUNTARY
    stopped = moved.kind == moves.STOP
    reason[stopped] = stage.stop_reason[live.who[stopped]]
    live = put(live, stopped, cause=stage.stop_cause[live.who[stopped]])
    live = put(live, every, reason=reason)
    quits = moved.kind == moves.QUIT
    live = put(live, quits, cause=moved.cause[quits], requested=moved.at[quits])
    canceled = moved.kind == moves.CANCEL
    return _asked(put(live, canceled, cause=moved.cause[canceled]), canceled, stage)


def _asked(live: Phases, canceled: Bools, stage: Stage) -> Phases:
    """When cancellations were asked for: some time in the last cycle, not before the phase began."""
    ahead = stage.rng.random(int(canceled.sum())) * np.minimum(live.cycle[canceled], 3) * 28 * 86_400
    asked = live.end[canceled] - ahead.astype(np.int64) * SECOND
    return put(live, canceled, requested=np.maximum(asked, live.start[canceled]))


def _open_at_the_end(live: Phases, moved: moves.Moves, stage: Stage) -> Phases:
    """The phases that outlast the simulation; an end asked for before it is already announced."""
    here = live.status != AWAY
    live, moved = live.take(here), moved.take(here)
    canceled = (moved.kind == moves.CANCEL) & (moved.at < NEVER)
    live = put(live, canceled, end=moved.at[canceled], cause=moved.cause[canceled], reason=VOLUNTARY)
    live = _asked(live, canceled, stage)
    unasked = ~canceled | (live.requested >= stage.clock.end)
    return put(live, unasked, end=NEVER, requested=NEVER, reason=NO_REASON)


def _beginnings(accounts: Accounts, stage: Stage) -> Phases:
    """The first state of every account's main subscription."""
    rng, count = stage.rng, accounts.count
    trial, free = accounts.way == BY_TRIAL, accounts.way == BY_FREE
    sold = accounts.way == BY_SALE
    midnight = np.isin(accounts.created, stage.clock.bounds)
    wait = np.where(trial | free | midnight, 0, rng.integers(300, 3 * 86_400, count) * SECOND)
    start = accounts.created + wait
    live = _blank(np.arange(count), start, accounts)
    converts = (rng.random(count) < stage.temper.converts) & (accounts.merged_into < 0)
    early = np.where(converts & (rng.random(count) < 0.3), rng.random(count), 1.0)
    length = np.maximum((early * TRIAL_DAYS * 86_400).astype(np.int64) * SECOND, 6 * 3600 * SECOND)
    to_free = rng.random(count) < 0.12
    then = np.select([converts, to_free & (accounts.merged_into < 0)], [ACTIVE, FREE], AWAY)
    live = put(live, trial, status=TRIALING, ends=(start + length)[trial], then=then[trial])
    live = put(live, free, status=FREE, plan=market.FREE, seats=1, cycle=1)
    # A sale begins as an absence that ends at once, so that coupons and anchors have one place.
    return put(live, sold, status=AWAY, ends=start[sold], then=ACTIVE, sub=-1)


def _blank(who: Ints, start: Ints, accounts: Accounts) -> Phases:
    none = np.full(len(who), -1)
    never = np.full(len(who), NEVER)
    zero = np.zeros(len(who), dtype=np.int64)
    return Phases(
        who=who, sub=zero, start=start, end=never, status=np.full(len(who), ACTIVE), plan=accounts.plan[who],
        currency=accounts.currency[who], cycle=accounts.cycle[who], seats=accounts.seats[who], percent=zero,
        kind=np.full(len(who), NO_DISCOUNT), cycles=zero, anchor=start, expires=never, now=start, ends=never,
        then=none, joined=never, requested=never, reason=np.full(len(who), NO_REASON), cause=none,
        failing=np.full(len(who), NOT_FAILING), via=none, addon=zero,
    )  # fmt: skip


def _addons(main: Phases, accounts: Accounts, stage: Stage) -> tuple[Phases, Stage]:
    """Second subscriptions, begun while the main one pays, most of them ending with it.

    Only accounts that never pause have one, so that a pause is always the whole account's.
    """
    rng = stage.rng
    pauses = np.zeros(accounts.count, dtype=bool)
    pauses[main.who[main.status == PAUSED]] = True
    active = main.take((main.status == ACTIVE) & ~pauses[main.who] & (main.percent < 100))
    _, firsts = np.unique(active.who, return_index=True)
    first = active.take(firsts[rng.random(len(firsts)) < ADDON_SHARE])
    open_until = np.minimum(first.end, stage.clock.end)
    waited = (open_until - first.start) // SECOND * rng.random(first.count)
    start = first.start + waited.astype(np.int64) * SECOND
    stops, reason, cause = _last_ends(main, accounts.count)
    together_to_the_end = rng.random(accounts.count) < 0.8
    stage = replace(
        stage, stops=np.where(together_to_the_end, stops, NEVER), stop_reason=reason, stop_cause=cause
    )
    live = _blank(first.who, start, accounts)
    every = np.ones(live.count, dtype=bool)
    # It is billed from a day of its own, a month at a time or with the year of its account.
    live = put(live, every, plan=market.ADDON, seats=rng.integers(1, 4, live.count), addon=1, joined=start)
    return put(live, live.cycle == market.QUARTERLY, cycle=market.MONTHLY), stage


def _last_ends(main: Phases, count: int) -> tuple[Ints, Ints, Ints]:
    """Per account: when, why and from what cause the main subscription left for good; else `NEVER`."""
    stops, reason, cause = np.full(count, NEVER), np.full(count, VOLUNTARY), np.full(count, -1)
    paid = main.take((main.status == ACTIVE) | (main.status == PAST_DUE))
    order = np.argsort(paid.start, kind="stable")
    last = np.full(count, -1)
    last[paid.who[order]] = order
    rows = last[last >= 0]
    gone = np.isin(paid.reason[rows], (VOLUNTARY, FAILED)) & (paid.end[rows] < NEVER)
    rows = rows[gone]
    stops[paid.who[rows]], reason[paid.who[rows]] = paid.end[rows], paid.reason[rows]
    cause[paid.who[rows]] = paid.cause[rows]
    return stops, reason, cause


def _with_empty_ones(phases: Phases, rng: np.random.Generator) -> Phases:
    """A few phases of no length, as real exports have where a change was changed at once (R3)."""
    changed = phases.take((phases.reason == PLAN_CHANGE) & (phases.status == ACTIVE))
    empty = changed.take(rng.random(changed.count) < 0.02)
    every = np.ones(empty.count, dtype=bool)
    empty = put(empty, every, start=empty.end, seats=empty.seats + 5, percent=0, kind=NO_DISCOUNT, cycles=0)
    return batch([phases, empty])
