"""Every report that was kept, those that are being made, and a form to make another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from holdfast.errors import HoldfastError
from holdfast.metrics import CATALOG
from holdfast.metrics.boards import BOARDS
from holdfast.report.look import Look
from holdfast.report.phrases import title_text
from holdfast.web.answers.reports import reports_kept
from holdfast.web.jobs.claims import JobFacts, lately
from holdfast.web.making import REPORT, Wanted, do_ask
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.reports.sharing import shared_now
from holdfast.web.reports.told import told
from holdfast.web.workspaces.roles import May

FORMS = frozenset({"GET", "HEAD", "POST"})
DAY, SETTLING = timedelta(days=1), timedelta(seconds=3)
"""How long a failure is told, and how soon after its end a page may not see yet what a job made."""

LISTED = 60
PERIODS = (1, 13, 25)
CHOSEN = "chosen"


@page(methods=FORMS, changing=May.DEFINE)
def reports(view: View) -> HttpResponse:
    """The page, and where its form goes."""
    problem = None
    if view.request.method == "POST":
        try:
            do_ask(_wanted(view), by=view.member)
            return secured(redirect(view.link("/reports/")))
        except HoldfastError as refused:
            problem = refused
    every = "all" in view.request.GET
    kept = reports_kept()
    found = [told(*each, view.language) for each in (kept if every else kept[:LISTED])]
    return show(
        view,
        "reports/reports.html",
        rows=found,
        count=len(kept),
        shared=shared_now(),
        boards=tuple(BOARDS),
        families=list(_families(view.language)),
        chosen=CHOSEN,
        lengths=PERIODS,
        asked=view.request.POST,
        ticked=view.request.POST.getlist("name"),
        problem=problem,
        may_make=view.member.may(May.DEFINE),
        **_under_way(),
    )


@page(noted=False)
def being_made(view: View) -> HttpResponse:
    """The reports under way alone, asked for again and again; the page is loaded anew when all are there."""
    state = _under_way()
    response = show(view, "reports/works.html", **state)
    if not state["busy"]:
        response["HX-Refresh"] = "true"
    return response


def _under_way() -> dict[str, object]:
    """Reports that are being made or could not be, and whether one is so new that pages may not see it."""
    now = timezone.now()
    jobs = lately((REPORT,), now - DAY)
    busy = any(each.ended_at is None or each.ended_at > now - SETTLING for each in jobs)
    return {"works": [_work(each) for each in jobs if each.state != "done"], "busy": busy}


def _work(job: JobFacts) -> dict[str, object]:
    now = timezone.now()
    seconds = (now - job.begun_at).total_seconds() if job.begun_at and job.state == "running" else 0
    name = job.facts["title"] or job.facts["last"]
    return {"name": name, "state": job.state, "seconds": round(seconds), "problem": job.problem}


def _wanted(view: View) -> Wanted:
    """What the form asks for, from where the page stands."""
    asked, at = view.request.POST, view.at
    board = asked.get("board", "")
    length = asked.get("periods", "")
    shown = int(length) if length.isdecimal() and int(length) in PERIODS else PERIODS[1]
    return Wanted(
        grain=at.grain,
        first=at.first(view.about.calendar, shown),
        last=at.period,
        title=asked.get("title", "").strip(),
        board="" if board == CHOSEN else board,
        names=tuple(asked.getlist("name")) if board == CHOSEN else (),
        segment=at.segment,
    )


def _families(language: str) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """The KPIs to choose from, by family; no variants, and none that is asked with a number of its own."""
    look, found = Look(language=language), dict[str, list[tuple[str, str]]]()
    for name, metric in CATALOG.items():
        if not metric.variant and not metric.of_columns:
            found.setdefault(metric.family, []).append((name, title_text(name, look, metric.title)))
    yield from found.items()
