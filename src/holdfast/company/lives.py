"""The lives of subscriptions: a chain of states, moved on for all of them at once.

Each round draws the next move of every subscription still going, closes the phases that the
move ends and applies it. What is written here, instants and prices, is the source both of the
exported phases and of the truth.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self, TypeVar

import numpy as np

from holdfast.company.clock import Clock
from holdfast.company.columns import NEVER, Bools, Floats, Ints
from holdfast.company.founding import Temper
from holdfast.company.money import discount_cents, paying, unit_cents

TRIALING, ACTIVE, PAST_DUE, PAUSED, FREE, AWAY = range(6)
STATUSES = ("trialing", "active", "past_due", "paused", "free")
NO_REASON, VOLUNTARY, FAILED, PLAN_CHANGE, OTHER = range(-1, 4)
REASONS = ("voluntary", "payment_failure", "plan_change", "other")
NO_DISCOUNT, ONCE, REPEATING, FOREVER = range(-1, 3)
DISCOUNTS = ("once", "repeating", "forever")
SOFT, HARD = 0, 1
NOT_FAILING = -1


class Rows:
    """A frozen dataclass whose fields are arrays of one length."""

    def take(self, chosen: Bools | Ints) -> Self:
        """The chosen places of every array."""
        return type(self)(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})  # type: ignore[arg-type]

    @property
    def count(self) -> int:
        """How many places there are."""
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]


Kind = TypeVar("Kind", bound=Rows)


@dataclass(frozen=True)
class Phases(Rows):
    """Spans of constant price, as simulated; also the lives' present state while it runs.

    `who` is the account, `sub` the number of its subscription. `end` may lie after the
    simulation's end (announced) or be `NEVER`. Percent, kind, cycles and `expires` describe the
    discount; `failing` and `via` the unpaid invoice of a past-due phase; `cause` why the customer
    is leaving or may be. `now` is how far the life is drawn; where a state's end is settled on
    entering it, `ends` and `then` say when and to which state.
    """

    who: Ints
    sub: Ints
    start: Ints
    end: Ints
    status: Ints
    plan: Ints
    currency: Ints
    cycle: Ints
    seats: Ints
    percent: Ints
    kind: Ints
    cycles: Ints
    anchor: Ints
    expires: Ints
    now: Ints
    ends: Ints
    then: Ints
    joined: Ints
    requested: Ints
    reason: Ints
    cause: Ints
    failing: Ints
    via: Ints
    addon: Ints

    @property
    def unit(self) -> Ints:
        """The price of one unit for one cycle, in hundredths."""
        return unit_cents(self.currency, self.plan, self.cycle)

    @property
    def discount(self) -> Ints:
        """The discount on the whole phase for one cycle, in hundredths."""
        return discount_cents(self.unit, self.seats, self.percent)

    @property
    def mrr(self) -> Ints:
        """Native MRR in 10^-9: 0 unless active or past due; one-cycle discounts do not lower it."""
        lasting = (self.kind == FOREVER) | ((self.kind == REPEATING) & (self.cycles >= 2))
        pays = (self.status == ACTIVE) | (self.status == PAST_DUE)
        return paying(pays, self.unit, self.seats, np.where(lasting, self.percent, 0), self.cycle)


def put(live: Phases, where: Bools, **values: Ints | int) -> Phases:
    """`live` with some fields set where `where`; a value is one for all or one per chosen place."""
    changed = {}
    for name, value in values.items():
        column = getattr(live, name).copy()
        column[where] = value
        changed[name] = column
    return replace(live, **changed)


def batch(parts: list[Kind]) -> Kind:
    """Several batches of rows of one kind as one."""
    names = [field.name for field in fields(parts[0])]  # type: ignore[arg-type]
    return type(parts[0])(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


@dataclass(frozen=True)
class Stage:
    """What every round needs: the clock, the accounts' tempers and the random numbers.

    `stops` is, per account, the instant at which an add-on ends with its main subscription,
    with that one's reason and cause.
    """

    clock: Clock
    temper: Temper
    rng: np.random.Generator
    stops: Ints
    stop_reason: Ints
    stop_cause: Ints

    def months_old(self, live: Phases) -> Floats:
        """Age in months since first becoming active, as of the phase's last look."""
        age: Floats = np.maximum(live.now - live.joined, 0) / (30.4375 * 86_400e6)
        return age

    def due(self, live: Phases, ahead: Ints) -> Ints:
        """The instant of the billing date `ahead` dates after the next one; `NEVER` where too far."""
        number = self.clock.cycle_from(live.anchor, live.cycle, live.now, after=True)
        months = (number + ahead) * live.cycle
        far = (months > 60) | (ahead > 60)
        return np.where(far, NEVER, self.clock.later(live.anchor, np.where(far, 0, months)))


def in_a_while(rng: np.random.Generator, since: Ints, per_month: Floats) -> Ints:
    """An exponential waiting time at a monthly rate, after `since`; `NEVER` where the rate is 0."""
    with np.errstate(divide="ignore"):
        months = np.minimum(rng.exponential(1.0, len(since)) / per_month, 1200.0)
    return np.where(per_month > 0, since + (months * 30.4375 * 86_400).astype(np.int64) * 1_000_000, NEVER)
