"""What an experiment can see, told before it begins."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtri

SURE, POWER = 0.95, 0.80


def least_detectable(share: float, treated: int, control: int) -> float | None:
    """The least difference of shares that is found 80 times of 100, at 95 % sureness, two-sided.

    `share` is the share expected without the effort. (z(0.975) + z(0.8)) times the standard error of the
    difference (Bloom 1995, minimum detectable effect); None where an arm is empty.
    """
    if not treated or not control:
        return None
    reach = float(ndtri(1 - (1 - SURE) / 2) + ndtri(POWER))
    return reach * sqrt(share * (1 - share) * (1 / treated + 1 / control))
