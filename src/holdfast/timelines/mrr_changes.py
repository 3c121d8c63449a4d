"""The MRR ledger: every change of an account's MRR at its instant, in native money (K04).

Opening plus movements equals closing because a change is the difference of two balances,
never an amount of its own. Exchange effects are not here: they are what valuing the same
balances at the next month's rate adds, and belong to whoever values them.
"""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.timelines.basis import FAR
from holdfast.timelines.money import MONEY, zero


def mrr_changes(steps: Any, live: Any, spans: Any) -> Any:
    """One row per account, currency and instant at which the MRR in that currency changes.

    Columns: account_id, currency, at, next_at (of that currency), before, after (native MRR,
    DECIMAL(38, 9)), kind: `new`, `reactivation`, `churn`, `pause`, `resume`, `discount_end`
    or `change`. Whether a change is expansion or contraction is the sign of the account's
    whole change at that instant, and so is known once it is valued.
    """
    steps = steps.mutate(delta=steps.delta.cast(MONEY))
    running = ibis.cumulative_window(group_by=["account_id", "currency"], order_by="at")
    ledger = steps.mutate(after=steps.delta.sum().over(running).cast(MONEY))
    ledger = ledger.mutate(before=(ledger.after - ledger.delta).cast(MONEY))
    ledger = ledger.filter(ledger.delta != zero())
    order = ibis.window(group_by=["account_id", "currency"], order_by="at")
    ledger = ledger.mutate(next_at=ledger["at"].lead().over(order).fill_null(FAR))
    return _with_kind(ledger, live, spans).select(
        "account_id", "currency", "at", "next_at", "before", "after", "kind"
    )


def _with_kind(ledger: Any, live: Any, spans: Any) -> Any:
    starts = spans.select("account_id", "fresh", at=spans.start_at)
    ends = spans.select("account_id", at=spans.end_at, ends=ibis.literal(True))
    joined = ledger.join(live, ["account_id", "at"])
    joined = joined.left_join(starts, ["account_id", "at"]).drop("account_id_right", "at_right")
    joined = joined.left_join(ends, ["account_id", "at"]).drop("account_id_right", "at_right")
    rises, falls = joined.live_before == 0, joined.live_after == 0
    return joined.mutate(
        kind=ibis.cases(
            (rises & joined.fresh, "new"),
            (rises & joined.fresh.notnull(), "reactivation"),
            (rises, "resume"),
            (falls & joined.ends.notnull(), "churn"),
            (falls, "pause"),
            ((joined.list_delta == 0) & (joined.delta > 0), "discount_end"),
            else_="change",
        )
    )
