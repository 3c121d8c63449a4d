"""Gamma-Gamma: what a purchase is worth, where each customer's purchases scatter around a mean of their own.

Fader & Hardie (2013), The Gamma-Gamma Model of Monetary Value. Derived in docs/estimators.md.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, psi

from holdfast.errors import UsageError
from holdfast.insights.worth.likelihood import Floats, Likely, Valued
from holdfast.insights.worth.purchases import columns, refuse


class GammaGamma(Likely):
    """Purchases gamma(`p_`, nu) around a customer's mean, and nu gamma(`q_`, `v_`) over customers."""

    parameters = ("p", "q", "v")
    p_: float
    q_: float
    v_: float

    def fit(self, frequency: ArrayLike, value: ArrayLike) -> Self:
        """Learn from customers with a repeat purchase: how many (x), and their mean value (money).

        Who has none tells nothing of the value of repeat purchases and is refused, so that nobody is
        left out unseen.
        """
        x, mean = columns(frequency=frequency, value=value)
        refuse("frequency", x, x < 1, "1 or more: keep to customers with a repeat purchase")
        refuse("value", mean, mean <= 0, "an amount above 0")
        scale = float(mean.mean())
        start = np.array([1.0, 1.5, scale])
        return self._most_likely(lambda values: _likelihood(values, x, mean), start)

    def expected_value(self, frequency: ArrayLike, value: ArrayLike) -> Floats:
        """The mean value expected of each customer's purchases; of one without any, that of all."""
        x, mean = columns(frequency=frequency, value=value)
        p, q, v = self.fitted
        refuse("frequency", x, p * x + q <= 1, "more, since q is 1 or less and the mean of all has no end")
        expected: Floats = p * (v + x * np.where(x > 0, mean, 0.0)) / (p * x + q - 1)
        return expected

    @property
    def mean_(self) -> float:
        """The mean over all customers, p v / (q - 1); raises UsageError where it has no end."""
        p, q, v = self.fitted
        if q <= 1:
            raise UsageError(f"The mean over all customers has no end: q is {q:.3g}, and must be above 1.")
        return p * v / (q - 1)


def _likelihood(values: Floats, x: Floats, mean: Floats) -> Valued:
    """The logarithm of (1a) of the note, summed over customers, and its derivatives."""
    p, q, v = (float(value) for value in values)
    shape, spent = p * x, v + x * mean
    each = (
        gammaln(shape + q)
        - gammaln(shape)
        - gammaln(q)
        + q * np.log(v)
        + (shape - 1) * np.log(mean)
        + shape * np.log(x)
        - (shape + q) * np.log(spent)
    )
    together = psi(shape + q)
    by_p = x * (together - psi(shape) + np.log(mean) + np.log(x) - np.log(spent))
    by_q = together - psi(q) + np.log(v) - np.log(spent)
    by_v = q / v - (shape + q) / spent
    return float(each.sum()), np.array([by_p.sum(), by_q.sum(), by_v.sum()])
