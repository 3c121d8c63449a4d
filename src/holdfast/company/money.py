"""Exact money of the simulation: list prices, MRR by R10 and R11, daily exchange rates.

Everything is an integer. MRR is held in 10^-9 of the major unit, so that a 64-bit sum is exact
up to nine billion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.company import market
from holdfast.company.clock import Clock
from holdfast.company.columns import Bools, Ints, canonical, chance, days, decimals, joined, words
from holdfast.errors import BadInput

NANO_PER_CENT = 10_000_000


def unit_cents(currency: Ints, plan: Ints, cycle: Ints) -> Ints:
    """The price of one unit for one billing cycle, in hundredths of the currency."""
    units = np.select([cycle == market.YEARLY, cycle == market.QUARTERLY], [10, 3], 1)
    price: Ints = market.MONTHLY_CENTS[currency, plan] * units
    return price


def discount_cents(unit: Ints, seats: Ints, percent: Ints) -> Ints:
    """What `percent` takes off the whole phase for one cycle; exact, as prices are whole units."""
    return unit * seats * percent // 100


def monthly_nano(amount: Ints, cycle: Ints) -> Ints:
    """R10: an amount in hundredths per `cycle` months as MRR, rounded half-even to nine places."""
    whole, rest = np.divmod(amount * NANO_PER_CENT, cycle)
    up = (2 * rest > cycle) | ((2 * rest == cycle) & (whole % 2 == 1))
    nearest: Ints = whole + up
    return nearest


@dataclass(frozen=True)
class Rates:
    """Daily rates as integers: `scaled[c, day] / 10**RATE_PLACES[c]` of the base buys one of currency c."""

    first_day: int
    scaled: Ints

    @classmethod
    def walk(cls, clock: Clock, seed: int) -> Rates:
        """Rates of every day from the day before the first month to the last day of the last."""
        rng = chance(seed, "fx_rates")
        first = int(clock.month_days[0]) - 1
        count = int(clock.month_days[-1]) - first
        steps = rng.normal(0.0, 1.0, (len(market.CURRENCIES), count)) * np.array(market.RATE_STEPS)[:, None]
        steps[:, 0] = 0
        level = np.array(market.FIRST_RATES, dtype=np.float64)[:, None] * np.exp(np.cumsum(steps, axis=1))
        return cls(first, np.rint(level).astype(np.int64))

    def before(self, days: Ints) -> Ints:
        """Scaled rates of the last day before each day: one row per currency (R14)."""
        return self.scaled[:, days - 1 - self.first_day]

    def table(self) -> pa.Table:
        """The canonical table `fx_rates`, from each foreign currency into the base."""
        count = self.scaled.shape[1]
        foreign = len(market.CURRENCIES) - 1
        day = days(np.tile(np.arange(self.first_day, self.first_day + count), foreign))
        base = words(np.repeat(np.arange(1, foreign + 1), count), market.CURRENCIES)
        rates = [decimals(self.scaled[c], market.RATE_PLACES[c], stored=12) for c in range(1, foreign + 1)]
        columns = {
            "rate_id": joined(day.cast(pa.string()), "-", base, f"-{market.BASE}"),
            "day": day,
            "base": base,
            "quote": pa.array([market.BASE] * (foreign * count)),
            "rate": pa.concat_arrays(rates),
        }
        return canonical("fx_rates", columns)


def in_base(nano: Ints, currency: int, scaled_rate: Ints) -> Ints:
    """Native 10^-9 amounts in the base currency, exactly; refuses what would need rounding."""
    places = market.RATE_PLACES[currency]
    whole, rest = np.divmod(nano, 10**places)
    if rest.any():
        raise BadInput(f"An amount in {market.CURRENCIES[currency]} has too many places to convert exactly.")
    converted: Ints = whole * scaled_rate
    return converted


def paying(status_pays: Bools, unit: Ints, seats: Ints, lasting_percent: Ints, cycle: Ints) -> Ints:
    """MRR of phases: price times seats less lasting discounts, 0 where the status pays nothing."""
    net = unit * seats - discount_cents(unit, seats, lasting_percent)
    return np.where(status_pays, monthly_nano(net, cycle), 0)
