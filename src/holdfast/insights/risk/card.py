"""The report card of chances: how they did against what became of the accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.insights.risk.shares import bounds_of

Floats = NDArray[np.float64]
RESAMPLES, MANY_ROWS, RESAMPLES_OF_MANY = 1_000, 20_000, 100
GROUPS = 5
"""Groups of equally many rows whose chances are held against what became of them."""


@dataclass(frozen=True)
class Measured:
    """A measure of chances with its 95 % interval, accounts drawn again."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Counted:
    """How many rows there were, how many left, and the 95 % interval of that share, by account."""

    rows: int
    left: int
    low: float
    high: float


@dataclass(frozen=True)
class Group(Counted):
    """Rows with like chances, and the mean `chance` they were told."""

    chance: float


@dataclass(frozen=True)
class Card:
    """How chances did against what became of `rows` rows, of which `left` left.

    `brier` is the mean squared error, `auc` the chance that one who leaves ranks above one who stays,
    `precision` the average precision, `lift` the share that left of the likeliest tenth over that of all.
    """

    rows: int
    left: int
    brier: Measured
    auc: Measured
    precision: Measured
    lift: float
    groups: tuple[Group, ...]


def card(chances: Floats, left: NDArray[np.bool_], accounts: NDArray[Any]) -> Card:
    """The card of chances that were given, of whether each row's account left, resampling whole accounts."""
    top = np.argsort(-chances, kind="stable")[: max(len(chances) // 10, 1)]
    base = left.mean()
    _, whose = np.unique(accounts, return_inverse=True)
    found = _Ranked(chances, left)
    many = RESAMPLES if len(chances) <= MANY_ROWS else RESAMPLES_OF_MANY
    again = [found.measures(times) for times in _drawn_again(whose, many)]
    told = [
        Measured(value, *map(float, np.nanpercentile(drawn, [2.5, 97.5])))
        for value, drawn in zip(found.measures(np.ones(len(left))), zip(*again, strict=True), strict=True)
    ]
    return Card(
        rows=len(chances),
        left=int(left.sum()),
        brier=told[0],
        auc=told[1],
        precision=told[2],
        lift=float(left[top].mean() / base) if base else float("nan"),
        groups=tuple(_groups(chances, left, whose)),
    )


def brier(chances: Floats, left: NDArray[np.bool_]) -> float:
    """The mean squared difference of chance and outcome (Brier 1950)."""
    return _Ranked(chances, left).measures(np.ones(len(left)))[0]


def auc(chances: Floats, left: NDArray[np.bool_]) -> float:
    """The share of pairs of one who left and one who stayed whose chances are in that order, ties as half."""
    return _Ranked(chances, left).measures(np.ones(len(left)))[1]


def average_precision(chances: Floats, left: NDArray[np.bool_]) -> float:
    """The mean of precision at each chance that is given to someone who left, rows of one chance together."""
    return _Ranked(chances, left).measures(np.ones(len(left)))[2]


class _Ranked:
    """Rows in the order of their chances, the greatest first, those of one chance together.

    Ordered once, they are measured in one pass however often each row is drawn.
    """

    def __init__(self, chances: Floats, left: NDArray[np.bool_]) -> None:
        self.order = np.argsort(-chances, kind="stable")
        ranked = chances[self.order]
        self.first = np.concatenate(([0], np.flatnonzero(np.diff(ranked)) + 1))
        self.left = left[self.order].astype(np.float64)
        self.error = (ranked - self.left) ** 2

    def measures(self, times: Floats) -> tuple[float, float, float]:
        """Brier score, AUC and average precision, each row counted so many times; NaN where there is none."""
        times = times[self.order]
        gone = np.add.reduceat(times * self.left, self.first)
        all_of = np.add.reduceat(times, self.first)
        hits, seen = np.cumsum(gone), np.cumsum(all_of)
        ones, zeros, stayed = hits[-1], seen[-1] - hits[-1], all_of - gone
        below = zeros - np.cumsum(stayed) + stayed / 2
        return (
            float(times @ self.error / seen[-1]),
            float(gone @ below / (ones * zeros)) if ones and zeros else float("nan"),
            float(gone @ (hits / np.maximum(seen, 1)) / ones) if ones else float("nan"),
        )


def _drawn_again(whose: NDArray[np.intp], many: int) -> Iterator[Floats]:
    """How often each row is drawn, its account being drawn with replacement, so many times over."""
    accounts, dice = int(whose.max()) + 1, np.random.default_rng(0)
    for _ in range(many):
        drawn = np.bincount(dice.integers(0, accounts, accounts), minlength=accounts)
        yield drawn[whose].astype(np.float64)


def _groups(chances: Floats, left: NDArray[np.bool_], accounts: NDArray[np.intp]) -> list[Group]:
    order = np.argsort(chances, kind="stable")
    groups = []
    for rows in np.array_split(order, min(GROUPS, len(order))):
        gone = int(left[rows].sum())
        low, high = bounds_of(left[rows], accounts[rows])
        groups.append(Group(len(rows), gone, low, high, float(chances[rows].mean())))
    return groups
