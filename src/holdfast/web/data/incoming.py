"""What came in, from whom, what is under way, and a form for a file to come in too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from holdfast.cli.options import instant
from holdfast.errors import HoldfastError, Sentence, UsageError, unknown
from holdfast.tables import TABLES, template
from holdfast.web.answers import arriving, findings
from holdfast.web.answers.arriving import Origin
from holdfast.web.jobs.claims import JobFacts, do_enqueue, lately
from holdfast.web.jobs.schedules import PULL, PULL_NOW
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.uploads import IMPORT, REPLAY, Sent, do_take_file
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May

FORMS = frozenset({"GET", "HEAD", "POST"})
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SETTLING = timedelta(seconds=3)
"""Pages see what a job recorded so long after its end, at most."""


PULLS = (PULL, PULL_NOW)
KINDS = (IMPORT, REPLAY, *PULLS)


@dataclass(frozen=True)
class Work:
    """A job about data as it is shown: of a file or a source, and why it failed where it did."""

    kind: str
    about: str
    state: str
    at: datetime
    problem: str


@dataclass(frozen=True)
class Pulled:
    """A source, when it was pulled last, when it will be, and why the last attempt failed."""

    origin: Origin
    last: datetime | None
    coming: datetime | None
    problem: str


@page(without_data=True, methods=FORMS, changing=May.DEFINE)
def incoming(view: View) -> HttpResponse:
    """The page, and where its form goes: a file to import, or a source to pull now."""
    problem = None
    if view.request.method == "POST":
        try:
            _pull(view) if "source" in view.request.POST else _take(view)
            return secured(redirect(view.link("/data/")))
        except HoldfastError as refused:
            problem = refused
    told, pulls = arriving(_minute()), lately(PULLS, timezone.now() - WEEK)
    return show(
        view,
        "data/incoming.html",
        told=told,
        works=_works(),
        busy=_busy(),
        sources=[_pulled(each, pulls) for each in told.origins],
        tables=tuple(TABLES),
        asked=view.request.POST,
        problem=problem,
        may_send=view.member.may(May.DEFINE),
    )


@page(without_data=True, noted=False)
def under_way(view: View) -> HttpResponse:
    """The list of work alone, asked for again and again; the page is to be loaded anew when all is done."""
    response = show(view, "data/works.html", works=_works(), busy=_busy())
    if not _busy():
        response["HX-Refresh"] = "true"
    return response


@page(without_data=True)
def checks(view: View) -> HttpResponse:
    """What is wrong with the records, and what to do about it."""
    return show(view, "data/checks.html", findings=findings())


@page(without_data=True)
def template_csv(view: View) -> HttpResponse:
    """An empty file for a table, its columns explained."""
    name = view.request.GET.get("table") or next(iter(TABLES))
    response = HttpResponse(template(name), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return secured(response)


def sent_file(files: Mapping[str, Any], name: str) -> Sent:
    """The file of a form; raises UsageError where none was chosen."""
    found = files.get(name)
    if not isinstance(found, UploadedFile):
        raise UsageError(Sentence("No file was chosen."), hint=Sentence("Choose a file first."))
    return Sent(found.name or "", found.chunks())


def _take(view: View) -> None:
    asked, files = view.request.POST, view.request.FILES
    mapping = files.get("mapping")
    do_take_file(
        sent_file(files, "file"),
        asked.get("table", ""),
        mapping=mapping.read().decode("utf-8", errors="replace") if isinstance(mapping, UploadedFile) else "",
        complete="complete" in asked,
        through=instant(asked.get("through") or None, "through", view.about.calendar),
        by=view.member,
    )


def _pull(view: View) -> None:
    """Have a source pulled now, once a minute at most; it is pulled in its turn besides."""
    source = view.request.POST["source"]
    now = timezone.now()
    known = [each.name for each in arriving(_minute()).origins if each.is_asked]
    if source not in known:
        raise unknown("source", source, known)
    do_enqueue(PULL_NOW, {"source": source}, due_at=now, once=f"{PULL_NOW} {source}@{now:%Y-%m-%dT%H:%MZ}")
    do_note(view.member, "pulled", source)


def _works() -> Sequence[Work]:
    """Files sent and sources pulled that are under way or failed lately."""
    now = timezone.now()
    found = [each for each in lately(KINDS, now - DAY) if _is_told(each, now)]
    return [
        Work(each.kind, _about(each), each.state, each.ended_at or each.begun_at or each.due_at, each.problem)
        for each in found
    ]


def _is_told(job: JobFacts, now: datetime) -> bool:
    return job.state != "done" and not _rests(job, now)


def _rests(job: JobFacts, now: datetime) -> bool:
    """A pull whose turn has not come."""
    return job.kind == PULL and not job.problem and job.due_at > now


def _busy() -> bool:
    """Whether anything is under way, or ended so lately that pages may not see it yet."""
    now = timezone.now()
    return any(
        each.ended_at > now - SETTLING if each.ended_at else not _rests(each, now)
        for each in lately(KINDS, now - SETTLING)
    )


def _about(job: JobFacts) -> str:
    return str(job.facts["source"] if job.kind in PULLS else job.facts["file"].partition("/")[2])


def _pulled(origin: Origin, pulls: Sequence[JobFacts]) -> Pulled:
    own = [each for each in pulls if each.facts.get("source") == origin.name]
    last = max((each.ended_at for each in own if each.state == "done" and each.ended_at), default=None)
    coming = [each for each in own if not each.ended_at]
    return Pulled(
        origin,
        last.astimezone(UTC).replace(tzinfo=None) if last else origin.heard_at,
        min((each.due_at.astimezone(UTC).replace(tzinfo=None) for each in coming), default=None),
        next((each.problem for each in own if each.problem and each.state != "done"), ""),
    )


def _minute() -> datetime:
    """The minute that it is, as records tell time."""
    return datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)
