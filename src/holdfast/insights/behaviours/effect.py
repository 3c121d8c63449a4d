"""How much more often those who did something stayed: as counted, and among accounts that are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.insights.links import Side
from holdfast.metrics.intervals import difference, wilson

LEAST_LEVEL = 20
"""Accounts under which a plan, a size or a channel is put with the other rare ones."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gap:
    """A difference of shares with its 95 % interval, and the p-value of there being none."""

    value: float
    low: float
    high: float
    p: float = float("nan")

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def counted(did: Bools, stayed: Bools) -> tuple[Side, Side, Gap]:
    """Who did it, the others, and the difference of the shares that stayed (Newcombe, R23)."""
    first, second = (Side(int(of.sum()), int(stayed[of].sum())) for of in (did, ~did))
    bounds = [wilson(side.stayed, side.accounts) for side in (first, second)]
    low, high = difference(first.share, bounds[0], second.share, bounds[1])
    return first, second, Gap(first.share - second.share, low, high)


def dummies(like: Mapping[str, NDArray[np.str_]]) -> Floats:
    """A column of 0 and 1 for each value of each attribute but its most frequent one; rare ones are one."""
    columns: list[Floats] = []
    size = len(next(iter(like.values()), np.array([], dtype=str)))
    for values in like.values():
        names, many = np.unique(values, return_counts=True)
        rare = names[many < LEAST_LEVEL]
        kept = [str(name) for name in names[np.argsort(-many, kind="stable")] if name not in rare]
        columns += [(values == name).astype(np.float64) for name in kept[1:]]
        others = np.isin(values, rare)
        if kept and others.sum() >= 2:
            columns.append(others.astype(np.float64))
    return np.column_stack(columns) if columns else np.zeros((size, 0))


def alike(did: Bools, stayed: Bools, held: Floats, beside: Sequence[Bools] = ()) -> Gap:
    """The difference among accounts alike in the columns of `held`, and in having done what is `beside`.

    Least squares of staying on having done it and those columns, with standard errors that hold when
    the spread is not the same everywhere (HC3; MacKinnon & White 1985): a difference of shares.
    """
    fixed = [np.ones(len(did)), *(each.astype(np.float64) for each in beside), held]
    columns = np.column_stack([did.astype(np.float64), *fixed])
    fitted = _statsmodels().OLS(stayed.astype(np.float64), columns).fit(cov_type="HC3", use_t=True)
    low, high = fitted.conf_int()[0]
    return Gap(float(fitted.params[0]), float(low), float(high), float(fitted.pvalues[0]))


def holm(levels: Sequence[float]) -> Floats:
    """Levels after Holm (1979): true whatever the number of questions asked."""
    if not levels:
        return np.array([])
    multitest = import_module("statsmodels.stats.multitest")
    corrected: Floats = multitest.multipletests(levels, method="holm")[1]
    return corrected


def _statsmodels() -> Any:
    """Takes most of a second to come in, so it comes with the first question."""
    return import_module("statsmodels.regression.linear_model")
