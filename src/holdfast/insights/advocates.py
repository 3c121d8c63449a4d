"""Power users and advocates: who uses the product most, and who of them would recommend it.

Each is told with the facts it stands on; the bounds are published and not learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

import ibis
import numpy as np

from holdfast.timelines.acts import USER, counted_acts, qualifying
from holdfast.timelines.answers import responses
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day

DAYS, LEAST_DAYS, ANSWER_DAYS = 28, 4, 180
"""Use is of 28 days; on under 4 of them nobody is there often. Answers count for half a year."""

OFTEN, UPPER = 90, 75
"""The percentiles of active users from which on someone is there often, and core use and breadth are high."""

PROMOTER, DETRACTOR = 9, 6
"""The score from which on someone recommends (K27), and up to which someone warns."""

Kind: TypeAlias = Literal["advocate", "power_user", "promoter"]
Reason: TypeAlias = Literal["often", "core", "broad", "recommends"]


@dataclass(frozen=True)
class Use:
    """What a user did in the last 28 days, and its newest answer on recommending of the last 180.

    `core` is None where no core events are declared. `answer` names the response.
    """

    user: str
    account_id: str
    name: str | None
    days: int
    core: int | None
    features: int
    score: int | None
    answer: str | None


@dataclass(frozen=True)
class Chosen:
    """A user with what it is, and why."""

    use: Use
    kind: Kind
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Bounds:
    """What days of use, core use and breadth are high from, among the `active` users of 28 days."""

    active: int
    days: float
    core: float | None
    features: float


def uses(layout: Layout, at: datetime) -> list[Use]:
    """Everyone at a paying customer who was active or answered before the day of an instant.

    Internal users and accounts are left out.
    """
    today = local_day(ibis.literal(at).cast("timestamp(6)"), layout.basis.calendar)
    held = customers_at(layout, at)
    active = _activity(layout, today).semi_join(held, "account_id")
    said = _answers(layout, at).semi_join(held, "account_id")
    known = (*USER, "account_id", "days", "core", "features", "score", "answer")
    nothing: dict[str, Any] = {name: ibis.null().cast("int64") for name in known[3:7]}
    both = ibis.union(
        active.mutate(score=nothing["score"], answer=ibis.null().cast("string")).select(*known),
        said.mutate(**{name: nothing[name] for name in known[3:6]}).select(*known),
    )
    rows = both.group_by(list(known[:3])).agg(**{name: both[name].max() for name in known[3:]})
    rows = rows.mutate(user=named(rows, "user_id"))
    accounts = layout.accounts.select("account_id", "name").to_pyarrow().to_pylist()
    names = {row["account_id"]: row["name"] for row in accounts}
    declared = bool(layout.basis.core_events)
    told = rows.order_by(["account_id", "user"]).to_pyarrow().to_pylist()
    return [_use(row, names.get(row["account_id"]), declared) for row in told]


def choose(found: Sequence[Use]) -> tuple[Bounds, tuple[Chosen, ...]]:
    """Power users, advocates and promoters, advocates first, each by days of use; and the bounds.

    A power user is there often, with high core use or high breadth. An advocate is one that would
    recommend, at an account where nobody warned; a promoter would, and is no power user.
    """
    bounds = bounds_of(found)
    warned = {each.account_id for each in found if each.score is not None and each.score <= DETRACTOR}
    chosen = []
    for each in found:
        reasons = _reasons(each, bounds)
        power = "often" in reasons and bool({"core", "broad"} & {*reasons})
        recommends = "recommends" in reasons and each.account_id not in warned
        if power or recommends:
            kind: Kind = "advocate" if power and recommends else "power_user" if power else "promoter"
            chosen.append(Chosen(each, kind, reasons))
    order = {"advocate": 0, "power_user": 1, "promoter": 2}
    ranked = sorted(
        chosen, key=lambda one: (order[one.kind], -one.use.days, -(one.use.core or 0), one.use.user)
    )
    return bounds, tuple(ranked)


def bounds_of(found: Sequence[Use]) -> Bounds:
    """The upper tenth of days, and the upper quarters of core use and breadth, among those active."""
    active = [each for each in found if each.days]
    days = [each.days for each in active]
    core = [each.core for each in active if each.core is not None]
    features = [each.features for each in active]
    return Bounds(
        len(active),
        max(float(np.percentile(days, OFTEN)) if days else 0.0, LEAST_DAYS),
        float(np.percentile(core, UPPER)) if core else None,
        float(np.percentile(features, UPPER)) if features else 0.0,
    )


def _reasons(use: Use, bounds: Bounds) -> tuple[Reason, ...]:
    holds: Mapping[Reason, bool] = {
        "often": use.days >= bounds.days,
        "core": use.core is not None and bounds.core is not None and use.core >= max(bounds.core, 1),
        "broad": use.features >= max(bounds.features, 2),
        "recommends": use.score is not None and use.score >= PROMOTER,
    }
    return tuple(reason for reason, held in holds.items() if held)


def customers_at(layout: Layout, at: datetime) -> Any:
    """account_id of who is a customer just before an instant, internal ones left out."""
    spans, moment = layout.spans, ibis.literal(at)
    inside = (
        spans.filter((spans.start_at < moment) & (spans.end_at >= moment)).select("account_id").distinct()
    )
    return inside.anti_join(layout.accounts.filter(layout.accounts.is_internal), "account_id")


def _activity(layout: Layout, today: Any) -> Any:
    acts = qualifying(counted_acts(layout), layout.basis)
    core = list(layout.basis.core_events)
    acts = acts.filter(
        acts.user_id.notnull() & (acts.day < today) & (acts.day >= today - ibis.interval(days=DAYS))
    )
    return acts.group_by([*USER, "account_id"]).agg(
        days=acts.day.nunique(),
        core=acts.events.sum(where=acts.name.isin(core)).fill_null(0).cast("int64"),
        features=acts.name.nunique(),
    )


def _answers(layout: Layout, at: datetime) -> Any:
    rows = responses(layout).filter(lambda row: (row.kind == "nps") & row.score.between(0, 10))
    rows = rows.filter(rows.user_id.notnull() & rows.account_id.notnull() & rows.left_out.isnull())
    moment = ibis.literal(at)
    rows = rows.filter(
        (rows.answered_at < moment) & (rows.answered_at >= moment - ibis.interval(days=ANSWER_DAYS))
    )
    order = ibis.window(group_by=[*USER, "account_id"], order_by=[ibis.desc("answered_at"), "subject_id"])
    newest = rows.mutate(turn=ibis.row_number().over(order)).filter(lambda row: row.turn == 0)
    return newest.select(*USER, "account_id", score=newest.score.cast("int64"), answer="subject_id")


def _use(row: Mapping[str, Any], name: str | None, declared: bool) -> Use:
    core = (row["core"] or 0) if declared else None
    return Use(
        row["user"], row["account_id"], name, row["days"] or 0, core, row["features"] or 0,
        row["score"], row["answer"],
    )  # fmt: skip
