"""What became of accounts after an instant: who left within so many days, by will or for a payment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from holdfast.insights.risk.features import Known
from holdfast.timelines.basis import FAR
from holdfast.timelines.layout import Layout

STAYED, VOLUNTARY, PAYMENT = 0, 1, 2
KINDS = ("stayed", "voluntary", "payment")
Endings = dict[str, list[tuple[datetime, int]]]


def endings(layout: Layout) -> Endings:
    """Each account's ends of being a customer (R6), with the kind of it: a failed payment, or any other."""
    spans = layout.spans.filter(layout.spans.end_at < ibis.literal(FAR))
    phases = layout.records["subscription_phases"].filter(ibis._.end_reason == "payment_failure")
    failed = phases.select(who="account_id", at="end_at").distinct().mutate(failed=ibis.literal(True))
    joined = spans.left_join(failed, [spans.account_id == failed.who, spans.paid_until == failed["at"]])
    found: Endings = {}
    for row in joined.select("account_id", "end_at", "failed").to_pyarrow().to_pylist():
        kind = PAYMENT if row["failed"] else VOLUNTARY
        found.setdefault(row["account_id"], []).append((row["end_at"], kind))
    return found


def outcomes(
    rows: Known, ends: Endings, days: int | NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each row what became of it within so many days, and after how many days (NaN for who stayed).

    The days are the same for all, or each row's own.
    """
    kinds, after = np.zeros(len(rows.account_id), dtype=np.int64), np.full(len(rows.account_id), np.nan)
    accounts = [account for account in ends if ends[account]]
    known = pc.index_in(pa.array(rows.account_id, pa.string()), pa.array(accounts, pa.string()))
    whose = known.fill_null(len(accounts)).to_numpy()
    waiting = np.ones(len(kinds), dtype=bool)
    for times, kind in _one_by_one([sorted(ends[account]) for account in accounts]):
        comes = waiting & (times[whose] >= rows.bound)
        waiting &= ~comes
        gone = (times[whose] - rows.bound) / np.timedelta64(1, "D")
        left = comes & (gone < days)
        kinds[left], after[left] = kind[whose[left]], gone[left]
    return kinds, after


def _one_by_one(
    ends: list[list[tuple[datetime, int]]],
) -> Iterator[tuple[NDArray[np.datetime64], NDArray[np.int64]]]:
    """The first end of each account with its kind, then the second of each, and so on; NaT where none is.

    One place more is of who has no end at all.
    """
    for turn in range(max(map(len, ends), default=0)):
        told = [each[turn] if turn < len(each) else (None, 0) for each in ends]
        yield (
            np.array([*(end for end, _ in told), None], dtype="datetime64[us]"),
            np.array([*(kind for _, kind in told), 0], dtype=np.int64),
        )


def bounds_usable(bounds: Any, days: int, until: datetime) -> list[datetime]:
    """The instants of which it is known what became of accounts within so many days."""
    return [bound for bound in bounds if bound + timedelta(days=days) <= until]
