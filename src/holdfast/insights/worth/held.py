"""What was to be expected of customers some months ago, held against what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from holdfast.insights.worth.likelihood import Floats
from holdfast.insights.worth.remaining import NEEDED, SEED, Group, Learned, Spells, group_of, learn

BANDS: Mapping[str, tuple[int, float]] = {"first": (0, 12), "second": (12, 24), "later": (24, float("inf"))}
"""Customers by the whole months behind them: their first year, their second, and later."""


@dataclass(frozen=True)
class TooFew:
    """Not enough evidence: so many of those `needed`, who left to `learn` from or are to `judge` by."""

    found: int
    needed: int
    of: str


@dataclass(frozen=True)
class Told:
    """What was expected, its interval, chance in what customers do included, and what came."""

    expected: float
    low: float
    high: float
    came: float

    @property
    def is_within(self) -> bool:
        """Whether what came lies in the interval."""
        return self.low <= self.came <= self.high


@dataclass(frozen=True)
class Since:
    """After so many months: the share of the customers still there, and their revenue of that month."""

    months: int
    share: Told
    revenue: Told


@dataclass(frozen=True)
class Band:
    """Customers who had as long behind them, at the last month looked at."""

    name: str
    accounts: int
    share: Told
    revenue: Told


@dataclass(frozen=True)
class Card:
    """How the months to come were told at `origin`, of so many customers, from spells of which `ended` were.

    `brier` is the mean squared difference of chance and outcome over customers and months; `baseline` that
    of one and the same churn for everybody.
    """

    origin: datetime
    accounts: int
    ended: int
    since: tuple[Since, ...]
    bands: tuple[Band, ...]
    brier: float
    baseline: float

    @property
    def is_worth_it(self) -> bool:
        """Whether it did no worse than constant churn; if it did, no worth is shown."""
        return self.brier <= self.baseline

    @property
    def last(self) -> Since:
        """The last month looked at."""
        return self.since[-1]


@dataclass(frozen=True)
class Came:
    """What became of spells: by spell and month whether each was still there, and what it then paid."""

    stayed: NDArray[np.bool_]
    paid: Floats


def held_against(
    spells: Spells, mrr: Floats, came: Came, origin: datetime, among: NDArray[np.bool_] | None = None
) -> Card | TooFew:
    """The spells as at `origin`, what each paid then, and what came of it, judged by those `among`.

    Who paid nothing then, or whose MRR is unknown (NaN), is not asked about.
    """
    learned, ended = learn(spells), int(spells.ended.sum())
    if not learned:
        return TooFew(ended, NEEDED, "learn")
    of = [group_of(learned, *pair) for pair in zip(spells.plan.tolist(), spells.term.tolist(), strict=True)]
    asked = ~spells.ended & (mrr > 0) & np.array([each is not None for each in of])
    asked &= True if among is None else among
    if asked.sum() < NEEDED:
        return TooFew(int(asked.sum()), NEEDED, "judge")
    ahead = came.stayed.shape[1]
    alike = list(_alike(spells, asked, of, ahead))
    since = tuple(Since(month + 1, *_told(alike, mrr, came, month)) for month in range(ahead))
    behind, bands = spells.months, list[Band]()
    for name, (first, end) in BANDS.items():
        inside = [each for each in alike if first <= behind[each[0][0]] < end]
        if inside:
            many = sum(len(rows) for rows, _ in inside)
            bands.append(Band(name, many, *_told(inside, mrr, came, ahead - 1)))
    usual = _constant(spells) ** np.arange(1, ahead + 1)
    brier = sum(float(((each[0] - came.stayed[rows]) ** 2).sum()) for rows, each in alike)
    baseline = float(((usual - came.stayed[asked]) ** 2).mean())
    return Card(
        origin, int(asked.sum()), ended, since, tuple(bands), brier / int(asked.sum() * ahead), baseline
    )


Alike = tuple[NDArray[np.intp], Floats]
"""The rows of like customers, and by row of what was learned their chance to be there after each month."""


def _alike(spells: Spells, asked: NDArray[np.bool_], of: list[Learned | None], ahead: int) -> Iterator[Alike]:
    rows: dict[tuple[Group, int], list[int]] = {}
    learned: dict[Group, Learned] = {}
    for row, behind in zip(np.flatnonzero(asked).tolist(), spells.months[asked].tolist(), strict=True):
        mine = of[row]
        if mine is not None:
            learned[mine.plan, mine.term] = mine
            rows.setdefault(((mine.plan, mine.term), behind), []).append(row)
    for (group, behind), those in rows.items():
        yield np.array(those), learned[group].staying(behind, ahead)


def _told(alike: list[Alike], mrr: Floats, came: Came, month: int) -> tuple[Told, Told]:
    """The share still there after a month, and the revenue of it."""
    dice = np.random.default_rng((SEED, month))
    many, alive, spread = 0, 0.0, 0.0
    share, revenue = np.zeros(len(alike[0][1])), np.zeros(len(alike[0][1]))
    for rows, staying in alike:
        chance, mine = staying[:, month], mrr[rows]
        many += len(rows)
        alive += len(rows) * chance[0]
        share += dice.binomial(len(rows), np.clip(chance, 0, 1))
        revenue += chance * mine.sum()
        spread = spread + chance * (1 - chance) * (mine**2).sum()
    likely = np.maximum(revenue + dice.standard_normal(len(revenue)) * np.sqrt(spread), 0)
    rows = np.concatenate([each for each, _ in alike])
    stayed = came.stayed[rows, month]
    paid = float(np.where(stayed, came.paid[rows, month], 0.0).sum())
    return (
        _within(float(alive / many), share[1:] / many, float(stayed.mean())),
        _within(float(revenue[0]), likely[1:], paid),
    )


def _within(expected: float, draws: Floats, came: float) -> Told:
    low, high = np.percentile(draws, [2.5, 97.5]).tolist()
    return Told(expected, low, high, came)


def _constant(spells: Spells) -> float:
    """The share that stays each month, were it the same for all and always."""
    lived = float((spells.months + spells.ended - np.floor(spells.entered + 1e-9)).sum())
    return 1 - float(spells.ended.sum()) / max(lived, 1.0)
