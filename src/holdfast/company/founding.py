"""Who signs up, when, and what they are like: the givens of every account's life."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.company import market
from holdfast.company.clock import Clock
from holdfast.company.columns import DAY, SECOND, Bools, Floats, Ints, chance, pick
from holdfast.company.sizing import INTERNAL_ACCOUNT, Sizing

GROWTH = 0.032
"""Sign-ups grow by this share each month."""

BY_TRIAL, BY_SALE, BY_FREE = range(3)


@dataclass(frozen=True)
class Accounts:
    """One array per attribute, one place per account, in the order of sign-up.

    `invited_at`, `integrated_at` and `themed_at` are early behaviours (`NEVER`-free: see the
    flags); the first two lower the hazard of leaving, the third does nothing and is a decoy.
    """

    created: Ints
    country: Ints
    industry: Ints
    size: Ints
    employees: Ints
    channel: Ints
    owner: Ints
    referred_by: Ints
    merged_into: Ints
    internal: Bools
    invited: Bools
    integrated: Bools
    themed: Bools
    way: Ints
    plan: Ints
    cycle: Ints
    seats: Ints

    @property
    def count(self) -> int:
        """How many accounts there are."""
        return len(self.created)

    @property
    def currency(self) -> Ints:
        """The place of each account's currency in `market.CURRENCIES`."""
        codes = [market.CURRENCIES.index(country.currency) for country in market.COUNTRIES]
        return np.array(codes, dtype=np.int64)[self.country]


def found(sizing: Sizing, clock: Clock) -> Accounts:
    """All accounts that ever sign up."""
    rng = chance(sizing.seed, "accounts")
    count = sizing.accounts
    size = pick(rng, market.SIZE_SHARES, count)
    low, high = np.array(market.SIZE_BOUNDS)[size], np.array(market.SIZE_BOUNDS)[size + 1]
    channel = pick(rng, market.CHANNEL_SHARES, count)
    created, at_midnight = _sign_ups(rng, clock, count)
    way = np.where(at_midnight, BY_SALE, pick(rng, (0.62, 0.24, 0.14), count))
    plan = _first_plans(rng, size, way)
    merged = _duplicates(rng, count)
    way = np.where(merged >= 0, BY_TRIAL, way)
    invited, integrated, themed = _behaviours(rng, size, channel, plan)
    seats = 1 + np.minimum(rng.geometric(1 / (1.5 + 3.2 * size)), 40 + 50 * size)
    return Accounts(
        created=created,
        country=pick(rng, [country.share for country in market.COUNTRIES], count),
        industry=pick(rng, market.INDUSTRY_SHARES, count),
        size=size,
        employees=low + np.floor((high - low) * rng.random(count) ** 2).astype(np.int64),
        channel=channel,
        owner=rng.integers(0, len(market.OWNERS), count),
        referred_by=_referrers(rng, channel),
        merged_into=merged,
        internal=(rng.random(count) < 0.004) | (np.arange(count) == INTERNAL_ACCOUNT),
        invited=invited,
        integrated=integrated,
        themed=themed,
        way=way,
        plan=plan,
        cycle=_cycles(rng, plan, way),
        seats=np.where(plan == market.STARTER, 1, seats),
    )


def _sign_ups(rng: np.random.Generator, clock: Clock, count: int) -> tuple[Ints, Bools]:
    """Sorted instants: growing months, busy weekdays and hours; a few at a month's first midnight."""
    month = pick(rng, np.power(1.0 + GROWTH, np.arange(clock.months, dtype=np.float64)), count)
    first, length = clock.month_days[month], np.diff(clock.month_days)[month]
    day = first + np.floor(length * rng.random(count)).astype(np.int64)
    weekend = (day + 3) % 7 >= 5
    moved = weekend & (rng.random(count) < 0.6)
    day = np.where(moved, np.maximum(first, day - 2), day)
    hour = np.clip(rng.normal(13.5, 4.0, count), 0.0, 23.99)
    created = clock.zone.utc(day * DAY + (hour * 3600).astype(np.int64) * SECOND)
    at_midnight = rng.random(count) < 0.01
    created = np.where(at_midnight, clock.bounds[month], created)
    order = np.argsort(created, kind="stable")
    return created[order], at_midnight[order]


def _first_plans(rng: np.random.Generator, size: Ints, way: Ints) -> Ints:
    by_size = np.array([[0.5, 0.4, 0.1, 0.0], [0.15, 0.6, 0.22, 0.03], [0.03, 0.4, 0.47, 0.1]])
    shares = np.cumsum(by_size[np.minimum(size, 2)], axis=1)
    plan = (rng.random(len(size))[:, None] >= shares).sum(axis=1)
    plan = np.where((way == BY_SALE) & (size >= 2) & (rng.random(len(size)) < 0.4), market.ENTERPRISE, plan)
    return np.minimum(plan, market.ENTERPRISE).astype(np.int64)


def _cycles(rng: np.random.Generator, plan: Ints, way: Ints) -> Ints:
    cycle = np.array([market.MONTHLY, market.QUARTERLY, market.YEARLY])[
        pick(rng, market.CYCLE_SHARES, len(plan))
    ]
    sold = (plan == market.ENTERPRISE) | ((way == BY_SALE) & (rng.random(len(plan)) < 0.35))
    return np.where(sold, market.YEARLY, cycle).astype(np.int64)


def _behaviours(
    rng: np.random.Generator, size: Ints, channel: Ints, plan: Ints
) -> tuple[Bools, Bools, Bools]:
    """Early behaviours: they lean on size and channel, so that naive comparisons are confounded."""
    count = len(size)
    lean = 0.06 * size + np.where(np.isin(channel, (2, 5)), 0.1, 0.0) + rng.normal(0.0, 0.12, count)
    invited = rng.random(count) < np.clip(0.38 + lean, 0.05, 0.95)
    integrated = rng.random(count) < np.clip(0.30 + lean + 0.04 * plan, 0.05, 0.95)
    themed = rng.random(count) < np.clip(0.40 + 0.1 * invited, 0.05, 0.95)
    return invited, integrated, themed


def _referrers(rng: np.random.Generator, channel: Ints) -> Ints:
    """An earlier account for each that came by referral; -1 for the others and the first hundred."""
    places = np.arange(len(channel))
    earlier = np.floor(places * rng.random(len(channel))).astype(np.int64)
    return np.where((channel == 5) & (places >= 100), earlier, -1)


def _duplicates(rng: np.random.Generator, count: int) -> Ints:
    """Some people sign up twice: an account merged into an earlier one that is itself no duplicate."""
    places = np.arange(count)
    duplicate = (rng.random(count) < 0.006) & (places >= 20)
    target = np.floor(places * rng.random(count)).astype(np.int64)
    return np.where(duplicate & ~duplicate[target], target, -1)


@dataclass(frozen=True)
class Temper:
    """Monthly hazards of leaving by cause, and other rates, one place per subscription followed."""

    adoption: Floats
    value: Floats
    price: Floats
    closed: Floats
    failing: Floats
    changing: Floats
    pausing: Floats
    converts: Floats

    @classmethod
    def of(cls, accounts: Accounts, rng: np.random.Generator) -> Temper:
        """The true causes: what makes an account leave, fail to pay, change or pause."""
        count = accounts.count
        # Inviting and integrating lower the hazard of poor adoption each to about a third.
        adoption = 0.038 * np.where(accounts.invited, 0.35, 1.0) * np.where(accounts.integrated, 0.33, 1.0)
        value = 0.0085 * np.where(accounts.integrated, 0.6, 1.0)
        price = 0.0045 * np.where(accounts.size == 0, 1.5, 0.8)
        card = np.where(accounts.size >= 3, 0.3, 1.0)
        return cls(
            adoption=adoption * rng.gamma(4.0, 0.25, count),
            value=value * rng.gamma(4.0, 0.25, count),
            price=price * np.ones(count),
            closed=0.0018 * np.where(accounts.size <= 1, 1.2, 0.4),
            failing=0.035 * card,
            changing=0.094 * np.where(accounts.invited, 1.3, 0.8),
            pausing=0.006 * np.ones(count),
            converts=0.36 + 0.24 * accounts.invited + 0.22 * accounts.integrated,
        )

    def at_age(self, who: Ints, months: Floats) -> Floats:
        """The hazards by cause (adoption, value, price, closed) of subscriptions of an age in months."""
        early = np.where(months < 4, 1.5, 0.75)
        fading = np.minimum(0.5 + months / 12, 1.8)
        return np.stack(
            [self.adoption[who] * early, self.value[who] * fading, self.price[who], self.closed[who]]
        )
