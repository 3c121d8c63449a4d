"""What happens next to each subscription: competing risks, the earliest wins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.company import market
from holdfast.company.columns import DAY, NEVER, Floats, Ints, pick
from holdfast.company.lives import ACTIVE, FREE, NO_DISCOUNT, Phases, Rows, Stage, in_a_while

STOP, CANCEL, FAIL, EXPIRE, CHANGE, PAUSE, SWITCH, LOOK, OFFER, UPGRADE, LEAVE, RESOLVE, QUIT = range(13)
LOOK_AGAIN = 120 * DAY
"""Hazards depend on age; a quiet life is drawn afresh after this long."""


@dataclass(frozen=True)
class Moves(Rows):
    """Per subscription: when it moves on, how, and the cause where it would leave."""

    at: Ints
    kind: Ints
    cause: Ints


def next_moves(live: Phases, stage: Stage) -> Moves:
    """The next move of every subscription."""
    at, kind = live.ends.copy(), np.full(live.count, RESOLVE)
    cause = live.cause.copy()
    active = live.status == ACTIVE
    moves = _from_active(live.take(active), stage)
    at[active], kind[active], cause[active] = moves.at, moves.kind, moves.cause
    free = live.status == FREE
    moves = _from_free(live.take(free), stage)
    at[free], kind[free] = moves.at, moves.kind
    return Moves(at, kind, cause)


def _from_active(live: Phases, stage: Stage) -> Moves:
    rng, temper = stage.rng, stage.temper
    hazards = temper.at_age(live.who, stage.months_old(live))
    main = live.addon == 0
    by_card = ~((live.plan == market.ENTERPRISE) & (live.cycle == market.YEARLY))
    bound = live.percent == 100
    kinds = (STOP, CANCEL, FAIL, EXPIRE, CHANGE, PAUSE, SWITCH, QUIT, LOOK)
    times = np.stack(
        [
            np.where(main, NEVER, np.maximum(stage.stops[live.who], live.now)),
            stage.due(live, _dates_until(rng, _per_cycle(hazards.sum(axis=0), live.cycle))),
            stage.due(live, _dates_until(rng, np.where(by_card, temper.failing[live.who], 0.0))),
            live.expires,
            in_a_while(rng, live.now, temper.changing[live.who] * np.where(main, 1.0, 0.3)),
            in_a_while(rng, live.now, temper.pausing[live.who] * main * (live.cycle == 1)),
            in_a_while(rng, live.now, 0.004 * main),
            _at_once(rng, live),
            live.now + LOOK_AGAIN,
        ]
    )
    times[:, bound] = np.where(np.arange(len(kinds))[:, None] == EXPIRE, times[:, bound], NEVER)
    first = times.argmin(axis=0)
    at = times[first, np.arange(live.count)]
    kind = np.array(kinds)[first]
    cause = _causes(rng, hazards)
    saved = (kind == CANCEL) & (cause != market.CLOSED) & (live.kind == NO_DISCOUNT) & (live.cycle == 1)
    return Moves(at, np.where(saved & (rng.random(live.count) < 0.1), OFFER, kind), cause)


def _from_free(live: Phases, stage: Stage) -> Moves:
    upgrade = in_a_while(stage.rng, live.now, np.full(live.count, 0.02))
    leave = in_a_while(stage.rng, live.now, np.full(live.count, 0.03))
    kind = np.where(upgrade < leave, UPGRADE, LEAVE)
    return Moves(np.minimum(upgrade, leave), kind, live.cause)


def _per_cycle(monthly: Floats, cycle: Ints) -> Floats:
    """The chance to leave at a billing date; long terms are left a little less than they would be."""
    kept: Floats = np.power(1 - np.clip(monthly, 0.0, 0.95), cycle)
    leaves: Floats = (1 - kept) * np.where(cycle == market.YEARLY, 0.8, 1.0)
    return leaves


def _at_once(rng: np.random.Generator, live: Phases) -> Ints:
    """Some who have just begun ask for their money back within three weeks."""
    at = in_a_while(rng, live.now, np.where(live.addon == 0, 0.03, 0.0))
    return np.where(at < live.joined + 21 * DAY, at, NEVER)


def _dates_until(rng: np.random.Generator, chance: Floats) -> Ints:
    """How many billing dates pass before the one that it happens at; 99 where the chance is 0."""
    drawn = rng.geometric(np.clip(chance, 1e-9, 1.0)) - 1
    return np.where(chance > 0, np.minimum(drawn, 99), 99)


def _causes(rng: np.random.Generator, hazards: Floats) -> Ints:
    """The cause of leaving, by its share of the hazard."""
    shares = np.cumsum(hazards, axis=0) / hazards.sum(axis=0)
    place = np.minimum((rng.random(hazards.shape[1]) >= shares).sum(axis=0), 3)
    causes = np.array([market.ADOPTION, market.VALUE, market.PRICE, market.CLOSED], dtype=np.int64)
    drawn: Ints = causes[place]
    return drawn


def settle(
    rng: np.random.Generator, weights: tuple[float, ...], spans: tuple[tuple[float, float], ...], count: int
) -> Ints:
    """Durations in microseconds: a span of days by weight, then a whole second evenly within it."""
    chosen = np.array(spans)[pick(rng, weights, count)]
    days: Floats = chosen[:, 0] + (chosen[:, 1] - chosen[:, 0]) * rng.random(count)
    seconds = (days * 86_400).astype(np.int64)
    lasting: Ints = seconds * 1_000_000
    return lasting
