"""The report card of chances: how they did against what became of the accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
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


def card(chances: Floats, left: NDArray[np.bool_], accounts: NDArray[np.str_]) -> Card:
    """The card of chances that were given, of whether each row's account left, resampling whole accounts."""
    top = np.argsort(-chances, kind="stable")[: max(len(chances) // 10, 1)]
    base = left.mean()
    return Card(
        rows=len(chances),
        left=int(left.sum()),
        brier=_measured(brier, chances, left, accounts),
        auc=_measured(auc, chances, left, accounts),
        precision=_measured(average_precision, chances, left, accounts),
        lift=float(left[top].mean() / base) if base else float("nan"),
        groups=tuple(_groups(chances, left, accounts)),
    )


def brier(chances: Floats, left: NDArray[np.bool_]) -> float:
    """The mean squared difference of chance and outcome (Brier 1950)."""
    return float(np.mean((chances - left) ** 2))


def auc(chances: Floats, left: NDArray[np.bool_]) -> float:
    """The share of pairs of one who left and one who stayed whose chances are in that order, ties as half."""
    ones, zeros = int(left.sum()), int((~left).sum())
    if not ones or not zeros:
        return float("nan")
    ranks = _stats().rankdata(chances)
    return float((ranks[left].sum() - ones * (ones + 1) / 2) / (ones * zeros))


@cache
def _stats() -> Any:
    """scipy.stats, loaded when first needed: half of what every command would wait for, and one asks."""
    return import_module("scipy.stats")


def average_precision(chances: Floats, left: NDArray[np.bool_]) -> float:
    """The mean of precision at each chance that is given to someone who left, rows of one chance together."""
    if not left.any():
        return float("nan")
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(left[order])
    last = np.append(np.flatnonzero(np.diff(chances[order])), len(order) - 1)
    precision = hits[last] / (last + 1)
    gained = np.diff(np.concatenate(([0], hits[last]))) / hits[-1]
    return float(precision @ gained)


def _measured(
    measure: Callable[[Floats, NDArray[np.bool_]], float],
    chances: Floats,
    left: NDArray[np.bool_],
    accounts: NDArray[np.str_],
) -> Measured:
    names, whose = np.unique(accounts, return_inverse=True)
    order = np.argsort(whose, kind="stable")
    starts = np.searchsorted(whose[order], np.arange(len(names) + 1))
    sizes = np.diff(starts)
    dice = np.random.default_rng(0)
    found = []
    for _ in range(RESAMPLES if len(chances) <= MANY_ROWS else RESAMPLES_OF_MANY):
        drawn = dice.integers(0, len(names), len(names))
        ends = np.cumsum(sizes[drawn])
        rows = order[np.arange(ends[-1]) + np.repeat(starts[drawn] + sizes[drawn] - ends, sizes[drawn])]
        found.append(measure(chances[rows], left[rows]))
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return Measured(measure(chances, left), float(low), float(high))


def _groups(chances: Floats, left: NDArray[np.bool_], accounts: NDArray[np.str_]) -> list[Group]:
    order = np.argsort(chances, kind="stable")
    groups = []
    for rows in np.array_split(order, min(GROUPS, len(order))):
        gone = int(left[rows].sum())
        low, high = bounds_of(left[rows], accounts[rows])
        groups.append(Group(len(rows), gone, low, high, float(chances[rows].mean())))
    return groups
