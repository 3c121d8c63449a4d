"""What a move makes of a subscription: each function turns the chosen lives at an instant."""

from __future__ import annotations

import numpy as np

from holdfast.company import market, moves
from holdfast.company.columns import DAY, NEVER, SECOND, Bools, Ints, pick
from holdfast.company.lives import (
    ACTIVE,
    AWAY,
    FOREVER,
    FREE,
    HARD,
    NO_DISCOUNT,
    NOT_FAILING,
    ONCE,
    PAST_DUE,
    PAUSED,
    REPEATING,
    SOFT,
    TRIALING,
    Phases,
    Stage,
    in_a_while,
    put,
)

VIAS = ("first", "retry", "updater", "dunning", "manual")
COUPONS = ((ONCE, 1), (REPEATING, 3), (REPEATING, 6), (REPEATING, 1), (FOREVER, -1), (REPEATING, 2))


def turned(live: Phases, moved: moves.Moves, stage: Stage) -> Phases:
    """The lives after their moves, each at the instant of its move."""
    live = put(live, np.ones(live.count, dtype=bool), now=moved.at)
    kind = moved.kind
    live = _canceled(live, (kind == moves.CANCEL) | (kind == moves.QUIT), moved.cause, stage)
    live = put(live, (kind == moves.STOP) | (kind == moves.LEAVE), status=AWAY, ends=NEVER)
    live = _failed(live, kind == moves.FAIL, stage)
    live = _changed(live, kind == moves.CHANGE, stage)
    live = _paused(live, kind == moves.PAUSE, moved.cause, stage)
    live = _switched(live, kind == moves.SWITCH, stage)
    live = _offered(live, kind == moves.OFFER, stage)
    live = _upgraded(live, kind == moves.UPGRADE, stage)
    live = _resolved(live, kind == moves.RESOLVE, stage)
    over = (live.expires <= live.now) & (live.status != AWAY)
    live = put(live, over, percent=0, kind=NO_DISCOUNT, cycles=0, expires=NEVER)
    fresh = (kind != moves.LOOK) & (live.status != AWAY)
    return put(live, fresh, start=live.now[fresh])


def _canceled(live: Phases, where: Bools, cause: Ints, stage: Stage) -> Phases:
    rng, count = stage.rng, int(where.sum())
    to_free = np.zeros(live.count, dtype=bool)
    to_free[where] = (rng.random(count) < 0.07) & (cause[where] != market.CLOSED) & (live.addon[where] == 0)
    live = put(live, where, cause=cause[where])
    gone = where & ~to_free
    back = in_a_while(rng, live.now[gone] + 2 * DAY, np.full(int(gone.sum()), 0.011))
    lost = (cause[gone] == market.CLOSED) | (live.addon[gone] == 1)
    live = put(live, gone, status=AWAY, ends=np.where(lost, NEVER, back), then=ACTIVE)
    return put(
        live, to_free, status=FREE, plan=market.FREE, cycle=1, seats=1, percent=0, kind=NO_DISCOUNT,
        cycles=0, expires=NEVER,
    )  # fmt: skip


def _failed(live: Phases, where: Bools, stage: Stage) -> Phases:
    """A charge fails at a billing date; whether and how it will be recovered is settled here."""
    rng, count = stage.rng, int(where.sum())
    hard = rng.random(count) < 0.36
    recovers = rng.random(count) < np.where(hard, 0.62, 0.84)
    day = pick(rng, (0.5, 0.3, 0.15, 0.05), count)
    retried = np.array([1, 3, 5, 7])[day] * DAY + rng.integers(60, 3600, count) * SECOND
    asked = moves.settle(rng, (0.55, 0.38, 0.07), ((0.1, 6.0), (6.0, 27.0), (31.0, 45.0)), count)
    given_up = moves.settle(rng, (0.7, 0.15, 0.15), ((21, 21.1), (27.9, 28), (35, 60)), count)
    after = np.where(recovers, np.where(hard, asked, retried), given_up)
    via = np.where(hard, np.array([2, 3, 4])[pick(rng, (0.3, 0.55, 0.15), count)], 1)
    return put(
        live, where, status=PAST_DUE, failing=np.where(hard, HARD, SOFT), ends=live.now[where] + after,
        then=np.where(recovers, ACTIVE, AWAY), via=np.where(recovers, via, -1), cause=market.PAYMENT,
    )  # fmt: skip


def _changed(live: Phases, where: Bools, stage: Stage) -> Phases:
    """Seats go up or down, or the plan does; a starter can only move up."""
    rng, count = stage.rng, int(where.sum())
    plan, seats = live.plan[where], live.seats[where]
    what = pick(rng, (0.6, 0.14, 0.21, 0.05), count)
    more = np.minimum(seats + 1 + rng.poisson(0.12 * seats), 300)
    fewer = np.maximum(seats - 1 - rng.poisson(0.15 * seats), 1)
    core = (live.addon[where] == 0) & (plan != market.STARTER)
    up = core & (what == 1) & (plan < market.ENTERPRISE)
    down = core & (what == 3) & (plan > market.TEAM)
    starter = plan == market.STARTER
    seats = np.select([starter, up | down, what == 2], [rng.integers(3, 7, count), seats, fewer], more)
    return put(live, where, plan=np.where(starter | up, plan + 1, plan - down), seats=seats)


def _paused(live: Phases, where: Bools, cause: Ints, stage: Stage) -> Phases:
    rng, count = stage.rng, int(where.sum())
    length = moves.settle(rng, (0.55, 0.2, 0.25), ((10, 60), (60, 89), (95, 190)), count)
    then = np.where(rng.random(count) < 0.78, ACTIVE, AWAY)
    return put(live, where, status=PAUSED, ends=live.now[where] + length, then=then, cause=cause[where])


def _switched(live: Phases, where: Bools, stage: Stage) -> Phases:
    """A move to another plan through a new subscription, less than a day later."""
    rng, count = stage.rng, int(where.sum())
    gap = rng.integers(600, 82_800, count) * SECOND
    plan = np.clip(live.plan[where] + np.where(rng.random(count) < 0.6, 1, -1), 0, market.ENTERPRISE)
    seats = np.where(plan == market.STARTER, 1, np.maximum(live.seats[where], 2))
    live = put(live, where, status=AWAY, ends=live.now[where] + gap, then=ACTIVE, plan=plan, seats=seats)
    return put(live, where, percent=0, kind=NO_DISCOUNT, cycles=0, expires=NEVER)


def _offered(live: Phases, where: Bools, stage: Stage) -> Phases:
    """Someone about to leave stays for a discount."""
    rng, count = stage.rng, int(where.sum())
    cycles = rng.integers(2, 7, count)
    expires = stage.due(live.take(where), cycles - 1)
    percent = np.array([20, 25, 30, 40])[pick(rng, (1, 1, 1, 0.5), count)]
    return put(live, where, percent=percent, kind=REPEATING, cycles=cycles, expires=expires)


def _upgraded(live: Phases, where: Bools, stage: Stage) -> Phases:
    rng, count = stage.rng, int(where.sum())
    plan = pick(rng, (0.6, 0.35, 0.05), count)
    seats = np.where(plan == market.STARTER, 1, rng.integers(2, 8, count))
    return _begun(put(live, where, plan=plan, seats=seats, cycle=1), where, stage)


def _resolved(live: Phases, where: Bools, stage: Stage) -> Phases:
    """What was settled on entering a state comes true."""
    rng = stage.rng
    trial, late = where & (live.status == TRIALING), where & (live.status == PAST_DUE)
    paused, away = where & (live.status == PAUSED), where & (live.status == AWAY)
    begins = (trial | paused | away) & (live.then == ACTIVE)
    recovers = late & (live.then == ACTIVE)
    live = _rebilled(live, recovers, stage)
    live = put(live, recovers, status=ACTIVE, failing=NOT_FAILING, via=-1, cause=-1)
    live = put(live, trial & (live.then == FREE), status=FREE, plan=market.FREE, seats=1, cycle=1)
    live = put(live, trial & (live.then == AWAY), status=AWAY, ends=NEVER)
    ended = (late | paused) & (live.then == AWAY)
    count = int(ended.sum())
    soon = rng.random(count) < np.where(live.failing[ended] == NOT_FAILING, 0.0, 0.16)
    wait = np.where(
        rng.random(count) < 0.2, DAY, moves.settle(rng, (0.3, 0.7), ((0.02, 0.95), (2, 50)), count)
    )
    some_day = in_a_while(rng, live.now[ended] + 3 * DAY, np.full(count, 0.01))
    back = np.where(soon, live.now[ended] + wait, some_day)
    live = put(live, ended, status=AWAY, ends=np.where(live.addon[ended] == 1, NEVER, back), then=ACTIVE)
    live = put(live, ended, failing=NOT_FAILING, via=-1)
    live = put(live, away, sub=live.sub[away] + 1)
    return _begun(live, begins, stage)


def _rebilled(live: Phases, recovers: Bools, stage: Stage) -> Phases:
    """A charge recovered after the next billing date was due makes the billing begin anew."""
    since = put(live, recovers, now=live.start[recovers])
    slow = recovers & (stage.due(since, np.zeros(live.count, dtype=np.int64)) <= live.now)
    return put(live, slow, anchor=live.now[slow])


def _begun(live: Phases, where: Bools, stage: Stage) -> Phases:
    """Paying begins, or begins again: a new billing anchor, for some a coupon."""
    new = where & (live.status != PAUSED)
    live = put(live, where, status=ACTIVE, anchor=live.now[where], cause=-1)
    first = where & (live.joined == NEVER)
    return _with_coupon(put(live, first, joined=live.now[first]), new & (live.addon == 0), stage)


def _with_coupon(live: Phases, where: Bools, stage: Stage) -> Phases:
    rng, count = stage.rng, int(where.sum())
    number = pick(rng, (0.4, 0.22, 0.1, 0.06, 0.2, 0.02), count)
    kind, cycles = np.array(COUPONS)[number].T
    percent = np.array([10, 15, 20, 25, 50])[pick(rng, (1, 1, 2, 1, 0.4), count)]
    percent = np.where(kind == FOREVER, np.minimum(percent, 15), percent)
    percent = np.where(number == len(COUPONS) - 1, 100, percent)
    given = rng.random(count) < 0.2
    given &= (live.cycle[where] != market.YEARLY) | (kind != REPEATING)
    given &= ~((kind == REPEATING) & (cycles > 3) & (live.cycle[where] == market.QUARTERLY))
    months = live.cycle[where] * np.maximum(cycles, 1)
    expires = np.where(kind == FOREVER, NEVER, stage.clock.later(live.anchor[where], months))
    return put(
        live, where, percent=np.where(given, percent, 0), kind=np.where(given, kind, NO_DISCOUNT),
        cycles=np.where(given, cycles, 0), expires=np.where(given, expires, NEVER),
    )  # fmt: skip
