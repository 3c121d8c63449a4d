"""Facts of what an account says: its latest scores, and its open tickets."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.segments.facts import Kind, fact
from holdfast.segments.moments import Moments
from holdfast.segments.rule import Read
from holdfast.timelines.answers import valid_scores
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day
from holdfast.timelines.tickets import known_tickets

KINDS = {"nps": "nps", "csat": "csat", "ces": "ces2", "ces1": "ces1"}
"""The kind of survey that each fact reads; the scales of effort are never mixed."""


def _score(moments: Moments, layout: Layout, read: Read) -> Any:
    given = valid_scores(layout, KINDS[read.fact])
    given = given.mutate(day=local_day(given.answered_at, layout.basis.calendar))
    conditions = [lambda answer, at: answer.answered_at < at.bound]
    if read.days is not None:
        window = ibis.interval(days=read.days)
        conditions.append(lambda answer, at: answer.day >= at.bound_day - window)
    near = moments.beside(given, *conditions)
    order = ibis.window(
        group_by=["account_id", "bound"], order_by=[ibis.desc("answered_at"), ibis.desc("subject_id")]
    )
    near = near.mutate(turn=ibis.row_number().over(order))
    return near.filter(near.turn == 0).select("account_id", "bound", value="score")


for _name, _example, _scale in (
    ("nps", "nps(180 days) <= 6", "0 to 10"),
    ("csat", "csat(90 days) <= 2", "the scale it was asked on"),
    ("ces", "ces(90 days) >= 6", "1 to 7"),
    ("ces1", "ces1(90 days) >= 4", "1 to 5, the older wording"),
):
    fact(
        _name,
        Kind.NUMBER,
        _example,
        window="may",
        meaning=f"The newest score that someone of the account gave, {_scale}; in so many days, where said.",
    )(_score)


def _none_once_recorded(rows: Any, layout: Layout) -> Any:
    began = layout.records["tickets"].created_at.min().as_scalar()
    return ibis.ifelse(rows.bound > began, ibis.literal(0).cast("int64"), ibis.null().cast("int64"))


@fact("open_tickets", Kind.NUMBER, "open_tickets >= 2", absent=_none_once_recorded)
def open_tickets(moments: Moments, layout: Layout, _: Read) -> Any:
    """How many of its requests for support were not solved yet; spam and merged ones count nowhere."""
    rows = known_tickets(layout)
    rows = rows.filter(rows.left_out.isnull() & ~rows.spam & ~rows.merged & rows.account_id.notnull())
    near = moments.beside(
        rows.select("account_id", "created_at", "solved_at"),
        lambda each, at: each.created_at < at.bound,
        lambda each, at: (each.solved_at >= at.bound).fill_null(True),
    )
    return near.group_by(["account_id", "bound"]).agg(value=near.count())
