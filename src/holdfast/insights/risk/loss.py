"""The loss that a multinomial logistic regression with a ridge makes least, with its slope and curvature.

With p_j = P(kind j | x), the loss is -sum log p(kind of the row) + ridge / 2 * sum coefficients^2; its
slope by the scores of kind j is p_j - 1{kind is j}, its curvature by those of j and k is
p_j (1{j is k} - p_k) (Bohning, Annals of the Institute of Statistical Mathematics 44, 1992). Rows are read a
piece at a time, so that nothing as large as the design is made beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

Floats = NDArray[np.float64]
PIECE = 16_384
"""Rows that are read at once: a piece stays in the processor's own memory."""

CURVED = 200_000
"""Rows beyond which the curvature is that of every second one, of every third, and so on: it says how far to
step, and the slope, which is of all rows, where to stop."""


class RidgedLoss:
    """The loss over a design and the kind of each row.

    Weights are by kind its coefficients, then its intercept. `kinds` counts from 0, which has none;
    `others` is how many have some.
    """

    def __init__(self, design: Floats, kinds: NDArray[np.intp], ridge: float, others: int) -> None:
        self.design, self.kinds, self.ridge = design, kinds, ridge
        self.shape = (others, design.shape[1] + 1)

    def with_slope(self, weights: Floats) -> tuple[float, Floats]:
        """The loss and its slope."""
        shaped, loss = weights.reshape(self.shape), self.penalty(weights)
        slope = self.ridge * self._without_intercepts(shaped)
        for rows, kinds in self._pieces():
            logs = _log_chances(rows, shaped)
            loss -= float(logs[np.arange(len(rows)), kinds].sum())
            missed = np.exp(logs[:, 1:]) - (kinds[:, None] == np.arange(1, len(shaped) + 1))
            slope[:, :-1] += missed.T @ rows
            slope[:, -1] += missed.sum(axis=0)
        return loss, slope.ravel()

    def curvature(self, weights: Floats) -> Floats:
        """The second derivatives, of at most `CURVED` rows in place of all: a row and a column per weight."""
        shaped = weights.reshape(self.shape)
        step = -(-len(self.design) // CURVED)
        others, width = self.shape
        found = np.zeros((others, width, others, width))
        for rows, _ in self._pieces(step):
            chances = np.exp(_log_chances(rows, shaped)[:, 1:])
            whole = np.hstack([rows, np.ones((len(rows), 1))])
            for one in range(others):
                for other in range(one + 1):
                    share = chances[:, one] * ((one == other) - chances[:, other])
                    found[one, :, other] += whole.T @ (whole * share[:, None])
        found *= len(self.design) / len(self.design[::step])
        for one in range(others):
            found[one, range(width - 1), one, range(width - 1)] += self.ridge
            for other in range(one):
                found[other, :, one] = found[one, :, other].T
        return found.reshape(weights.size, weights.size)

    def penalty(self, weights: Floats) -> float:
        """What the ridge adds to the loss."""
        return self.ridge / 2 * float((weights.reshape(self.shape)[:, :-1] ** 2).sum())

    def _without_intercepts(self, shaped: Floats) -> Floats:
        return np.hstack([shaped[:, :-1], np.zeros((len(shaped), 1))])

    def _pieces(self, step: int = 1) -> Iterator[tuple[Floats, NDArray[np.intp]]]:
        for first in range(0, len(self.design), PIECE * step):
            rows = slice(first, first + PIECE * step, step)
            yield self.design[rows], self.kinds[rows]


def _log_chances(rows: Floats, shaped: Floats) -> Floats:
    scores = np.zeros((len(rows), len(shaped) + 1))
    scores[:, 1:] = rows @ shaped[:, :-1].T + shaped[:, -1]
    logs: Floats = log_softmax(scores, axis=1)
    return logs
