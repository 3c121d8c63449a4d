"""How many of each persona reached each stage, how many dropped there, and where personas differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import pairwise
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from holdfast.insights.behaviours.effect import Bools, Gap, holm
from holdfast.insights.links import Side
from holdfast.metrics.intervals import Bounds, difference, wilson

LEAST = 10
"""Users at the stage before, on either side, under which personas are not compared (R17)."""

ALPHA = 0.05

Verdict: TypeAlias = Literal["higher", "lower", "same", "too_few", "alone"]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Passage:
    """Users of a persona (None: unknown) at the stage before, and those who went on to stage `number`.

    `days` is the median from sign-up of those who did. `against` is the difference from the other known
    personas together, its `p` after Holm; None where there is too little to tell, or nobody to compare.
    """

    persona: str | None
    number: int
    before: int
    reached: int
    started: int
    days: float | None
    others: Side | None = None
    against: Gap | None = None

    @property
    def dropped(self) -> int:
        """How many came as far as the stage before and no further in time."""
        return self.before - self.reached

    @property
    def conversion(self) -> float | None:
        """The share of those at the stage before that went on; of nobody there is none."""
        return self.reached / self.before if self.before else None

    @property
    def bounds(self) -> Bounds | None:
        """Wilson's 95 % interval of the conversion."""
        return wilson(self.reached, self.before) if self.before else None

    @property
    def verdict(self) -> Verdict:
        """Whether the persona differs: its interval leaves 0 out, and so does Holm's level what is chance."""
        if self.others is None:
            return "alone"
        if self.against is None:
            return "too_few"
        if not self.against.is_clear or self.against.p >= ALPHA:
            return "same"
        return "higher" if self.against.value > 0 else "lower"


def passages(personas: Sequence[str | None], days: Sequence[Floats]) -> tuple[Passage, ...]:
    """Stage by stage of each persona, the largest first and the unknown last.

    `days` has an array for each stage: of each user how long after sign-up, NaN where it was not reached.
    """
    kinds = np.array(["" if each is None else f"={each}" for each in personas], dtype=object)
    found: list[Passage] = []
    for kind in _ordered(kinds):
        here: Bools = kinds == kind
        counts = [int(here.sum()), *(int(np.isfinite(each[here]).sum()) for each in days)]
        for number, ((before, reached), lasted) in enumerate(zip(pairwise(counts), days, strict=True), 1):
            taken = lasted[here & np.isfinite(lasted)]
            median = float(np.median(taken)) if len(taken) else None
            found.append(Passage(kind[1:] or None, number, before, reached, counts[0], median))
    return _compared(found)


def comparisons(found: Sequence[Passage]) -> int:
    """Over how many comparisons the levels are corrected: of two personas, either is the other's."""
    many = sum(each.against is not None for each in found)
    return many // 2 if _known(found) == 2 else many


def _ordered(kinds: NDArray[Any]) -> list[str]:
    names, many = np.unique(kinds.astype(str), return_counts=True)
    ranked = sorted(zip(names, many, strict=True), key=lambda each: (each[0] == "", -each[1], each[0]))
    return [str(name) for name, _ in ranked]


def _known(found: Sequence[Passage]) -> int:
    return len({each.persona for each in found if each.persona is not None})


def _compared(found: Sequence[Passage]) -> tuple[Passage, ...]:
    """The same, each beside the other known personas at its stage."""
    beside = [_with_others(each, found) for each in found]
    asked: dict[tuple[int, str], float] = {}
    for each in beside:
        if each.against is not None:
            asked.setdefault(_question(each, found), each.against.p)
    levels = dict(zip(asked, holm(list(asked.values())), strict=True))
    return tuple(
        each
        if each.against is None
        else replace(each, against=replace(each.against, p=float(levels[_question(each, found)])))
        for each in beside
    )


def _question(each: Passage, found: Sequence[Passage]) -> tuple[int, str]:
    """What is asked: of two personas, the one against the other is the other against the one."""
    return each.number, "" if _known(found) == 2 else str(each.persona)


def _with_others(each: Passage, found: Sequence[Passage]) -> Passage:
    rest = [
        other for other in found if other.number == each.number and other.persona not in {None, each.persona}
    ]
    if each.persona is None or not rest:
        return each
    others = Side(sum(other.before for other in rest), sum(other.reached for other in rest))
    if min(each.before, others.accounts) < LEAST:
        return replace(each, others=others)
    return replace(each, others=others, against=_gap(Side(each.before, each.reached), others))


def _gap(first: Side, second: Side) -> Gap:
    """Newcombe's interval of the difference, and the level of Fisher's exact test."""
    bounds = [wilson(side.stayed, side.accounts) for side in (first, second)]
    low, high = difference(first.share, bounds[0], second.share, bounds[1])
    table = [[side.stayed, side.accounts - side.stayed] for side in (first, second)]
    p = import_module("scipy.stats").fisher_exact(table).pvalue
    return Gap(first.share - second.share, low, high, float(p))
