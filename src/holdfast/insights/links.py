"""How a KPI goes with staying: accounts with a good value against the others, and who of them stayed.

The value is of a window, staying of the time after it, so that nothing later explains what was
earlier. It is a difference observed, not an effect: whoever is well served may differ in more.
Decided in docs/adr/0049.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeAlias

from holdfast.metrics.intervals import difference, wilson

LEAST = 20
"""Accounts on each side under which nothing is said."""

Kind: TypeAlias = Literal["measured", "too_few", "alike"]
Verdict: TypeAlias = Literal["stays", "leaves", "unclear"]


@dataclass(frozen=True)
class Side:
    """Accounts on one side of the cut: how many, and how many of them stayed."""

    accounts: int
    stayed: int

    @property
    def share(self) -> float:
        """The share that stayed; of no accounts there is none."""
        return self.stayed / self.accounts


@dataclass(frozen=True)
class Link:
    """What was seen: of those with a `good` value and of the `others`, how many stayed.

    `cut` is the value between them: good is beyond it, or at it where `at_cut`. `gap` is the
    difference of the shares with its 95 % interval (Newcombe); it is None where it is not `measured`:
    `too_few` on a side, or all of them `alike`.
    """

    kind: Kind
    good: Side
    others: Side
    cut: float | None = None
    at_cut: bool = False
    gap: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> Verdict:
        """What a good value goes with, if the interval leaves no doubt."""
        if self.low is not None and self.low > 0:
            return "stays"
        return "leaves" if self.high is not None and self.high < 0 else "unclear"


def link(values: Mapping[str, float], stayed: Mapping[str, bool], *, better: str) -> Link:
    """The link of a KPI to staying, over the accounts that have a value and could stay or leave.

    Two distinct values are told apart; of more, the better half from the others, at the median. Where
    neither way is `better`, more counts as good.
    """
    sign = -1.0 if better == "lower" else 1.0
    found = {account: sign * value for account, value in values.items() if account in stayed}
    nobody = Side(0, 0)
    if len(set(found.values())) < 2:
        everyone = Side(len(found), sum(stayed[account] for account in found))
        return Link("too_few" if len(found) < 2 * LEAST else "alike", everyone, nobody)
    cut, at_cut = _cut(list(found.values()))
    good = {account for account, value in found.items() if value > cut or (at_cut and value == cut)}
    first, second = (
        Side(len(group), sum(stayed[account] for account in group)) for group in (good, found.keys() - good)
    )
    if min(first.accounts, second.accounts) < LEAST:
        return Link("too_few", first, second, sign * cut, at_cut)
    bounds = [wilson(side.stayed, side.accounts) for side in (first, second)]
    low, high = difference(first.share, bounds[0], second.share, bounds[1])
    return Link("measured", first, second, sign * cut, at_cut, first.share - second.share, low, high)


def _cut(values: list[float]) -> tuple[float, bool]:
    """The median, and whether those at it are with the good: whichever gives the more even halves."""
    middle = median(values)
    above = sum(value > middle for value in values)
    at_or_above = sum(value >= middle for value in values)
    half = len(values) / 2
    return middle, abs(at_or_above - half) < abs(above - half)
