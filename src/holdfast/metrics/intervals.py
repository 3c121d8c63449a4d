"""95 % intervals (R22), two-sided; every function takes and gives plain floats.

For a full count the interval says how much chance alone would move the figure if the same
process ran again.
"""

from __future__ import annotations

import hashlib
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

Z = 1.959963984540054
RESAMPLES = 10_000
BLOCK = 250
"""Resamples drawn at once: few enough to stay in the processor's cache."""

NARROW = 2**16
"""Rows whose places fit into two bytes; more are drawn one resample at a time."""

SMALL, MANY = 200, 10_000
"""Fewer subjects than so many have a bootstrap interval: on boards, and where it is explained or reported.

Drawn for 10,000 subjects it takes a second; by then both mostly agree to a twentieth of their width.
"""

Bounds = tuple[float, float]
Floats = NDArray[np.float64]


def wilson(successes: float, n: float) -> Bounds:
    """The score interval of a proportion (Wilson 1927); n > 0."""
    share = successes / n
    middle = share + Z * Z / (2 * n)
    spread = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    below = 0.0 if successes == 0 else (middle - spread) / (1 + Z * Z / n)
    above = 1.0 if successes == n else (middle + spread) / (1 + Z * Z / n)
    return below, above


def poisson(count: float) -> Bounds:
    """The exact interval of a Poisson count (Garwood 1936)."""
    low = 0.0 if count == 0 else float(gammaincinv(count, 0.025))
    return low, float(gammaincinv(count + 1, 0.975))


def linearised(
    numerator: float, denominator: float, squares: tuple[float, float, float], n: int
) -> Bounds | None:
    """The delta-method interval of a ratio of sums over `n` accounts.

    `squares` are the sums over accounts of numerator squared, denominator squared and their
    product. With r the ratio, the variance is n / (n - 1) x sum((num - r den)^2) / den^2.
    None where fewer than two accounts stand in it.
    """
    if n < 2 or denominator == 0:
        return None
    ratio = numerator / denominator
    num2, den2, cross = squares
    residuals = max(num2 - 2 * ratio * cross + ratio * ratio * den2, 0.0)
    spread = Z * sqrt(n / (n - 1) * residuals) / abs(denominator)
    return ratio - spread, ratio + spread


def bootstrap(numerators: Floats, denominators: Floats, seed: str) -> Bounds | None:
    """The percentile interval of sum(numerators) / sum(denominators), resampling accounts.

    Resamples whose denominator is 0 have no value and are left out.
    """
    if len(numerators) < 2:
        return None
    sums = resampled(np.column_stack([numerators, denominators]), seed)
    above, below = sums[:, 0], sums[:, 1]
    return percentiles(above[below != 0] / below[below != 0])


def resampled(columns: Floats, seed: str) -> Floats:
    """The sums of each column over 10,000 resamples of its rows, the same rows for every column.

    Rows in the order of their subject and a seed of metric, period and segment make it the same
    on every run.
    """
    n = len(columns)
    digest = hashlib.sha256(seed.encode()).digest()
    draws = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    sums = np.empty((RESAMPLES, columns.shape[1]))
    block, place_kind = (BLOCK, np.uint16) if n <= NARROW else (1, np.int64)
    each = np.ascontiguousarray(columns.T)
    for start in range(0, RESAMPLES, block):
        drawn = draws.integers(0, n, (block, n), dtype=place_kind)
        for place, column in enumerate(each):
            sums[start : start + block, place] = column[drawn].sum(axis=1)
    return sums


def percentiles(values: Floats) -> Bounds | None:
    """The 2.5th and the 97.5th percentile of the values that there are."""
    found = values[np.isfinite(values)]
    if not len(found):
        return None
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def difference(first: float, first_bounds: Bounds, second: float, second_bounds: Bounds) -> Bounds:
    """The interval of `first - second` from the intervals of both (Newcombe 1998, method 10).

    With Wilson bounds it is Newcombe's hybrid-score interval; with other bounds its
    generalisation, the method of variance estimates recovery (Zou & Donner 2008).
    """
    gap = first - second
    below = sqrt((first - first_bounds[0]) ** 2 + (second_bounds[1] - second) ** 2)
    above = sqrt((first_bounds[1] - first) ** 2 + (second - second_bounds[0]) ** 2)
    return gap - below, gap + above
