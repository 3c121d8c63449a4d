"""The life of each subscription as a history of moves (C107): what it was, what it became, when."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.timelines.basis import FAR, INSTANT


def lifecycle(phases: Any) -> Any:
    """One row per move of a subscription: account_id, subscription_id, at, was, became.

    `was` and `became` are a phase's status, `cancelled` where a phase ends and no other begins
    at once, `reactivated` where one begins after that; `was` is null for the first. A change of
    price or plan within one status is no move. `phases` are subscription phases with their
    account resolved.
    """
    order = ibis.window(group_by=["account_id", "subscription_id"], order_by=["start_at", "phase_id"])
    dated = phases.mutate(ends_at=phases.end_at.fill_null(FAR).cast(INSTANT))
    dated = dated.filter(dated.ends_at > dated.start_at)
    dated = dated.mutate(
        ended_before=dated.ends_at.lag().over(order),
        status_before=dated.status.lag().over(order),
        next_start=dated.start_at.lead().over(order).fill_null(FAR).cast(INSTANT),
    )
    gone = dated.ended_before < dated.start_at
    begins = dated.select(
        "account_id",
        "subscription_id",
        at="start_at",
        was=ibis.ifelse(gone, "cancelled", dated.status_before),
        became=ibis.ifelse(gone & dated.status.isin(["active", "past_due"]), "reactivated", dated.status),
    )
    ending = dated.filter((dated.ends_at < FAR) & (dated.next_start > dated.ends_at))
    ends = ending.select(
        "account_id", "subscription_id", at="ends_at", was="status", became=ibis.literal("cancelled")
    )
    moves = ibis.union(begins, ends)
    return moves.filter(moves.was.isnull() | (moves.was != moves.became))
