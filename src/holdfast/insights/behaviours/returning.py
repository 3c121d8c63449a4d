"""How many accounts come back again and again: those that met the activation criterion, and the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.insights.behaviours.effect import Bools, Gap, counted
from holdfast.insights.links import Side
from holdfast.metrics.intervals import Bounds, wilson

TIMES = (1, 2, 3, 4)
"""After the first use: a return, a second, a third and a fourth."""


@dataclass(frozen=True)
class Returned:
    """Who came back on at least so many days: of those that `met` the criterion, and of the `others`.

    What a `Side` calls stayed are those that came back. `gap` is the difference of the shares with its
    95 % interval (Newcombe, R23); None where there is nobody on a side.
    """

    times: int
    met: Side
    others: Side
    gap: Gap | None


def returned(met: Bools, days: NDArray[np.int64]) -> tuple[Returned, ...]:
    """For each of `TIMES` who came back so often; both arrays have a place for each account."""
    return tuple(_returned(times, met, days >= times) for times in TIMES)


def share(side: Side) -> float | None:
    """The share that came back; None of nobody."""
    return side.share if side.accounts else None


def bounds(side: Side) -> Bounds | None:
    """Its Wilson interval (R22); None of nobody."""
    return wilson(side.stayed, side.accounts) if side.accounts else None


def _returned(times: int, met: Bools, again: Bools) -> Returned:
    if met.any() and not met.all():
        return Returned(times, *counted(met, again))
    first, second = (Side(int(of.sum()), int(again[of].sum())) for of in (met, ~met))
    return Returned(times, first, second, None)
