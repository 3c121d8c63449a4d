"""Kaplan-Meier over plain columns: how long something lasts, those still lasting counted too (K12)."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from holdfast.errors import UsageError
from holdfast.insights.worth.likelihood import Floats
from holdfast.insights.worth.purchases import columns, refuse
from holdfast.metrics.kaplan_meier import Curve, curve


class KaplanMeier:
    """The product-limit estimate of Kaplan & Meier (1958), with late entry.

    After `fit`: `timeline_` and `survival_` are the steps, `median_` the first time at which half or
    fewer are left, or None. Intervals are Greenwood's on the log-log scale.
    """

    timeline_: Floats
    survival_: Floats
    median_: float | None

    def fit(self, lasted: ArrayLike, ended: ArrayLike, entered: ArrayLike | None = None) -> Self:
        """Learn from spells: how long each `lasted`, whether it had `ended`, when it was first seen."""
        time, over = columns(lasted=lasted, ended=ended)
        (since,) = columns(entered=np.zeros_like(time) if entered is None else entered)
        refuse("lasted", time, time < 0, "0 or more")
        refuse("ended", over, (over != 0) & (over != 1), "true or false")
        refuse("entered", since, (since < 0) | (since > time), "between 0 and how long it lasted")
        self._curve = curve(time, over == 1, since)
        self.timeline_, self.survival_ = self._curve.times, self._curve.alive
        self.median_ = self._curve.median()
        return self

    @property
    def curve(self) -> Curve:
        """The curve with all that can be read off it; raises UsageError before `fit`."""
        if not hasattr(self, "_curve"):
            raise UsageError(
                "This KaplanMeier has learned nothing yet.", hint="KaplanMeier().fit(...) comes first."
            )
        return self._curve

    def survival(self, times: ArrayLike) -> Floats:
        """The share left at each time."""
        (asked,) = columns(times=times)
        return np.array([self.curve.at(float(time)) for time in asked])

    def interval(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """The 95 % interval of the share left at each time; NaN where all or none are."""
        (asked,) = columns(times=times)
        found = [self.curve.bounds(float(time)) or (np.nan, np.nan) for time in asked]
        low, high = np.array(found).T
        return low, high
