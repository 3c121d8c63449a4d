"""What an experiment says: the difference at its window's end, and a reading that may be looked at daily.

Decided in docs/adr/0090.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp, stdtrit

from holdfast.errors import UsageError
from holdfast.metrics.intervals import Bounds, difference, wilson

Floats = NDArray[np.float64]
Verdict: TypeAlias = Literal["works", "does_not", "cannot_tell"]

PRIOR_SPREAD = 0.7
"""How far from 1 hazard ratios are looked for: the standard deviation of the logarithm in the mixture."""

FARTHEST, STEPS = 4.0, 801


@dataclass(frozen=True)
class Arm:
    """Accounts of one arm, and how many of them stayed to the end of the window."""

    accounts: int
    stayed: int


@dataclass(frozen=True)
class Effect:
    """A difference of treated over control, with its 95 % interval."""

    value: float
    low: float
    high: float

    def verdict(self, least: float = 0.0) -> Verdict:
        """`works` where it is surely above 0, `does_not` where surely below `least`, else neither yet."""
        if self.low > 0:
            return "works"
        return "does_not" if self.high < least or self.high < 0 else "cannot_tell"


def stayed_more(treated: Arm, control: Arm) -> Effect | None:
    """The difference of the shares that stayed (Newcombe, R23); None where an arm is empty."""
    if not treated.accounts or not control.accounts:
        return None
    shares = [arm.stayed / arm.accounts for arm in (treated, control)]
    bounds: list[Bounds] = [wilson(arm.stayed, arm.accounts) for arm in (treated, control)]
    low, high = difference(shares[0], bounds[0], shares[1], bounds[1])
    return Effect(shares[0] - shares[1], low, high)


def adjusted(value: ArrayLike, before: ArrayLike, treated: ArrayLike) -> Effect:
    """The difference of mean `value`, adjusted by the same measure `before` the experiment (CUPED).

    Deng, Xu, Kohavi & Walker (2013): value - theta (before - its mean) with theta = cov / var, pooled
    over the arms. The interval is Welch's of the adjusted values. Without anything before that varies
    it is the plain difference. Raises UsageError for arms of under two accounts.
    """
    outcome, past = np.asarray(value, dtype=np.float64), np.asarray(before, dtype=np.float64)
    arm = np.asarray(treated, dtype=bool)
    if min(arm.sum(), (~arm).sum()) < 2:
        raise UsageError("A mean is compared over at least two accounts of each arm.")
    spread = float(np.var(past))
    within = sum(np.cov(past[each], outcome[each], bias=True)[0, 1] * each.mean() for each in (arm, ~arm))
    var = sum(np.var(past[each]) * each.mean() for each in (arm, ~arm))
    theta = within / var if spread and var else 0.0
    left = outcome - theta * (past - past.mean())
    errors = [np.var(left[each], ddof=1) / each.sum() for each in (arm, ~arm)]
    gap = float(left[arm].mean() - left[~arm].mean())
    whole = float(sum(errors))
    if not whole:
        return Effect(gap, gap, gap)
    free = whole**2 / sum(e**2 / (each.sum() - 1) for e, each in zip(errors, (arm, ~arm), strict=True))
    half = float(stdtrit(free, 0.975)) * whole**0.5
    return Effect(gap, gap - half, gap + half)


@dataclass(frozen=True)
class Sequence95:
    """The hazard ratio of leaving, treated over control, as known after each leaving.

    `low` and `high` hold the truth at all times at once with 95 %, however often they are looked at, and
    whenever the looking stops. `ratio` is the likeliest. Before anyone left all of it is open.
    """

    ratio: float | None
    low: float
    high: float
    leavings: int

    @property
    def verdict(self) -> Verdict:
        """`works` where treated accounts surely leave at a lower rate, `does_not` where at a higher one."""
        if self.high < 1:
            return "works"
        return "does_not" if self.low > 1 else "cannot_tell"


def always_valid(leavings: Sequence[tuple[bool, int, int]]) -> list[Sequence95]:
    """The reading after each leaving, in the order of time.

    A leaving says whether the account was treated, and how many treated and control were there before it.

    Given a hazard ratio h, the next to leave is treated with the chance h n1 / (h n1 + n0) (Cox 1972): so
    the likelihood of any other ratio over that of the true one is a martingale, and so is its mean under a
    normal mixture over log h. It exceeds 20 ever with a chance of at most 5 % (Ville 1939); the ratios
    that it has not excluded make the interval (Robbins 1970; Grünwald, Ly, Perez-Ortiz & ter Schure 2021,
    the safe logrank test). Intervals are intersected over time.
    """
    logs = np.linspace(-FARTHEST, FARTHEST, STEPS)
    prior = -0.5 * (logs / PRIOR_SPREAD) ** 2
    prior -= logsumexp(prior)
    likelihood = np.zeros(STEPS)
    inside = np.ones(STEPS, dtype=bool)
    found = []
    for count, (treated, many, others) in enumerate(leavings, start=1):
        if not many or not others:
            raise UsageError("Someone left an arm that nobody was in, or none was left to compare with.")
        both = np.logaddexp(logs + log(many), log(others))
        likelihood += (logs + log(many) if treated else log(others)) - both
        inside &= logsumexp(likelihood + prior) - likelihood < log(20)
        low, high = (logs[inside][0], logs[inside][-1]) if inside.any() else (np.nan, np.nan)
        best = logs[int(np.argmax(likelihood))]
        found.append(Sequence95(exp(best), exp(low), exp(high), count))
    return found
