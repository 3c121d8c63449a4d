"""Stretches of time, many at once: joined, cut to where others are, and cut to where they are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Stretches:
    """Half-open stretches `[start, end)` in microseconds, each of somebody (`who`, a number)."""

    who: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.who)

    def where(self, chosen: Bools) -> Stretches:
        """Some of them."""
        return Stretches(self.who[chosen], self.start[chosen], self.end[chosen])


def joined(those: Stretches, gap: int = 0) -> Stretches:
    """Those of one who overlap, touch, or lie at most `gap` apart are one; in order of who and start."""
    those = those.where(those.end > those.start)
    order = np.lexsort((those.start, those.who))
    who, start, end = those.who[order], those.start[order], those.end[order]
    if not len(who):
        return Stretches(who, start, end)
    changes = np.concatenate(([True], who[1:] != who[:-1]))
    reached = _running_most(end, changes)
    opens = changes | np.concatenate(([True], start[1:] > reached[:-1] + gap))
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(who)) - 1
    return Stretches(who[first], start[first], reached[last])


def both(ones: Stretches, others: Stretches) -> Stretches:
    """Where one of `ones` and one of `others` are, of the same who."""
    return _where(ones, others, lambda here, there: here & there)


def without(ones: Stretches, others: Stretches) -> Stretches:
    """Where one of `ones` is, and none of `others` of the same who."""
    return _where(ones, others, lambda here, there: here & ~there)


def pairs(ones: Stretches, others: Stretches) -> tuple[Ints, Ints]:
    """The places of every stretch in `ones` (joined, in order) and in `others` that share time."""
    times, ranked = np.unique(
        np.concatenate((ones.start, ones.end, others.start, others.end)), return_inverse=True
    )
    many, more = len(ones), len(others)
    starts, ends = ranked[:many], ranked[many : 2 * many]
    begins, stops = ranked[2 * many : 2 * many + more], ranked[2 * many + more :]
    width = len(times) + 1
    first = np.searchsorted(ones.who * width + ends, others.who * width + begins, side="right")
    after = np.searchsorted(ones.who * width + starts, others.who * width + stops, side="left")
    count = np.maximum(after - first, 0)
    place = np.repeat(np.arange(more), count)
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return (np.repeat(first, count) + within).astype(np.int64), place.astype(np.int64)


def _where(ones: Stretches, others: Stretches, wanted: Callable[[Bools, Bools], Bools]) -> Stretches:
    ones, others = joined(ones), joined(others)
    who = np.concatenate((ones.who, ones.who, others.who, others.who))
    at = np.concatenate((ones.start, ones.end, others.start, others.end))
    here = np.repeat(np.array([1, -1, 0, 0]), [len(ones), len(ones), len(others), len(others)])
    there = np.repeat(np.array([0, 0, 1, -1]), [len(ones), len(ones), len(others), len(others)])
    order = np.lexsort((at, who))
    who, at = who[order], at[order]
    inside = wanted(np.cumsum(here[order]) > 0, np.cumsum(there[order]) > 0)
    kept = np.flatnonzero(inside[:-1] & (who[1:] == who[:-1]) & (at[1:] > at[:-1]))
    return joined(Stretches(who[kept], at[kept], at[kept + 1]))


def _running_most(values: Ints, begins: Bools) -> Ints:
    """The greatest value so far within each run that begins where `begins` says."""
    _, rank = np.unique(values, return_inverse=True)
    run = np.cumsum(begins) - 1
    width = int(rank.max()) + 1
    most = np.maximum.accumulate(run * width + rank) - run * width
    found: Ints = np.unique(values)[most]
    return found
