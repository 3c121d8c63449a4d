"""A report as a person reads of it: what it is of, when it was made, by whom, and on what it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.metrics import CATALOG
from holdfast.report.look import Look
from holdfast.report.phrases import title_text
from holdfast.web.answers.reports import Report
from holdfast.words import say
from holdfast.words.amounts import period_name

NAMED = 3
"""Metrics that the name of a report lists; the others are counted."""


@dataclass(frozen=True)
class Told:
    """One report as lists have it; instants are naive UTC."""

    id: str
    name: str
    of: str
    period: str
    within: str
    kind: str
    reason: str
    made_at: datetime
    by: str
    as_of: datetime | None
    known_at: datetime
    rulebook: str


def told(report: Report, as_of: datetime | None, language: str) -> Told:
    """What a list says of a report."""
    asked, of = report.question, _of(report, language)
    period = period_name(asked.grain, asked.last, language) if asked.last else ""
    return Told(
        id=report.report_id,
        name=report.title if report.kind == "shown" and report.title else of,
        of=of,
        period=period[:1].upper() + period[1:],
        within=" · ".join(asked.within),
        kind=report.kind,
        reason=report.reason or "",
        made_at=report.made_at,
        by=report.by or "",
        as_of=as_of,
        known_at=report.known_at,
        rulebook=report.rulebook.version,
    )


def _of(report: Report, language: str) -> str:
    """What it shows: a role's board, the metrics that were named, or all of them."""
    asked = report.question
    if asked.board:
        return say(f"web.board.{asked.board}", language)
    names = [name.partition("[")[0] for name in asked.names]
    if not names:
        return say("web.reports.whole", language)
    look = Look(language=language)
    titles = [title_text(each, look, CATALOG[each].title if each in CATALOG else each) for each in names]
    more = f" +{len(titles) - NAMED}" if len(titles) > NAMED else ""
    return " · ".join(titles[:NAMED]) + more
