"""Parts of health that speak of what the customer got: activation and the success plan."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.health.grounds import KEYS, grounds_of
from holdfast.segments import Moments
from holdfast.timelines.beginnings import activations
from holdfast.timelines.layout import Layout


def activated(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """The whole where the activation criterion was met in its time (K24), nothing where the time ran out.

    Unknown where no criterion was in force at sign-up, and while the time for it still runs.
    """
    rows = activations(layout)
    rows = rows.filter(rows.judged == 1).mutate(met=rows.met_at < rows.closes_at)
    near = moments.beside(
        rows.select("account_id", "met_at", "closes_at", "met"),
        lambda each, at: ((each.met_at < at.bound) & each.met) | (each.closes_at <= at.bound),
    ).semi_join(subjects, KEYS)
    at = ibis.ifelse(near.met, near.met_at, near.closes_at)
    return grounds_of(near, "activation", "events", "", at, near.met, 1)


def milestones_reached(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """One ground for each step of the success plan that was due or reached: 1 where it was reached."""
    rows = layout.near(layout.records["milestones"])
    near = moments.beside(
        rows.select("account_id", "milestone_id", "due_at", "reached_at"),
        lambda each, at: ((each.due_at < at.bound) | (each.reached_at < at.bound)).fill_null(False),
    )
    near = near.semi_join(subjects, KEYS)
    many = near.count().over(ibis.window(group_by=KEYS))
    near = near.mutate(many=many, reached=(near.reached_at < near.bound).fill_null(False).cast("int64"))
    at = ibis.coalesce(near.reached_at, near.due_at)
    return grounds_of(near, "milestones", "milestones", near.milestone_id, at, near.reached, near.many)
