"""What users did: figures from events, which are stored in the order of users and time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.figures import Answers
from benchmarks.frames.months import CORE, Tables, by_month, month_of
from benchmarks.frames.phases import held_at

HALF_AN_HOUR = np.timedelta64(30, "m")
A_MONDAY = np.datetime64("1969-12-29")


def _acts(tables: Tables) -> pd.DataFrame:
    """Events of clients by users who are not ours."""
    events = tables["events"]
    ours = events.user_id.cat.categories.isin(tables["insiders"].user_id)
    ours |= events.user_id.cat.categories == ""
    client = events.origin.cat.categories != "server"
    kept: pd.DataFrame = events[client[events.origin.cat.codes] & ~ours[events.user_id.cat.codes]]
    return kept


def _distinct(months: Any, codes: Any) -> Any:
    """The month of each pair that there is."""
    return np.unique(months * (1 << 32) + codes) >> 32


def active(tables: Tables) -> Answers:
    """Monthly active users from events."""
    acts = _acts(tables)
    return _active(acts.occurred_at.to_numpy().astype("datetime64[D]"), acts.user_id.cat.codes.to_numpy())


def active_days(tables: Tables) -> Answers:
    """Monthly active users from activity days."""
    days = tables["activity_days"]
    ours = days.user_id.cat.categories.isin(tables["insiders"].user_id) | (days.user_id.cat.categories == "")
    days = days[~ours[days.user_id.cat.codes]]
    return _active(
        pd.to_datetime(days.day).to_numpy().astype("datetime64[D]"), days.user_id.cat.codes.to_numpy()
    )


def _active(days: Any, users: Any) -> Answers:
    months = days.astype("datetime64[M]")
    last = (months + 1).astype("datetime64[D]") - 1
    near = days > last - 28
    found = _distinct(months[near].astype(np.int64), users[near])
    return by_month("monthly_active_users", found, np.ones(len(found)))


def sessions(tables: Tables) -> Answers:
    """Minutes of the sessions begun in a month / weeks in which users were active."""
    acts = _acts(tables)
    at, user = acts.occurred_at.to_numpy(), acts.user_id.cat.codes.to_numpy()
    same = np.concatenate(([False], user[1:] == user[:-1]))
    gap = np.concatenate(([np.timedelta64(0, "us")], np.diff(at)))
    goes_on = same & (gap < HALF_AN_HOUR)
    begun = at[np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(at))))]
    month = month_of(at)
    week = (at.astype("datetime64[D]") - A_MONDAY).astype(np.int64) // 7
    again = same & np.concatenate(([False], (week[1:] == week[:-1]) & (month[1:] == month[:-1])))
    minutes = np.where(goes_on, gap / np.timedelta64(60_000_000, "us"), 0.0)
    spent = by_month("time_on_platform", month_of(begun), minutes)
    weeks = by_month("time_on_platform", month, ~again)
    return {key: (spent.get(key, (0.0, 0.0))[0], count) for key, (count, _) in weeks.items()}


def drop_off(tables: Tables, as_of: pd.Timestamp) -> Answers:
    """New users without any act from day 7 to before day 14."""
    users, events = tables["users"], tables["events"]
    created = users.set_index("user_id").created_at.reindex(events.user_id.cat.categories).to_numpy()
    since = events.occurred_at.to_numpy() - created[events.user_id.cat.codes]
    client = (events.origin.cat.categories != "server")[events.origin.cat.codes]
    back = client & (since >= np.timedelta64(7, "D")) & (since < np.timedelta64(14, "D"))
    seen = events.user_id.cat.categories[np.unique(events.user_id.cat.codes.to_numpy()[back])]
    over = users.created_at + pd.Timedelta(days=14)
    new = users[
        ~users.user_id.isin(tables["insiders"].user_id) & (over <= as_of) & (over > events.occurred_at.min())
    ]
    gone = ~new.user_id.isin(seen)
    return by_month("seven_day_drop_off", month_of(new.created_at), gone, np.ones(len(new)))


def usage(phases: pd.DataFrame, tables: Tables) -> Answers:
    """Entitled accounts with a core event, from events."""
    events = tables["events"]
    client = (events.origin.cat.categories != "server")[events.origin.cat.codes]
    core = events.name.cat.categories.isin(CORE)[events.name.cat.codes]
    acts = events[client & core]
    return _usage(phases, acts, month_of(acts.occurred_at), tables)


def usage_of_days(tables: Tables) -> Answers:
    """The same from activity days."""
    days = tables["activity_days"]
    days = days[days.name.cat.categories.isin(CORE)[days.name.cat.codes]]
    return _usage(tables["priced"], days, month_of(pd.to_datetime(days.day)), tables)


def _usage(phases: pd.DataFrame, acts: pd.DataFrame, months: Any, tables: Tables) -> Answers:
    users = tables["users"].set_index("user_id")
    names = acts.user_id.cat.categories
    inside = users.is_internal.reindex(names).eq(True).to_numpy()[acts.user_id.cat.codes]
    known = pd.Index(acts.account_id.cat.categories.union(users.account_id.dropna().unique()))
    home = known.get_indexer(users.account_id.reindex(names))[acts.user_id.cat.codes]
    told = known.get_indexer(acts.account_id.cat.categories)[acts.account_id.cat.codes]
    account = np.where((acts.account_id.cat.categories == "")[acts.account_id.cat.codes], home, told)
    used = np.unique(months[~inside] * (1 << 32) + account[~inside])
    entitled = phases[phases.state.isin(["paying", "trialing"])]
    entitled = entitled[~entitled.account_id.isin(tables["internal"].account_id)]
    entitled = entitled.assign(code=known.get_indexer(entitled.account_id))
    found: Answers = {}
    for start in tables["periods"].period_start:
        there = held_at(entitled, start)
        # An account that never acted has no code of its own, but is one all the same.
        names = there.account_id[there.code < 0].nunique()
        codes = there.code[there.code >= 0].unique()
        month = int(month_of([start])[0])
        key = "product_usage_rate", start.to_pydatetime()
        found[key] = float(np.isin(month * (1 << 32) + codes, used).sum()), float(len(codes) + names)
    return {key: sums for key, sums in found.items() if any(sums)}
