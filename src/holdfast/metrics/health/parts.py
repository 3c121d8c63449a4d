"""The parts of health: each with its component and the rule by which records make it 0 to 100."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from holdfast.metrics.health import of_money, of_outcome, of_support, of_usage, of_voices
from holdfast.segments import Moments, facts_told, rule, truth
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day

Grounds = Callable[[Any, Moments, Layout], Any]


@dataclass(frozen=True)
class Declared:
    """A part: the component it belongs to, its rule in words, and what gives its grounds."""

    name: str
    component: str
    rule: str
    grounds: Grounds


def _declared(component: str, **parts: Grounds) -> dict[str, Declared]:
    return {
        name: Declared(name, component, " ".join((made.__doc__ or "").split()), made)
        for name, made in parts.items()
    }


PARTS: Mapping[str, Declared] = {
    **_declared("usage", usage_weeks=of_usage.weeks_used, usage_pace=of_usage.weeks_kept_up),
    **_declared("outcome", activation=of_outcome.activated, milestones=of_outcome.milestones_reached),
    **_declared("sentiment", answer=of_voices.newest_answer),
    **_declared(
        "support",
        severe_tickets=of_support.severe_tickets,
        first_contact=of_support.solved_at_once,
        effort=of_voices.effort,
    ),
    **_declared(
        "commercial",
        payment=of_money.overdue_invoices,
        renewal=of_money.ends_announced,
        seats=of_money.seats_used,
    ),
}
SUBJECTS = "status in (paying, paused, trialing)"
"""Who has a health: customers, and who is trying."""


def subjects(moments: Moments, layout: Layout) -> Any:
    """account_id, bound, `age_days` since sign-up, and `events_told` by then, of who has a health."""
    who = rule(SUBJECTS)
    rows, columns = facts_told(who, moments, layout)
    rows = rows.filter(truth(who, rows, columns, layout.basis.calendar).fill_null(False))
    born = layout.accounts.filter(~layout.accounts.is_internal).select(who="account_id", born="created_at")
    rows = rows.inner_join(born, rows.account_id == born.who)
    age = rows.bound_day.delta(local_day(rows.born, layout.basis.calendar), unit="day")
    began = layout.activity.day.min().as_scalar()
    told = (rows.bound_day > began).fill_null(False)
    found = rows.select("account_id", "bound", "bound_day", age_days=age.cast("int64"), events_told=told)
    return found.filter(found.age_days >= 0)


def all_grounds(who: Any, moments: Moments, layout: Layout) -> Any:
    """The grounds of every part, of the accounts and instants in `who`."""
    return ibis.union(*[part.grounds(who, moments, layout) for part in PARTS.values()])


def part_values(found: Any) -> Any:
    """account_id, bound, part and its value in whole numbers: 100 * `numerator` / `denominator`."""
    return found.group_by(["account_id", "bound", "part"]).agg(
        numerator=found.numerator.sum().cast("int64"), denominator=found.denominator.max()
    )
