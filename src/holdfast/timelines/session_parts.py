"""Sessions cut at local midnight into parts: what is kept of them, and every question reads (K20).

A session is a run of one user's acts with less than the timeout between them. Its part in a local
day is from its first act on that day to its last; the part it begins with has `began_at` equal to
`started_at`, so that each session is there once among those.
"""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.timelines.acts import USER
from holdfast.timelines.basis import Basis
from holdfast.timelines.localtime import local_day

PARTS = (*USER, "started_at", "stopped_at", "began_at", "ended_at")


def session_parts(acts: Any, basis: Basis) -> Any:
    """source, user_id, `started_at` and `stopped_at` of the session, `began_at` and `ended_at` of the part.

    `acts` are source, user_id and occurred_at.
    """
    order = ibis.window(group_by=USER, order_by="occurred_at")
    apart = ibis.interval(minutes=basis.rules.session_timeout_minutes)
    begins = acts.occurred_at >= acts.occurred_at.lag().over(order) + apart
    acts = acts.mutate(begins=begins.fill_null(True).cast("int64"))
    # By instants, not rows: two windows may put acts of one instant in two orders.
    so_far = ibis.range_window(group_by=USER, order_by="occurred_at", preceding=None, following=0)
    day = local_day(acts.occurred_at, basis.calendar)
    acts = acts.mutate(session=acts.begins.sum().over(so_far), day=day)
    parts = acts.group_by([*USER, "session", "day"]).agg(
        began_at=acts.occurred_at.min(), ended_at=acts.occurred_at.max()
    )
    whole = ibis.window(group_by=[*USER, "session"])
    parts = parts.mutate(
        started_at=parts.began_at.min().over(whole), stopped_at=parts.ended_at.max().over(whole)
    )
    return parts.select(*PARTS)


def counted_by(basis: Basis) -> str:
    """The rules of sessions besides the clock: kept ones are read only where these are the same."""
    names = ",".join(sorted(basis.qualifying_events))
    return f"{basis.rules.session_timeout_minutes} {names}"
