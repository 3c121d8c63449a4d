"""New accounts, their onboarding steps and the activation criterion (K23 to K25)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from itertools import pairwise
from typing import Any, TypeVar

import ibis

from holdfast.criterion import AllOf, Criterion, Rule, Step
from holdfast.periods import Period
from holdfast.timelines.acts import users_listed
from holdfast.timelines.basis import FAR, INSTANT
from holdfast.timelines.identity import named, resolved
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import in_period, new_users, with_period, with_reason

T = TypeVar("T")
ACCOUNT = ("account_id",)
USER = ("source", "user_id")
A_DAY = 86_400_000_000
"""Microseconds in 24 hours."""


def onboarded_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """New accounts with the steps required of them and how many they took in time.

    `required` is 0 where no steps were in force at sign-up. `met_at` is when the last of the steps
    was taken, FAR where one is missing; the time for them is over at `closes_at`.
    """
    signed_up = _new_accounts(layout, periods)
    acts = acts_of_accounts(layout)
    parts = [
        _stepped(_between(signed_up, since, until), acts, steps, layout.basis.rules.onboarding_window_days)
        for since, until, steps in _in_force(layout.basis.onboarding, ())
    ]
    return ibis.union(*parts) if parts[1:] else parts[0]


def activated_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """New accounts with when they first met the activation criterion, and how long it took.

    `judged` is 0 where no criterion was in force at sign-up. `met_at` is FAR where it is not met;
    the time for it is over at `closes_at`. `lasted` are the days from sign-up until then (`ended`)
    or until the data end.
    """

    def made() -> Any:
        return _activated(_new_accounts(layout, periods), layout, ACCOUNT)

    return layout.once_for("activated_accounts", periods, made)


def activations(layout: Layout) -> Any:
    """Every account with when it met the activation criterion in force at its sign-up; columns as above."""
    accounts = layout.accounts
    rows = accounts.select("account_id", start_at=accounts.created_at.cast(INSTANT))
    return _activated(rows, layout, ACCOUNT)


def activated_users(layout: Layout, periods: Sequence[Period]) -> Any:
    """New users with when each first met the activation criterion alone; columns as for accounts."""
    rows = new_users(layout, periods)
    rows = rows.mutate(start_at=rows.created_at.cast(INSTANT), subject_id=named(rows, "user_id"))
    return _activated(rows.drop("created_at", "insider"), layout, USER)


def _new_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    accounts = layout.accounts
    accounts = accounts.select("account_id", start_at=accounts.created_at.cast(INSTANT))
    rows = with_period(with_reason(in_period(accounts, accounts.start_at, periods), layout), periods)
    return rows.mutate(subject_id=rows.account_id)


def acts_of_accounts(layout: Layout) -> Any:
    """What is known to have happened: source, user_id, account_id, name, occurred_at.

    Servers tell of steps taken as well as clients. An event is at its own account, else at that of
    its user; those of internal users are none.
    """
    events = layout.records["events"]
    events = events.filter(events.occurred_at < ibis.literal(layout.as_of))
    events = layout.near(resolved(events, layout.names), unsaid=True).select(
        *USER, "account_id", "name", "occurred_at"
    )
    users = users_listed(layout).select(*USER, "home", "insider")
    acts = events.left_join(users, [events.source == users.source, events.user_id == users.user_id])
    acts = acts.filter(~acts.insider.fill_null(False))
    acts = acts.mutate(account_id=ibis.coalesce(acts.account_id, acts.home))
    return acts.drop("home", "insider", "source_right", "user_id_right")


def _stepped(rows: Any, acts: Any, steps: Sequence[Step], days: int) -> Any:
    taken = _with_times(rows, acts, steps, ACCOUNT, ACCOUNT)
    closes_at = taken.start_at + ibis.interval(days=days)
    in_time = [(taken[_column(n)] < closes_at).cast("int64") for n in range(len(steps))]
    times = [taken[_column(n)] for n in range(len(steps))]
    return taken.mutate(
        required=ibis.literal(len(steps)).cast("int64"),
        done=sum(in_time, ibis.literal(0).cast("int64")),
        met_at=reduce(ibis.greatest, times) if times else _never(),
        closes_at=closes_at,
    ).drop(*map(_column, range(len(steps))))


def _activated(rows: Any, layout: Layout, subject: Sequence[str]) -> Any:
    days = layout.basis.rules.activation_window_days
    asked = any(criterion for _, criterion in layout.basis.activation)
    acts = acts_of_accounts(layout) if asked else None
    parts = [
        _met(_between(rows, since, until), acts, criterion, days, subject)
        for since, until, criterion in _in_force(layout.basis.activation, None)
    ]
    found = ibis.union(*parts) if parts[1:] else parts[0]
    ended = found.met_at < ibis.literal(layout.as_of)
    until = ibis.ifelse(ended, found.met_at, ibis.literal(layout.as_of).cast(INSTANT))
    return found.mutate(
        ended=ended,
        lasted=until.delta(found.start_at, unit="us").cast("float64") / A_DAY,
        entered=ibis.literal(0.0),
    )


def _met(rows: Any, acts: Any, criterion: Criterion | None, days: int, subject: Sequence[str]) -> Any:
    if criterion is None:
        return rows.mutate(
            met_at=_never(),
            closes_at=rows.start_at + ibis.interval(days=days),
            judged=ibis.literal(0).cast("int64"),
        )
    doer = (*subject, *USER) if criterion.by_one_user and subject == ACCOUNT else subject
    steps = criterion.steps
    timed = _with_times(rows, acts, steps, subject, doer)
    timed = timed.mutate(
        met_at=_met_at(criterion.rule, {step: timed[_column(n)] for n, step in enumerate(steps)})
    )
    first = timed.group_by(rows.columns).agg(met_at=timed.met_at.min())
    return first.mutate(
        closes_at=first.start_at + ibis.interval(days=days if criterion.days is None else criterion.days),
        judged=ibis.literal(1).cast("int64"),
    )


def _met_at(rule: Rule, times: Mapping[Step, Any]) -> Any:
    """The instant at which the rule is first met, FAR where it is not."""
    if isinstance(rule, Step):
        return times[rule]
    parts = [_met_at(part, times) for part in rule.parts]
    return reduce(ibis.greatest if isinstance(rule, AllOf) else ibis.least, parts)


def _with_times(
    rows: Any, acts: Any, steps: Sequence[Step], subject: Sequence[str], doer: Sequence[str]
) -> Any:
    """`rows`, once for each doer of the subject, with the instant at which each step was done, else FAR."""
    if not steps:
        return rows
    near = acts.filter(acts.name.isin([step.event for step in steps]))
    near = near.semi_join(rows.select(*subject).distinct(), list(subject))
    for column in doer:
        near = near.filter(near[column].notnull())
    near = _numbered(near, {step.event for step in steps if step.count > 1}, doer)
    times = near.group_by(list(doer)).agg(
        **{
            _column(n): near.occurred_at.min(where=(near.name == step.event) & (near.turn >= step.count))
            for n, step in enumerate(steps)
        }
    )
    columns = {_column(n): times[_column(n)] for n in range(len(steps))}
    times = times.select(**{f"of_{name}": times[name] for name in subject}, **columns)
    joined = rows.left_join(times, [rows[name] == times[f"of_{name}"] for name in subject])
    known = {name: joined[name].fill_null(FAR).cast(INSTANT) for name in columns}
    return joined.mutate(**known).drop(*(f"of_{name}" for name in subject))


def _numbered(acts: Any, events: Collection[str], doer: Sequence[str]) -> Any:
    """`acts` with the `turn` of each among its doer's acts of that name; 1 where only the first matters.

    To number acts they are sorted, which for most steps would be all the work.
    """
    turns = ibis.window(group_by=[*doer, "name"], order_by="occurred_at")
    counted = acts.filter(acts.name.isin(sorted(events)))
    counted = counted.mutate(turn=ibis.row_number().over(turns) + 1)
    once = acts.filter(acts.name.notin(sorted(events))) if events else acts
    once = once.mutate(turn=ibis.literal(1).cast("int64"))
    return ibis.union(counted, once.select(*counted.columns)) if events else once


def _in_force(declared: Sequence[tuple[datetime, T]], nothing: T) -> Iterator[tuple[datetime, datetime, T]]:
    """What held from when until when, from the beginning of time on."""
    begins = declared and declared[0][0] == datetime.min
    dated = [*declared] if begins else [(datetime.min, nothing), *declared]
    for (since, value), (until, _) in pairwise([*dated, (FAR, nothing)]):
        yield since, until, value


def _between(rows: Any, since: datetime, until: datetime) -> Any:
    return rows.filter((rows.start_at >= ibis.literal(since)) & (rows.start_at < ibis.literal(until)))


def _column(number: int) -> str:
    return f"step_{number}"


def _never() -> Any:
    return ibis.literal(FAR).cast(INSTANT)


TIMELINES: dict[str, Callable[..., Any]] = {
    "onboarded_accounts": onboarded_accounts,
    "activated_accounts": activated_accounts,
    "activated_users": activated_users,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
