"""Intervals straight from their textbook formulas (R22)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import exp, log, sqrt

from scipy.stats import chi2

Z = 1.959963984540054


def wilson(hits: float, trials: float) -> tuple[float, float]:
    """The Wilson score interval of a proportion."""
    share, z2 = hits / trials, Z * Z
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z / (1 + z2 / trials) * sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(hits: float, trials: float, other_hits: float, other_trials: float) -> tuple[float, float]:
    """Newcombe's hybrid-score interval of the difference of two proportions (R23)."""
    p, q = hits / trials, other_hits / other_trials
    (p_low, p_high), (q_low, q_high) = wilson(hits, trials), wilson(other_hits, other_trials)
    below = sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    above = sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return p - q - below, p - q + above


def poisson(count: int) -> tuple[float, float]:
    """The exact interval of a Poisson count."""
    low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    return float(low), float(chi2.ppf(0.975, 2 * count + 2) / 2)


def log_log(survival: float, greenwood_sum: float) -> tuple[float, float] | None:
    """The log-log interval of a survival probability; none where it is 1 or 0."""
    if survival in (0.0, 1.0):
        return None
    half = Z * sqrt(greenwood_sum) / abs(log(survival))
    return survival ** exp(half), survival ** exp(-half)


def bootstrap(pairs: Sequence[tuple[float, float]], resamples: int = 10_000) -> tuple[float, float]:
    """The percentile interval of a ratio of sums, resampling subjects."""
    dice = random.Random(0)
    values = []
    for _ in range(resamples):
        drawn = dice.choices(pairs, k=len(pairs))
        below = sum(pair[1] for pair in drawn)
        if below:
            values.append(sum(pair[0] for pair in drawn) / below)
    values.sort()
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]
