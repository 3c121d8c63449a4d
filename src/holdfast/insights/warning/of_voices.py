"""Signs that speak of what people of the account said: a severe ticket open, a low answer, no word at all."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from holdfast.insights.warning.rules import Rules
from holdfast.insights.warning.signs import signs_of
from holdfast.metrics.health.of_support import SEVERE
from holdfast.metrics.health.of_voices import scaled_answers
from holdfast.timelines.basis import FAR
from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.tickets import known_tickets

SURVEYS = ("nps", "csat", "ces2", "ces1")
CONTACTS = ("touchpoints", "tickets", "survey_responses")
"""The tables that tell of an account getting in touch."""


def severe_tickets(layout: Layout, _: Rules) -> pa.Table:
    """While a severe ticket is open."""
    rows = known_tickets(layout)
    rows = rows.filter(~rows.spam & ~rows.merged & rows.severity.lower().isin(SEVERE))
    rows = rows.filter(rows.account_id.notnull()).mutate(start_at=rows.created_at, end_at=rows.solved_at)
    return signs_of(rows, "severe_ticket", "tickets", rows.subject_id)


def low_answers(layout: Layout, rules: Rules) -> pa.Table:
    """From a low answer until the same person gives a better one to the same kind of survey."""
    given = layout.keep("answers_given", ibis.union(*[_answers(layout, kind, rules) for kind in SURVEYS]))
    low = given.filter(given.low)
    better = given.filter(~given.low).select(by="person", of="kind", better_at="answered_at")
    rows = low.left_join(
        better,
        [low.person == better.by, low.kind == better.of, better.better_at > low.answered_at],
    )
    rows = rows.group_by(["account_id", "subject_id", "answered_at", "score"]).agg(
        better_at=rows.better_at.min()
    )
    until = rows.answered_at + ibis.interval(days=rules.answer_days)
    rows = rows.mutate(
        start_at=rows.answered_at, end_at=ibis.least(ibis.coalesce(rows.better_at, FAR), until)
    )
    return signs_of(rows, "low_answer", "survey_responses", rows.subject_id, after=rows.score)


def contacts(layout: Layout) -> Any:
    """account_id, `at`, table and record of every time that someone of an account got in touch."""
    touches = layout.records["touchpoints"].filter(ibis._.direction == "in")
    tickets = known_tickets(layout).filter(~ibis._.spam)
    answers = layout.records["survey_responses"]
    found = ibis.union(
        _told(touches, "touchpoints", touches["at"], named(touches, "touchpoint_id")),
        _told(tickets, "tickets", tickets.created_at, tickets.subject_id),
        _told(answers, "survey_responses", answers.answered_at, named(answers, "response_id")),
    )
    return found.filter(found.account_id.notnull())


def _told(rows: Any, table: str, at: Any, record: Any) -> Any:
    return rows.select("account_id", at=at, table=ibis.literal(table), record=record.cast("string"))


def _answers(layout: Layout, kind: str, rules: Rules) -> Any:
    rows = scaled_answers(layout, kind)
    low = rows.above * 100 <= rows.wide * rules.low_percent
    if kind == "nps":
        low = rows.above <= rules.low_nps
    records = layout.records["survey_responses"]
    who = ibis.coalesce(records.source + ":" + records.user_id, "account:" + records.account_id)
    people = records.select(subject_id=named(records, "response_id"), person=who, score="score")
    rows = rows.mutate(low=low, kind=ibis.literal(kind)).inner_join(people, "subject_id")
    return rows.select("account_id", "subject_id", "answered_at", "kind", "person", "low", "score")
