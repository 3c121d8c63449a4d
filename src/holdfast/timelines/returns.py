"""How often new accounts come back once the time for their activation is over (C79)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.acts import account_acts
from holdfast.timelines.beginnings import A_DAY, activated_accounts
from holdfast.timelines.layout import Layout

WINDOW_DAYS = 28
"""How long after the time for activation returns are counted, unless more or fewer days are asked for."""


def returns_of_accounts(layout: Layout, periods: Sequence[Period], days: int = WINDOW_DAYS) -> Any:
    """New accounts as `activated_accounts` gives them, with `returns`, `returns_from` and `returns_until`.

    `returns` counts the 24 hours, of so many `days` that begin as the time for activation is over, in
    which someone acted: before that, acting may be what met the criterion.
    """
    rows = activated_accounts(layout, periods)
    since = rows.closes_at
    rows = rows.mutate(returns_from=since, returns_until=since + ibis.interval(days=days))
    acts = account_acts(layout).rename(acted_by="account_id")
    on = [
        rows.account_id == acts.acted_by,
        acts.occurred_at >= rows.returns_from,
        acts.occurred_at < rows.returns_until,
    ]
    inside = rows.join(acts, on)
    day = inside.occurred_at.delta(inside.returns_from, unit="us") // A_DAY
    counted = inside.group_by("account_id", "period_start").agg(returned=day.nunique())
    joined = rows.left_join(counted, ["account_id", "period_start"])
    return joined.select(*rows.columns, returns=joined.returned.fill_null(0).cast("int64"))


TIMELINES: dict[str, Callable[..., Any]] = {"returns_of_accounts": returns_of_accounts}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
