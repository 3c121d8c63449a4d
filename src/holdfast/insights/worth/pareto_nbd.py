"""Pareto/NBD: customers who buy at random until, at some moment, they are gone unseen.

Schmittlein, Morrison & Colombo (1987), Counting Your Customers: Who Are They and What Will They Do Next?,
Management Science 33(1), 1-24; in the form of Fader & Hardie (2005), A Note on Deriving the Pareto/NBD
Model. The one integral is taken by Gauss's rule after a substitution that makes it smooth, in place of
the paper's hypergeometric functions, which overflow for customers who buy often (docs/estimators.md).
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from holdfast.insights.worth.likelihood import Floats, Likely, Valued
from holdfast.insights.worth.purchases import Purchases, columns, purchases

PLACES, SHARES = np.polynomial.legendre.leggauss(24)


class ParetoNBD(Likely):
    """Purchases at a rate gamma(`r_`, `alpha_`) over customers, gone at a rate gamma(`s_`, `beta_`)."""

    parameters = ("r", "alpha", "s", "beta")
    r_: float
    alpha_: float
    s_: float
    beta_: float

    def fit(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Self:
        """Learn from customers: their repeat purchases, time from first to last, and time watched."""
        seen = purchases(frequency, recency, T)
        watched = float(np.average(seen.T, weights=seen.weight))
        return self._most_likely(
            lambda values: _likelihood(values, seen), np.array([1.0, watched, 1.0, watched])
        )

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Floats:
        """The chance that each customer still buys at the end of being watched."""
        x, t_x, T = columns(frequency=frequency, recency=recency, T=T)
        r, alpha, s, beta = self.fitted
        stayed = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
        alive: Floats = np.exp(stayed - np.logaddexp(stayed, _gone(np.array(self.fitted), x, t_x, T)[0]))
        return alive

    def expected_purchases(
        self,
        periods: float,
        frequency: ArrayLike,
        recency: ArrayLike,
        T: ArrayLike,
    ) -> Floats:
        """The purchases expected of each customer in the `periods` after being watched."""
        x, t_x, T = columns(frequency=frequency, recency=recency, T=T)
        r, alpha, s, beta = self.fitted
        longer = np.log1p(periods / (beta + T))
        # (1 - exp(-(s - 1) u)) / (s - 1), which is u where s is 1.
        lasts = longer if s == 1 else -np.expm1(-(s - 1) * longer) / (s - 1)
        expected: Floats = (r + x) * (beta + T) / (alpha + T) * lasts * self.probability_alive(x, t_x, T)
        return expected


def _gone(values: Floats, x: Floats, t_x: Floats, T: Floats) -> tuple[Floats, list[Floats]]:
    """The logarithm of s times the integral over when a customer was gone, and its derivatives.

    Over y from t_x to T of (alpha + y)^-(r + x) (beta + y)^-(s + 1). With k = r + s + x and
    q = ((alpha + t_x) / (alpha + y))^k it is (alpha + t_x)^-k / k times the integral over q of
    ((alpha + y) / (beta + y))^(s + 1), which hardly varies but near q = 0; the cube root of q widens that.
    """
    r, alpha, s, beta = (float(value) for value in values)
    k, since = r + s + x, np.log(alpha + t_x)
    least = np.exp(k / 3 * (since - np.log(alpha + T)))
    half = (1 - least) / 2
    total, moments = np.zeros_like(x), [np.zeros_like(x) for _ in range(4)]
    for place, share in zip(PLACES, SHARES, strict=True):
        root = least + half * (1 + place)
        at = np.exp(since - 3 * np.log(root) / k)  # alpha + y
        far = at - alpha + beta
        part = share * 3 * root**2 * np.exp((s + 1) * (np.log(at) - np.log(far)))
        total += part
        for which, term in enumerate((np.log(at), 1 / at, np.log(far), 1 / far)):
            moments[which] += part * term
    with np.errstate(divide="ignore", invalid="ignore"):
        log_at, by_at, log_far, by_far = (np.where(total > 0, each / total, 0.0) for each in moments)
        logged = np.log(s) - k * since - np.log(k) + np.log(half * total)
    return logged, [-log_at, -(r + x) * by_at, 1 / s - log_far, -(s + 1) * by_far]


def _likelihood(values: Floats, seen: Purchases) -> Valued:
    """The logarithm of the likelihood over customers, and its derivatives under the integral sign."""
    r, alpha, s, beta = (float(value) for value in values)
    weight, k = seen.weight, seen.levels
    many = np.bincount(seen.level, weights=weight, minlength=len(k))
    until, later = np.log(alpha + seen.T), np.log(beta + seen.T)
    stayed = -(r + seen.x) * until - s * later
    left, by_left = _gone(values, seen.x, seen.t_x, seen.T)
    either = np.logaddexp(stayed, left)
    gone = np.exp(left - either)
    customers = weight.sum()
    total = many @ (gammaln(r + k) - gammaln(r)) + customers * (r * np.log(alpha) + s * np.log(beta))
    by_stayed = [-until, -(r + seen.x) / (alpha + seen.T), -later, -s / (beta + seen.T)]
    mixed = [
        weight @ ((1 - gone) * one + gone * other) for one, other in zip(by_stayed, by_left, strict=True)
    ]
    of_all = [
        many @ (psi(r + k) - psi(r)) + customers * np.log(alpha),
        customers * r / alpha,
        customers * np.log(beta),
        customers * s / beta,
    ]
    return float(total + weight @ either), np.array(mixed, dtype=np.float64) + np.array(of_all)
