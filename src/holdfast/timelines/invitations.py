"""Invitations to surveys, and whether they were answered (K32)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.answers import COLUMNS, SCALES, only_one, outside, responses, ruled
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.respondents import with_person
from holdfast.timelines.subjects import column_of, in_period, with_period

OF_INVITATION = ("channel", "incentive")
ASKED_BY = tuple(map(column_of, OF_INVITATION))


def invitations(layout: Layout, periods: Sequence[Period]) -> Any:
    """Invitations by the period they were sent in (K32): one per person and wave, the first delivered.

    Where no wave is known, one per person and period. `answered` is 1 where the person gave a
    valid answer before `closes_at`. Answers of nobody who was invited stand beside them, left out.
    """
    given = _valid_answers(layout)
    rows = _invited(layout)
    rows = ruled(rows, ("not_delivered", ~rows.delivered.fill_null(True)))
    rows = _first(rows, rows.wave.notnull(), ["survey", "wave", "person"])
    rows = in_period(rows, rows.sent_at, periods)
    rows = _first(rows, rows.wave.isnull(), ["period_start", "survey", "person"])
    rows = rows.mutate(closes_at=rows.sent_at + ibis.interval(days=layout.basis.rules.survey_open_days))
    rows = _with_answer(rows, given).select(*COLUMNS, *ASKED_BY, "answered", "closes_at")
    return with_period(ibis.union(rows, _uninvited(layout, given, periods).select(*rows.columns)), periods)


def _invited(layout: Layout) -> Any:
    rows = layout.records["survey_invitations"]
    rows = rows.filter(rows.sent_at < ibis.literal(layout.as_of))
    rows = rows.mutate(
        survey=named(rows, "survey_id"),
        subject_id=named(rows, "invitation_id"),
        **{column_of(name): rows[name] for name in OF_INVITATION},
    )
    rows = with_person(rows, layout)
    return rows.mutate(person=ibis.coalesce(rows.person, "invitation:" + rows.invitation_id))


def _valid_answers(layout: Layout) -> Any:
    """Answers that say something valid on the scale they were given on, whatever they were asked."""
    rows = responses(layout)
    low, high = (
        ibis.coalesce(bound, rows.kind.cases(*[(kind, scale[end]) for kind, scale in SCALES.items()]))
        for end, bound in enumerate((rows.scale_min, rows.scale_max))
    )
    scored = rows.score.notnull() & low.notnull() & high.notnull() & ~outside(rows.score, low, high)
    said = rows.score.notnull() | rows.answer.notnull() | rows.comment.notnull()
    valid = ibis.ifelse(rows.kind == "custom", said, scored.fill_null(False))
    return rows.filter(valid & rows.left_out.isnull())


def _with_answer(rows: Any, given: Any) -> Any:
    said = given.select(
        "answered_at", said_survey="survey", said_by="person", said_wave="wave", said_to="sent_id"
    )
    same_wave = said.said_to.isnull() | said.said_wave.identical_to(rows.wave)
    on = [
        rows.survey == said.said_survey,
        rows.person == said.said_by,
        same_wave,
        said.answered_at >= rows.sent_at,
        said.answered_at < rows.closes_at,
    ]
    found = rows.join(said, on).select(found_start="period_start", found_id="subject_id").distinct()
    rows = rows.left_join(found, [rows.period_start == found.found_start, rows.subject_id == found.found_id])
    return rows.mutate(answered=rows.found_id.notnull().cast("int64"))


def _uninvited(layout: Layout, given: Any, periods: Sequence[Period]) -> Any:
    """Valid answers of people who were never invited to the survey, such as by an open link."""
    asked = _invited(layout).select("survey", "person").distinct()
    rows = given.anti_join(asked, ["survey", "person"])
    rows = rows.mutate(
        left_out=ibis.literal("not_invited"),
        answered=ibis.literal(0).cast("int64"),
        closes_at=rows.answered_at,
        **{name: ibis.null().cast("string") for name in ASKED_BY},
    )
    return in_period(rows, rows.answered_at, periods)


def _first(rows: Any, among: Any, keys: Sequence[str]) -> Any:
    """Of the delivered invitations `among`, all but the first of each key are reminders."""
    return only_one(rows, among, keys, ["sent_at", "invitation_id"], "reminder")


TIMELINES: dict[str, Callable[..., Any]] = {"invitations": invitations}
"""Timelines by the name that metrics call them; each takes a layout and periods."""

SPLITS = {"invitations": OF_INVITATION}
"""What rows of each timeline can be split by besides what their accounts are: traits of their own."""
