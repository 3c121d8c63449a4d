"""What each new account did in its first days, what it was like, and whether it was a customer later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from holdfast.criterion import Step
from holdfast.segments import Moments, facts_told, rule
from holdfast.timelines.acts import users_listed
from holdfast.timelines.basis import INSTANT
from holdfast.timelines.beginnings import acts_of_accounts
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day

MOST_EVENTS = 40
"""Names of events that are looked at: those that most accounts did early."""

LIKE = rule("size_band is known and channel is known")
HELD = ("plan", "size_band", "channel")
"""What accounts are compared within: confounders, as they were at sign-up."""


@dataclass(frozen=True, order=True)
class Behaviour:
    """Something counted of an account's first days: an event by its name, or one of `KINDS`."""

    kind: str
    event: str = ""


KINDS = ("kinds_of_events", "active_days", "active_people", "colleagues", "steps")
"""Besides events: different events, days with any, people behind them, users created, onboarding steps."""


@dataclass(frozen=True)
class Early:
    """New accounts, a place each: whether they `stayed`, what they were `like`, how often they `did` what."""

    account_id: NDArray[np.str_]
    stayed: NDArray[np.bool_]
    like: Mapping[str, NDArray[np.str_]]
    did: Mapping[Behaviour, NDArray[np.int64]]


def new_accounts(layout: Layout, first: datetime, last: datetime, days: int, after: int) -> Any:
    """Accounts that signed up in `[first, last)`, with `over_at` and whether they `stayed`.

    The first days end before `over_at`. An account stayed if it is a customer (R5) `after` days from
    sign-up (R3). One that had been a customer and had left before `over_at` is none of them, nor is
    an internal one: what an account no longer there did not do says nothing.
    """
    accounts = layout.accounts.filter(~layout.accounts.is_internal.fill_null(False))
    start = accounts.created_at.cast(INSTANT)
    rows = accounts.select("account_id", start_at=start).filter(ibis._.start_at.notnull())
    rows = rows.filter((rows.start_at >= ibis.literal(first)) & (rows.start_at < ibis.literal(last)))
    rows = rows.mutate(
        over_at=rows.start_at + ibis.interval(days=days), seen_at=rows.start_at + ibis.interval(days=after)
    )
    there, held = (_customers(rows, layout, rows[at]) for at in ("over_at", "seen_at"))
    gone = _left_by(rows, layout).anti_join(there, "account_id")
    rows = rows.anti_join(gone, "account_id")
    held = held.select(holder="account_id")
    joined = rows.left_join(held, rows.account_id == held.holder)
    return joined.mutate(stayed=joined.holder.notnull()).drop("holder")


def early(layout: Layout, rows: Any, steps: Sequence[Step]) -> Early:
    """What the accounts of `rows` (see `new_accounts`) did before `over_at`, as criteria count it (K24)."""
    rows = layout.keep("early_accounts", rows)
    table = rows.select("account_id", "stayed").order_by("account_id").to_pyarrow()
    names: list[str] = table["account_id"].to_pylist()
    place = {name: number for number, name in enumerate(names)}
    acts = _early_acts(layout, rows)
    did = _of_events(acts, place) | _of_kinds(acts, _colleagues(layout, rows), place, layout)
    if steps:
        none = np.zeros(len(names), dtype=np.int64)
        taken = [did.get(Behaviour("event", step.event), none) >= step.count for step in steps]
        did[Behaviour("steps")] = np.sum(taken, axis=0, dtype=np.int64)
    stayed = table["stayed"].to_numpy(zero_copy_only=False)
    return Early(np.array(names, dtype=str), stayed, _like(layout, rows, place), did)


def _customers(rows: Any, layout: Layout, at: Any) -> Any:
    """The accounts that are customers just before an instant of their own."""
    spans = layout.spans.select(who="account_id", begun="start_at", ends="end_at")
    joined = rows.mutate(asked=at).join(spans, rows.account_id == spans.who)
    inside = joined.filter((joined.begun < joined.asked) & (joined.ends >= joined.asked))
    return inside.select("account_id").distinct()


def _left_by(rows: Any, layout: Layout) -> Any:
    spans = layout.spans.select(who="account_id", ends="end_at")
    joined = rows.join(spans, rows.account_id == spans.who)
    return joined.filter(joined.ends < joined.over_at).select("account_id").distinct()


def _early_acts(layout: Layout, rows: Any) -> Any:
    acts = acts_of_accounts(layout)
    whose = rows.select(who="account_id", over_at="over_at")
    near = acts.join(whose, [acts.account_id == whose.who, acts.occurred_at < whose.over_at])
    return layout.keep("early_acts", near.drop("who", "over_at"))


def _of_events(acts: Any, place: Mapping[str, int]) -> dict[Behaviour, NDArray[np.int64]]:
    """How often each event that people do was done, also where a server told of it."""
    names = acts.group_by("name").agg(many=acts.account_id.nunique(), people=acts.user_id.nunique())
    common = names.filter(names.people > 0).order_by([ibis.desc("many"), "name"]).limit(MOST_EVENTS)
    counted = acts.semi_join(common, "name").group_by(["account_id", "name"]).agg(many=ibis._.count())
    found: dict[Behaviour, NDArray[np.int64]] = {}
    for row in counted.order_by(["name", "account_id"]).to_pyarrow().to_pylist():
        behaviour = Behaviour("event", row["name"])
        found.setdefault(behaviour, np.zeros(len(place), dtype=np.int64))[place[row["account_id"]]] = row[
            "many"
        ]
    return found


def _of_kinds(
    acts: Any, colleagues: Any, place: Mapping[str, int], layout: Layout
) -> dict[Behaviour, NDArray[np.int64]]:
    people = acts.mutate(
        person=ibis.ifelse(acts.user_id.isnull(), ibis.null(), acts.source + ":" + acts.user_id),
        day=local_day(acts.occurred_at, layout.basis.calendar),
    )
    each = people.group_by("account_id").agg(
        kinds_of_events=people.name.nunique(),
        active_days=people.day.nunique(where=people.person.notnull()),
        active_people=people.person.nunique(),
    )
    tables = {name: each.select("account_id", many=each[name]) for name in KINDS[:3]}
    tables["colleagues"] = colleagues
    return {Behaviour(name): _placed(rows, place) for name, rows in tables.items()}


def _colleagues(layout: Layout, rows: Any) -> Any:
    users = users_listed(layout)
    users = users.filter(~users.insider)
    joined = rows.join(users, rows.account_id == users.home)
    return joined.filter(joined.since < joined.over_at).group_by("account_id").agg(many=ibis._.count())


def _placed(rows: Any, place: Mapping[str, int]) -> NDArray[np.int64]:
    found = np.zeros(len(place), dtype=np.int64)
    for row in rows.to_pyarrow().to_pylist():
        found[place[row["account_id"]]] = row["many"]
    return found


def _like(layout: Layout, rows: Any, place: Mapping[str, int]) -> dict[str, NDArray[np.str_]]:
    """Plan of the first subscription begun early, size and channel at sign-up; empty where unknown."""
    told, columns = facts_told(LIKE, Moments.of_entry(rows, layout.basis.calendar), layout)
    size, channel = (told[column] for column in columns.values())
    phases = layout.records["subscription_phases"].select(who="account_id", plan="plan", begun="start_at")
    near = rows.join(phases, rows.account_id == phases.who)
    near = near.filter(near.begun < near.over_at)
    first = near.group_by("account_id").agg(value=near.plan.argmin(near.begun))
    tables = (first, told.select("account_id", value=size), told.select("account_id", value=channel))
    found = {name: np.full(len(place), "", dtype=object) for name in HELD}
    for name, table in zip(HELD, tables, strict=True):
        for row in table.filter(table.value.notnull()).to_pyarrow().to_pylist():
            found[name][place[row["account_id"]]] = row["value"]
    return {name: values.astype(str) for name, values in found.items()}
