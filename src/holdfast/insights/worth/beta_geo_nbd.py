"""BG/NBD: customers who buy at random until, after some purchase, they are gone unseen.

Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD
Model, Marketing Science 24(2), 275-284. Derived in docs/estimators.md.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, hyp2f1, psi

from holdfast.insights.worth.likelihood import Floats, Likely, Valued
from holdfast.insights.worth.purchases import Purchases, columns, purchases

NEAR_ONE = 1e-6
"""So near to 1 the expected number of purchases is taken beside a = 1, where its formula is 0 / 0."""


class BetaGeoNBD(Likely):
    """Purchases at a rate gamma(`r_`, `alpha_`); gone after one with a chance beta(`a_`, `b_`)."""

    parameters = ("r", "alpha", "a", "b")
    r_: float
    alpha_: float
    a_: float
    b_: float

    def fit(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Self:
        """Learn from customers: their repeat purchases, time from first to last, and time watched."""
        seen = purchases(frequency, recency, T)
        start = np.array([1.0, float(np.average(seen.T, weights=seen.weight)), 1.0, 1.0])
        return self._most_likely(lambda values: _likelihood(values, seen), start)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """The chance that each customer still buys at the end of being watched."""
        x, t_x, T = columns(frequency=frequency, recency=recency, T=T)
        return 1 / (1 + self._odds_gone(x, t_x, T))

    def expected_purchases(
        self,
        periods: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
    ) -> Floats:
        """The purchases expected of each customer in the `periods` after being watched."""
        x, t_x, T = columns(frequency=frequency, recency=recency, T=T)
        r, alpha, a, b = self.fitted
        a = a if abs(a - 1) > NEAR_ONE else 1 + NEAR_ONE
        passed = periods / (alpha + T + periods)
        # The paper's 2F1 by Euler's transformation: its first two arguments no longer grow with x.
        stays = (1 - passed) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, passed)
        expected: Floats = (a + b + x - 1) / (a - 1) * (1 - stays) / (1 + self._odds_gone(x, t_x, T))
        return expected

    def _odds_gone(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        r, alpha, a, b = self.fitted
        bought = x > 0
        after = np.where(bought, b + x - 1, 1.0)
        waited = (r + x) * (np.log(alpha + T) - np.log(alpha + t_x))
        return np.where(bought, np.exp(np.log(a / after) + waited), 0.0)


def _likelihood(values: Floats, seen: Purchases) -> Valued:
    """The logarithm of (3) of the paper's note, summed over customers, and its derivatives."""
    r, alpha, a, b = (float(value) for value in values)
    k, weight, bought = seen.levels, seen.weight, seen.x > 0
    # What hangs on the number of purchases alone is worked out once for each number.
    of_level = gammaln(r + k) - gammaln(r) + gammaln(a + b) + gammaln(b + k) - gammaln(b) - gammaln(a + b + k)
    many = np.bincount(seen.level, weights=weight, minlength=len(k))
    after = np.where(bought, b + seen.x - 1, 1.0)
    until, since = np.log(alpha + seen.T), np.log(alpha + seen.t_x)
    stayed = -(r + seen.x) * until
    left = np.where(bought, np.log(a / after) - (r + seen.x) * since, -np.inf)
    either = np.logaddexp(stayed, left)
    gone = np.exp(left - either)
    total = float(many @ of_level + weight @ (r * np.log(alpha) + either))
    by_r = np.log(alpha) - until + gone * (until - since)
    by_alpha = r / alpha - (r + seen.x) * ((1 - gone) / (alpha + seen.T) + gone / (alpha + seen.t_x))
    both = psi(a + b) - psi(a + b + k)
    slopes = [
        many @ (psi(r + k) - psi(r)) + weight @ by_r,
        weight @ by_alpha,
        many @ both + weight @ gone / a,
        many @ (both + psi(b + k) - psi(b)) - weight @ (gone / after),
    ]
    return total, np.array(slopes, dtype=np.float64)
