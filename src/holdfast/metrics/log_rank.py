"""Whether survival curves differ by more than chance: the log-rank test of several groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.special import chdtrc

from holdfast.metrics.kaplan_meier import Curve, Floats, risk_at


@dataclass(frozen=True)
class LogRank:
    """The test's `statistic`, chi-squared with `freedom` degrees of freedom where nothing differs.

    `chance` is that of one as great then; `expected` is how many of each group would have ended had all
    ended at the same rate at every time.
    """

    statistic: float
    freedom: int
    chance: float
    expected: tuple[float, ...]


def log_rank(curves: Sequence[Curve]) -> LogRank | None:
    """The log-rank test (Mantel 1966; Peto & Peto 1972) of whole curves, late entry allowed.

    At each time at which something ended, the ends d among the n at risk fall on the groups as a
    hypergeometric draw; the test sums what was seen above it. None where there are fewer than two
    groups that were ever at risk together, or nothing ended: then there is nothing to tell apart.
    """
    if len(curves) < 2:
        return None
    times = np.unique(np.concatenate([curve.of_ended for curve in curves]))
    ended = np.stack(
        [np.bincount(np.searchsorted(times, each.of_ended), minlength=len(times)) for each in curves]
    )
    risk = np.stack([risk_at(each.lasted, each.entered, times) for each in curves])
    deaths, whole = ended.sum(axis=0), risk.sum(axis=0)
    share = risk / np.where(whole > 0, whole, 1)
    expected = share @ deaths
    told = deaths * np.divide(whole - deaths, whole - 1, out=np.zeros_like(whole), where=whole > 1)
    spread = np.diag(share @ told) - (share * told) @ share.T
    # Of groups that were at risk together the last follows from the others.
    together = connected_components(spread, directed=False, return_labels=False)
    freedom = len(curves) - int(together)
    if not freedom:
        return None
    above: Floats = ended.sum(axis=1) - expected
    sizes, ways = np.linalg.eigh(spread)
    statistic = float(((above @ ways[:, -freedom:]) ** 2 / sizes[-freedom:]).sum())
    return LogRank(statistic, freedom, float(chdtrc(freedom, statistic)), tuple(map(float, expected)))
