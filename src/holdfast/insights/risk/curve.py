"""Chances within several horizons as one curve that never falls, read at a day between them.

`told` has by horizon in days the chances of each account; `days` has for each how many days ahead it is
asked about. What lies past the last horizon is unknown, NaN, and so is what is asked of no day.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def at_renewal(told: Mapping[int, Floats], days: Floats) -> Floats:
    """The chance to have left by then, where customers leave as terms end and not between.

    All that may be lost in a stretch between horizons is lost at the renewal in it: the chance within the
    first horizon that holds the whole day.
    """
    _, _, _, after = _around(told, days)
    return after


def evenly(told: Mapping[int, Floats], days: Floats) -> Floats:
    """The same, where in each stretch between horizons every day loses the same share of who is left."""
    begins, ends, before, after = _around(told, days)
    gone = np.ones(len(days))
    some = before < 1
    gone[some] = (after[some] - before[some]) / (1 - before[some])
    found: Floats = 1 - (1 - before) * (1 - gone) ** ((days - begins) / (ends - begins))
    return found


def _around(told: Mapping[int, Floats], days: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Where the stretch of each day begins and ends, and the chances there."""
    horizons = np.array([0, *sorted(told)], dtype=np.float64)
    curve = np.maximum.accumulate([np.zeros(len(days)), *(told[each] for each in sorted(told))])
    inside = (days > 0) & (days <= horizons[-1])
    place = np.searchsorted(horizons, np.where(inside, days, horizons[-1]), side="left")
    each, unknown = np.arange(len(days)), np.where(inside, 0.0, np.nan)
    return (
        horizons[place - 1],
        horizons[place],
        curve[place - 1, each] + unknown,
        curve[place, each] + unknown,
    )
