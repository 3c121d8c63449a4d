"""Parts of health that speak of what people of the account said: its newest answers."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.health.grounds import KEYS, grounds_of, in_turn
from holdfast.segments import Moments
from holdfast.timelines.answers import valid_scores
from holdfast.timelines.layout import Layout
from holdfast.timelines.localtime import local_day

ANSWER_DAYS = 180
SCALES = {"nps": (0, 10), "ces2": (1, 7), "ces1": (5, 1)}
"""The worst and the best score of each kind of survey; that of satisfaction is on its own scale."""


def newest_answer(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """The newest answer of any kind within 180 days, from the worst of its scale to the best."""
    return _answers(subjects, moments, layout, "answer", ("nps", "csat", "ces2", "ces1"))


def effort(subjects: Any, moments: Moments, layout: Layout) -> Any:
    """The newest answer about effort within 180 days."""
    return _answers(subjects, moments, layout, "effort", ("ces2", "ces1"))


def _answers(subjects: Any, moments: Moments, layout: Layout, part: str, kinds: tuple[str, ...]) -> Any:
    given = all_scaled(layout)
    given = given.filter(given.kind.isin(kinds)).drop("kind")
    given = given.mutate(day=local_day(given.answered_at, layout.basis.calendar))
    near = moments.beside(
        given,
        lambda each, at: each.answered_at < at.bound,
        lambda each, at: each.day >= at.bound_day - ibis.interval(days=ANSWER_DAYS),
    ).semi_join(subjects, KEYS)
    near = in_turn(near, ibis.desc("answered_at"), ibis.desc("subject_id"))
    newest = near.filter(near.turn == 0)
    return grounds_of(
        newest, part, "survey_responses", newest.subject_id, newest.answered_at, newest.above, newest.wide
    )


def scaled_answers(layout: Layout, kind: str) -> Any:
    """Answers with how far above the worst they are, `above` of `wide`, in whole points."""
    rows = all_scaled(layout)
    return rows.filter(rows.kind == kind).drop("kind")


def all_scaled(layout: Layout) -> Any:
    """The same of every kind of survey, with their `kind`."""

    def made() -> Any:
        return ibis.union(*[_scaled(layout, kind) for kind in ("nps", "csat", "ces2", "ces1")])

    return layout.once_for("scaled_answers", (), made)


def _scaled(layout: Layout, kind: str) -> Any:
    rows = valid_scores(layout, kind)
    if kind == "csat":
        above, wide = rows.score - rows.scale_min, rows.scale_max - rows.scale_min
    else:
        worst, best = SCALES[kind]
        sign = 1 if best > worst else -1
        above, wide = (rows.score - worst) * sign, ibis.literal(abs(best - worst))
    return rows.select(
        "account_id",
        "subject_id",
        "answered_at",
        kind=ibis.literal(kind),
        above=above.cast("int64"),
        wide=wide.cast("int64"),
    )
