"""Trials of subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.collect.sources.source import Body, moment

PAID = ("active", "past_due", "paused")


def trial_row(account_id: str, last: Body, phases: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The row of `trials` of a subscription that had one, from its newest state and its phases.

    It ended when the first phase after it began, or with the subscription; it converted when the
    first phase with a price did.
    """
    started = moment(last.get("trial_start"))
    if started is None:
        return None
    tried = [phase for phase in phases if phase["status"] == "trialing"]
    later = [phase for phase in phases if phase["status"] in PAID and phase["start_at"] >= started]
    paying = [phase["start_at"] for phase in later if phase["unit_amount"] > 0]
    ends = [phase["end_at"] for phase in tried]
    return {
        "trial_id": last["id"],
        "account_id": account_id,
        "plan": phases[0]["plan"] if phases else None,
        "started_at": started,
        "ends_at": moment(last.get("trial_end")),
        "ended_at": max(ends) if ends and None not in ends else None,
        "converted_at": min(paying, default=None),
    }
