"""What customers answered and wrote, answer by answer, the newest first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import ibis
import pyarrow as pa

from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.segments import Moments, members
from holdfast.timelines.answers import responses
from holdfast.warehouse import Warehouse

TOLD = (
    "response_id",
    "answered_at",
    "kind",
    "survey_id",
    "score",
    "scale_min",
    "scale_max",
    "comment",
    "answer",
)


@dataclass(frozen=True)
class Voices:
    """Answers to surveys given before an instant: the columns of `TOLD`, and account_id and account."""

    before: datetime
    rows: pa.Table


def voices(warehouse: Warehouse, question: Question, before: datetime) -> Voices:
    """Every answer but our own, of the accounts in all of the question's segments just before an instant."""
    return asked_of(warehouse, question, lambda desk: _voices(desk, before))


def _voices(desk: Desk, before: datetime) -> Voices:
    layout = replace(desk.layout, as_of=before)
    rows = responses(layout)
    rows = rows.filter(rows.left_out.isnull())
    moments = Moments.at([(before, before)], layout.basis.calendar)
    for rule in desk.segments.within.values():
        rows = rows.semi_join(members(rule, moments, layout), "account_id")
    named = layout.accounts.select(who="account_id", account="name")
    told = rows.left_join(named, rows.account_id == named.who).select(*TOLD, "account_id", "account")
    return Voices(before, told.order_by([ibis.desc("answered_at"), "response_id"]).to_pyarrow())
