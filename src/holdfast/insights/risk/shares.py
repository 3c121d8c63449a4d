"""The share of rows that left, with an interval that knows which rows are of one account."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.metrics.intervals import Bounds, wilson


def bounds_of(left: NDArray[np.bool_], accounts: NDArray[Any]) -> Bounds:
    """The 95 % interval of the share of rows that left; there is at least one row.

    Wilson's, on as many rows as would tell as much if each were of another account (Korn & Graubard,
    Survey Methodology 24, 1998; Dean & Pagano, Survey Statistics and Methodology 3, 2015).
    """
    share = float(left.mean())
    told = independent(left, accounts)
    return wilson(share * told, told)


def independent(left: NDArray[np.bool_], accounts: NDArray[Any]) -> float:
    """How many rows of different accounts would tell as much: share x (1 - share) / variance, at most all.

    The variance of the share is that of a ratio of sums over accounts. Where none or all of the rows left
    it says nothing, and each account counts as one row.
    """
    _, whose = np.unique(accounts, return_inverse=True)
    sizes = np.bincount(whose)
    many, rows, share = len(sizes), len(left), float(left.mean())
    if many == 1 or share in {0.0, 1.0}:
        return float(many)
    apart = np.bincount(whose, weights=left) - share * sizes
    variance = many / (many - 1) * float(apart @ apart) / rows**2
    return min(float(rows), share * (1 - share) / variance) if variance else float(rows)
