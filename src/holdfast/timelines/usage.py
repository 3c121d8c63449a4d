"""Entitled accounts and users with what they used in the period (K19), and accounts that engaged (K09).

Entitled is who pays or tries at the period's opening (R3); what comes later in the period, a
churn included, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.account_periods import period_table
from holdfast.timelines.acts import USER, acts_by_day, placed, qualifying, users_listed, within_days
from holdfast.timelines.basis import Basis
from holdfast.timelines.in_memory import in_memory
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import accounts_by_period, with_period, with_reason

ENTITLED = {"paying_or_trialing": ["paying", "trialing"], "paying": ["paying"]}
"""The states in which an account is expected to use the product, by the rule."""


def usage_by_account(layout: Layout, periods: Sequence[Period]) -> Any:
    """Entitled accounts by period with `core_days`, `active_days` and `ideal` (1 where enough of them)."""
    rows = _with_days(
        entitled(layout, periods), acts_by_day(layout, periods), ["account_id"], layout, periods
    )
    return with_period(with_reason(rows, layout), periods)


def usage_by_user(layout: Layout, periods: Sequence[Period]) -> Any:
    """Users at entitled accounts, there before the opening, with the same columns."""
    acts = acts_by_day(layout, periods).drop("account_id")
    rows = _with_days(entitled_users(layout, periods), acts, list(USER), layout, periods)
    return placed(rows, layout, periods)


def usage_by_feature(layout: Layout, periods: Sequence[Period]) -> Any:
    """Entitled accounts by period and feature with `used` 1 where the feature was used in the period.

    Features are the names of qualifying events that occurred in any of the periods, and those
    declared.
    """
    acts = _placed_days(qualifying(acts_by_day(layout, periods), layout.basis), periods)
    used = acts.select("account_id", "period_start", feature="name").distinct().mutate(used=ibis.literal(1))
    declared = (*layout.basis.core_events, *layout.basis.qualifying_events)
    names = in_memory([{"feature": name} for name in declared], schema={"feature": "string"})
    features = ibis.union(used.select("feature"), names, distinct=True)
    rows = entitled(layout, periods).cross_join(features)
    joined = rows.left_join(used, ["account_id", "period_start", "feature"])
    rows = joined.select(*rows.columns, used=joined.used.fill_null(0).cast("int64"))
    return with_period(with_reason(rows, layout), periods)


def engagement(layout: Layout, periods: Sequence[Period]) -> Any:
    """The account by period with `engaged` 1 where it had a core event in it (K09)."""
    acts = acts_by_day(layout, periods)
    core = _placed_days(acts.filter(acts.name.isin(list(layout.basis.core_events))), periods)
    engaged = core.select("account_id", "period_start").distinct().mutate(engaged=ibis.literal(1))
    rows = accounts_by_period(layout, periods)
    joined = rows.left_join(engaged, ["account_id", "period_start"])
    return joined.mutate(engaged=joined.engaged.fill_null(0)).drop("account_id_right", "period_start_right")


def entitled(layout: Layout, periods: Sequence[Period]) -> Any:
    """account_id and period_start of the accounts that pay, or try too, just before each period begins."""
    states = ENTITLED[layout.basis.rules.entitled]
    held = layout.priced.filter(layout.priced.state.isin(states))
    bounds = period_table(periods)
    on = [held.start_at < bounds.period_start, held.end_at >= bounds.period_start]
    return held.join(bounds, on).select("account_id", "period_start").distinct()


def entitled_users(layout: Layout, periods: Sequence[Period]) -> Any:
    """The users at entitled accounts who were there before the opening, as `placed` takes them."""
    users, accounts = users_listed(layout), entitled(layout, periods)
    here = (users.since < accounts.period_start).fill_null(True)
    rows = users.join(accounts, [users.home == accounts.account_id, here])
    return rows.select("period_start", *USER)


def _with_days(rows: Any, acts: Any, subject: list[str], layout: Layout, periods: Sequence[Period]) -> Any:
    """`rows` with how many days of the period each subject acted on."""
    near = _placed_days(_by_subject(acts, subject, layout.basis), periods)
    days = near.group_by([*subject, "period_start"]).agg(
        core_days=near.core.sum(), active_days=near.active.sum()
    )
    joined = rows.left_join(days, [*subject, "period_start"])
    found = {name: joined[name].fill_null(0).cast("int64") for name in ("core_days", "active_days")}
    ideal = (found["active_days"] >= layout.basis.ideal_use_days).cast("int64")
    return joined.select(*rows.columns, **found, ideal=ideal)


def _by_subject(acts: Any, subject: list[str], basis: Basis) -> Any:
    """A row per subject and day: 1 where it did what is `core`, 1 where it did what counts as `active`."""
    core = acts.name.isin(list(basis.core_events)).cast("int64")
    acts = acts.mutate(core=core, active=_counts(acts, basis).cast("int64"))
    return acts.group_by([*subject, "day"]).agg(core=acts.core.max(), active=acts.active.max())


def _placed_days(acts: Any, periods: Sequence[Period]) -> Any:
    bounds = period_table(periods).select("period_start", "first_day", "last_day")
    acts = within_days(acts, periods)
    return acts.join(bounds, [acts.day >= bounds.first_day, acts.day <= bounds.last_day])


def _counts(acts: Any, basis: Basis) -> Any:
    return acts.name.isin(list(basis.qualifying_events)) if basis.qualifying_events else ibis.literal(True)


TIMELINES: dict[str, Callable[..., Any]] = {
    "engagement": engagement,
    "usage_by_account": usage_by_account,
    "usage_by_user": usage_by_user,
    "usage_by_feature": usage_by_feature,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
