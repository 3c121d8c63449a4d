"""How far new users of each persona come: a bar for each stage, and where a persona differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse

from holdfast.report.journeys import (
    COLUMNS,
    against_text,
    bounds_text,
    days_text,
    heading,
    journeys_as_rows,
    notes,
    persona_text,
    share_text,
    stage_text,
    way,
)
from holdfast.report.look import Look
from holdfast.web.answers.ruling import settings_in_force
from holdfast.web.answers.walking import DAYS, Journeys, journeys_of
from holdfast.web.insights.asked import whole
from holdfast.web.insights.files import as_file
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.words.amounts import number


@dataclass(frozen=True)
class Row:
    """A stage as it is told; `bar` is the share of those at the stage before that went on."""

    stage: str
    bar: float
    share: str
    bounds: str
    dropped: str
    days: str
    against: str


@page()
def journeys(view: View) -> HttpResponse:
    """What is asked, at once; the stages come to stand in it, where there are any."""
    return show(
        view,
        "insights/journeys.html",
        days=_days(view),
        declared=_declared(),
        stages=_link(view, "stages/"),
        csv=_link(view, "all.csv"),
    )


@page(noted=False)
def stages(view: View) -> HttpResponse:
    """The stages of each persona, the largest first and the unknown last."""
    if not _declared():
        return show(view, "insights/stages.html", declared=False)
    found = _found(view)
    return show(
        view,
        "insights/stages.html",
        declared=True,
        heading=heading(found, view.language),
        way=way(found, view.language),
        personas=[_persona(found, each, view.language) for each in found.personas],
        notes=notes(found, view.language),
    )


@page()
def journeys_csv(view: View) -> HttpResponse:
    """The stages as `holdfast journeys --format csv` writes them."""
    return as_file(journeys_as_rows(_found(view)), COLUMNS, "journeys.csv")


def _persona(found: Journeys, persona: str | None, language: str) -> tuple[str, str, list[Row]]:
    started = number(found.passage(persona, 1).started, language)
    return persona_text(persona, language), started, list(_rows(found, persona, Look(language=language)))


def _rows(found: Journeys, persona: str | None, look: Look) -> Iterator[Row]:
    for each in found.passages:
        if each.persona == persona:
            yield Row(
                stage_text(found, each.number, look.language),
                each.conversion or 0.0,
                share_text(each, look),
                bounds_text(each, look),
                number(each.dropped, look.language),
                days_text(each, look),
                against_text(each, look.language),
            )


def _declared() -> bool:
    settings = settings_in_force()
    return bool(settings["journey"] or settings["onboarding"])


def _days(view: View) -> int:
    return whole(view.request.GET, "days", DAYS)


def _found(view: View) -> Journeys:
    last = view.at.period if view.request.GET.get("period") else None
    return journeys_of(_days(view), last, view.at.segment, view.known_at)


def _link(view: View, below: str) -> str:
    return view.link(f"/insights/journeys/{below}", days=view.request.GET.get("days"))
