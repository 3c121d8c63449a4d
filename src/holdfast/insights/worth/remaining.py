"""The months that customers under contract still have before them, learned from how long others stayed.

Each plan has its own shifted beta-geometric where enough of its customers have left, else that of all who
renew after as many months. How sure it is comes from learning again from accounts drawn anew. Decided in
docs/adr/0103.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from holdfast.insights.worth.likelihood import Floats
from holdfast.insights.worth.renewing import Fitted, fitted

NEEDED = 30
"""Spells that ended under which nothing is learned, of a plan or of all."""

DRAWS, SEED = 200, 14
NEARLY = 1e-9
Group: TypeAlias = tuple[str | None, int]
"""A plan, or None for all, and the months from one renewal to the next."""


@dataclass(frozen=True)
class Spells:
    """Stretches of being a customer, at one instant: how many months each had `lasted`, whether it had ended.

    `entered` are the months that had passed when it was first seen; `plan` and `term`, the months from one
    renewal to the next, are what it began with.
    """

    account_id: NDArray[np.str_]
    lasted: Floats
    entered: Floats
    ended: NDArray[np.bool_]
    plan: NDArray[np.str_]
    term: NDArray[np.int64]

    @property
    def months(self) -> NDArray[np.int64]:
        """The whole months behind each: the one that it is in, or ended in, does not count."""
        return np.maximum(np.ceil(self.lasted - NEARLY), 1).astype(np.int64) - 1

    @property
    def renewed(self) -> NDArray[np.int64]:
        """How often each has renewed."""
        return self.months // self.term

    def where(self, rows: NDArray[np.bool_]) -> Spells:
        """Some of them."""
        return Spells(
            self.account_id[rows],
            self.lasted[rows],
            self.entered[rows],
            self.ended[rows],
            self.plan[rows],
            self.term[rows],
        )


@dataclass(frozen=True)
class Learned:
    """What so many `spells` taught, of which `ended` are over; the rows of `fitted` are all, then draws."""

    plan: str | None
    term: int
    spells: int
    ended: int
    fitted: Fitted = field(repr=False, compare=False)

    @property
    def alpha(self) -> float:
        """The first parameter, as all spells tell it."""
        return float(self.fitted.alpha[0])

    @property
    def beta(self) -> float:
        """The second."""
        return float(self.fitted.beta[0])

    @property
    def is_constant(self) -> bool:
        """Whether these customers are all alike: each leaves with the same chance."""
        return self.fitted.is_constant

    def staying(self, months: int, ahead: int) -> Floats:
        """By row: the share still there after 1, 2, ... `ahead` months more, of who has so many behind."""
        renewed = months // self.term
        again = (months + np.arange(1, ahead + 1)) // self.term - renewed
        return self.fitted.staying(renewed, int(again[-1]))[:, again]

    def expected(self, months: int, cap: int, discount: float = 0.0) -> Floats:
        """By row: the months to come of who has so many behind, up to `cap`, discounted by so much a year."""
        ahead = np.arange(1, cap + 1)
        return self.staying(months, cap) @ (1 + discount) ** (-ahead / 12)


def learn(spells: Spells, draws: int = DRAWS, seed: int = SEED) -> dict[Group, Learned]:
    """What is learned of each plan, and of all, for each length of term: where `NEEDED` spells ended."""
    found: dict[Group, Learned] = {}
    dice = np.random.default_rng(seed)
    accounts, whose = np.unique(spells.account_id, return_inverse=True)
    times = np.ones((draws + 1, len(accounts)), dtype=np.int16)
    for row in times[1:]:
        row[:] = np.bincount(dice.integers(0, len(accounts), len(accounts)), minlength=len(accounts))
    for plan, term in _groups(spells):
        rows = spells.term == term if plan is None else (spells.term == term) & (spells.plan == plan)
        mine = spells.where(rows)
        terms, ends, stays = _counts(mine, times, whose[rows])
        model = fitted(terms, ends, stays)
        found[plan, term] = Learned(plan, term, int(rows.sum()), int(mine.ended.sum()), model)
    return found


def group_of(learned: Mapping[Group, Learned], plan: str, term: int) -> Learned | None:
    """What was learned of a plan, else of all with its term; None where too few of them have left."""
    return learned.get((plan, term)) or learned.get((None, term))


def _groups(spells: Spells) -> list[Group]:
    """All of a term first, then each plan, where enough have left."""
    found: list[Group] = []
    for term in np.unique(spells.term).tolist():
        over = spells.plan[(spells.term == term) & spells.ended]
        plans, many = np.unique(over, return_counts=True)
        found += [(None, term)] if len(over) >= NEEDED else []
        found += [(str(plan), term) for plan, ended in zip(plans, many, strict=True) if ended >= NEEDED]
    return found


def _counts(
    spells: Spells, times: NDArray[np.int16], whose: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats]:
    """The terms, and by draw how many ended in each and how many stay after it, less those met late."""
    renewed = spells.renewed
    late = (np.floor(spells.entered + NEARLY) // spells.term).astype(np.int64)
    longest = int(renewed.max()) + 2
    ends, stays = np.zeros((len(times), longest)), np.zeros((len(times), longest))
    over, met = spells.ended, late > 0
    for row, weights in enumerate(times):
        weight = weights[whose]
        ends[row] = np.bincount(renewed[over] + 1, weight[over], longest)
        stays[row] = np.bincount(renewed[~over], weight[~over], longest)
        stays[row] -= np.bincount(late[met], weight[met], longest)
    return np.arange(longest, dtype=np.float64), ends, stays
