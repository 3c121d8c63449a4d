"""Shifted beta-geometric: customers under contract, each renewing with a chance of their own.

Fader & Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing 21(1), 76-90.
Derived in docs/estimators.md.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, psi

from holdfast.errors import UsageError
from holdfast.insights.worth.likelihood import Floats, Likely, Valued
from holdfast.insights.worth.purchases import columns, refuse


class ShiftedBetaGeometric(Likely):
    """A customer's chance to leave at a renewal, beta(`alpha_`, `beta_`) over customers, never changes."""

    parameters = ("alpha", "beta")
    alpha_: float
    beta_: float

    def fit(self, lasted: ArrayLike, ended: ArrayLike, weight: ArrayLike | None = None) -> Self:
        """Learn from customers: whole terms they `lasted`, and whether they had then left.

        Who `ended` after t terms did not renew at the t-th renewal, so that t is 1 or more; who has
        not has renewed t times. `weight` is how many customers a row stands for, 1 without it.
        """
        t, left = columns(lasted=lasted, ended=ended)
        (many,) = columns(weight=np.ones_like(t) if weight is None else weight)
        refuse("ended", left, (left != 0) & (left != 1), "true or false")
        refuse("lasted", t, (t < 0) | (t != np.floor(t)), "a whole number of terms")
        refuse("lasted", t, (left == 1) & (t < 1), "1 or more for who has left")
        refuse("weight", many, many < 0, "0 or more")
        terms, place = np.unique(t, return_inverse=True)
        ends, stays = (
            np.bincount(place, many * each, len(terms)).astype(np.float64) for each in (left, 1 - left)
        )
        if not ends.any():
            raise UsageError("Nobody has left, so nothing tells how likely that is.")
        return self._most_likely(lambda values: _likelihood(values, terms, ends, stays), np.array([1.0, 1.0]))

    def fit_curve(self, alive: ArrayLike) -> Self:
        """Learn from one cohort: how many, or what share, are `alive` at its start and after each term."""
        (still,) = columns(alive=alive)
        refuse("alive", still, still < 0, "0 or more")
        refuse("alive", still, np.append(False, np.diff(still) > 0), "no more than the term before")
        last = len(still) - 1
        lasted = np.append(np.arange(1.0, last + 1), last)
        ended = np.append(np.ones(last), 0.0)
        return self.fit(lasted, ended, np.append(-np.diff(still), still[-1]))

    def survival(self, terms: ArrayLike) -> Floats:
        """The share still customers after so many terms."""
        alpha, beta = self.fitted
        (t,) = columns(terms=terms)
        alive: Floats = np.exp(betaln(alpha, beta + t) - betaln(alpha, beta))
        return alive

    def retention(self, terms: ArrayLike) -> Floats:
        """Of those at their t-th renewal the share who take it, (beta + t - 1) / (alpha + beta + t - 1)."""
        alpha, beta = self.fitted
        (t,) = columns(terms=terms)
        refuse("terms", t, t < 1, "1 or more, the first renewal being 1")
        return (beta + t - 1) / (alpha + beta + t - 1)

    def expected_terms(self, lasted: ArrayLike, terms: int, *, discount: float = 0.0) -> Floats:
        """The renewals expected within the next `terms`, each discounted by so much a term.

        Of a customer who has renewed `lasted` times: the sum over k from 1 of S(lasted + k) / S(lasted)
        / (1 + discount)^k. Without an end it need not be finite, so an end must be said.
        """
        alpha, beta = self.fitted
        (n,) = columns(lasted=lasted)
        ahead = np.arange(1, terms + 1)
        stays = np.exp(betaln(alpha, beta + n[:, None] + ahead) - betaln(alpha, beta + n)[:, None])
        expected: Floats = stays @ (1 + discount) ** -ahead.astype(np.float64)
        return expected


def _likelihood(values: Floats, terms: Floats, ends: Floats, stays: Floats) -> Valued:
    """P(T = t) = B(alpha + 1, beta + t - 1) / B(alpha, beta), S(t) = B(alpha, beta + t) / B(alpha, beta)."""
    alpha, beta = (float(value) for value in values)
    left = np.where(ends > 0, terms - 1, 0.0)
    everyone = float(ends.sum() + stays.sum())
    total = ends @ betaln(alpha + 1, beta + left) + stays @ betaln(alpha, beta + terms)
    both_left, both_stay = psi(alpha + beta + 1 + left), psi(alpha + beta + terms)
    by_alpha = ends @ (psi(alpha + 1) - both_left) + stays @ (psi(alpha) - both_stay)
    by_beta = ends @ (psi(beta + left) - both_left) + stays @ (psi(beta + terms) - both_stay)
    whole = psi(alpha + beta)
    slopes = [by_alpha - everyone * (psi(alpha) - whole), by_beta - everyone * (psi(beta) - whole)]
    return float(total - everyone * betaln(alpha, beta)), np.array(slopes, dtype=np.float64)
