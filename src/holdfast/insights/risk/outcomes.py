"""What became of accounts after an instant: who left within so many days, by will or for a payment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import ibis
import numpy as np
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


def outcomes(rows: Known, ends: Endings, days: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each row what became of it within so many days, and after how many days (NaN for who stayed)."""
    kinds, after = np.zeros(len(rows.account_id), dtype=np.int64), np.full(len(rows.account_id), np.nan)
    for place, (account, bound) in enumerate(zip(rows.account_id, rows.bound.tolist(), strict=True)):
        later = [(end, kind) for end, kind in ends.get(str(account), ()) if end >= bound]
        if later:
            end, kind = min(later)
            if end < bound + timedelta(days=days):
                kinds[place], after[place] = kind, (end - bound) / timedelta(days=1)
    return kinds, after


def bounds_usable(bounds: Any, days: int, until: datetime) -> list[datetime]:
    """The instants of which it is known what became of accounts within so many days."""
    return [bound for bound in bounds if bound + timedelta(days=days) <= until]
