"""The shifted beta-geometric fitted to many counts of the same terms at once: a company, and draws of it.

Newton's steps on the logarithms of both parameters, for all rows together. Where customers do not differ
the likelihood only grows with both; they stop at `FARTHEST`, where the model is one chance for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, polygamma, psi

from holdfast.insights.worth.likelihood import FARTHEST, Floats

STEPS, LONGEST, CALM = 60, 1.0, 1e-9
"""How many steps at most, how long on the scale of logarithms, and what gain is none."""

ALIKE = 10_000
"""Where both parameters come to more, chances to leave differ by a few hundredths of themselves."""


@dataclass(frozen=True)
class Fitted:
    """`alpha` and `beta` by row of counts."""

    alpha: Floats
    beta: Floats

    def staying(self, renewed: int, ahead: int) -> Floats:
        """By row: of who has renewed so often the share that also takes the next 0, 1, ... `ahead`."""
        place = renewed + np.arange(1, ahead + 1)
        takes = np.log((self.beta[:, None] + place - 1) / ((self.alpha + self.beta)[:, None] + place - 1))
        taken: Floats = np.exp(np.cumsum(takes, axis=1))
        return np.hstack([np.ones((len(self.alpha), 1)), taken])

    @property
    def is_constant(self) -> bool:
        """Whether the first row's customers are as good as all alike."""
        return bool(self.alpha[0] + self.beta[0] > ALIKE)


def fitted(terms: Floats, ends: Floats, stays: Floats) -> Fitted:
    """The likeliest parameters of each row: how many ended in each of `terms`, and how many stay after it.

    Who was met late, after t terms, is a -1 among those who stay after t: the chance given that one did.
    """
    at = np.zeros((len(ends), 2))
    at[:, 1] = np.log(np.maximum((ends + stays) @ terms / np.maximum(ends.sum(axis=1), 1), 1.0))
    reached = _likelihood(at, terms, ends, stays)
    wide = np.full(len(at), LONGEST)
    for _ in range(STEPS):
        slope, curve = _derivatives(at, terms, ends, stays)
        step = _uphill(slope, curve, wide)
        tried = np.clip(at + step, -FARTHEST, FARTHEST)
        found = _likelihood(tried, terms, ends, stays)
        better = found >= reached
        gain = np.where(better, found - reached, np.inf)
        at = np.where(better[:, None], tried, at)
        reached = np.maximum(found, reached)
        wide = np.where(better, np.minimum(wide * 2, 2 * LONGEST), wide / 4)
        if np.all((gain < CALM) | (wide < CALM)):
            break
    return Fitted(np.exp(at[:, 0]), np.exp(at[:, 1]))


def _likelihood(at: Floats, terms: Floats, ends: Floats, stays: Floats) -> Floats:
    alpha, beta = np.exp(at).T[:, :, None]
    left = np.maximum(terms - 1, 0)
    whole = betaln(alpha, beta)
    each = ends * (betaln(alpha + 1, beta + left) - whole) + stays * (betaln(alpha, beta + terms) - whole)
    total: Floats = each.sum(axis=1)
    return total


def _derivatives(at: Floats, terms: Floats, ends: Floats, stays: Floats) -> tuple[Floats, Floats]:
    """The slope of the likelihood by the logarithms, and its curvature."""
    alpha, beta = np.exp(at).T[:, :, None]
    left, both = np.maximum(terms - 1, 0), alpha + beta

    def summed(of_left: Floats, of_stay: Floats, of_all: Floats) -> Floats:
        told: Floats = (ends * (of_left - of_all) + stays * (of_stay - of_all)).sum(axis=1)
        return told

    by_alpha = summed(
        psi(alpha + 1) - psi(both + 1 + left), psi(alpha) - psi(both + terms), psi(alpha) - psi(both)
    )
    by_beta = summed(
        psi(beta + left) - psi(both + 1 + left), psi(beta + terms) - psi(both + terms), psi(beta) - psi(both)
    )
    bent = [-polygamma(1, each) for each in (both + 1 + left, both + terms, both)]
    twice = summed(*bent)
    first = twice + summed(polygamma(1, alpha + 1), polygamma(1, alpha), polygamma(1, alpha))
    last = twice + summed(polygamma(1, beta + left), polygamma(1, beta + terms), polygamma(1, beta))
    a, b = alpha[:, 0], beta[:, 0]
    slope = np.stack([a * by_alpha, b * by_beta], axis=1)
    curve = np.empty((len(at), 2, 2))
    curve[:, 0, 0], curve[:, 1, 1] = a * a * first + a * by_alpha, b * b * last + b * by_beta
    curve[:, 0, 1] = curve[:, 1, 0] = a * b * twice
    return slope, curve


def _uphill(slope: Floats, curve: Floats, wide: Floats) -> Floats:
    """Newton's step where the likelihood is bent downwards, else along the slope; no longer than `wide`."""
    bends, ways = np.linalg.eigh(-curve)
    flat = np.maximum(np.abs(bends), 1e-10)
    step = np.einsum("nij,nj->ni", ways, np.einsum("nij,ni->nj", ways, slope) / flat)
    long = np.maximum(np.linalg.norm(step, axis=1) / wide, 1.0)
    found: Floats = step / long[:, None]
    return found
