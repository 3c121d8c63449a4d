"""One segment: who is in it, who came and went, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from holdfast.cli.options import instant
from holdfast.errors import HoldfastError
from holdfast.report.page.spark import spark
from holdfast.report.rows import as_csv
from holdfast.web.answers.about import INSTANT
from holdfast.web.answers.readers import do_record
from holdfast.web.answers.segments import Members, Segment, Turnover, members_of, segments_of, turnover_of
from holdfast.web.answers.targets import targets_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.segments.building import FORMS, paid
from holdfast.web.segments.cells import Seen, seen
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May
from holdfast.words.amounts import date

LISTED = 100


@dataclass(frozen=True)
class Moved:
    """Who is in a segment at one of two instants and not at the other, between which days."""

    since: str
    until: str
    entered: Seen
    left: Seen


@page(methods=FORMS, changing=May.DEFINE)
def segment(view: View, segment: str) -> HttpResponse:
    """The page of one segment, and where its only form goes: to let it go."""
    found = known(view, segment)
    if view.request.method == "POST":
        do_record(lambda space: space.segments.drop(segment))
        do_note(view.member, "dropped", f"segment {segment}", {"rule": str(found.rule)})
        return secured(redirect(view.link("/segments/", known=None)))
    moment = _moment(view, "on") or view.about.closing(view.at.grain, view.at.period)
    told, problem = _inside(view, segment, moment)
    turnover = [] if problem else turnover_of(view.about, view.at, segment)
    return show(
        view,
        "segments/segment.html",
        segment=found,
        problem=problem,
        at=_day(view, moment - INSTANT),
        on=view.request.GET.get("on", ""),
        seen=seen(told.rows, LISTED, view.language) if told else None,
        paid=paid(view, told) if told else "",
        turnover=list(reversed(turnover)),
        trend=spark([each.closing for each in turnover]) if len(turnover) > 1 else "",
        days={each.period.label: _days(view, each) for each in turnover},
        moved=_moved(view, segment) if not problem else None,
        targets=[each for each in targets_of(view.known_at) if segment in each.target.segment],
        others=[each.name for each in segments_of(view.known_at) if each.name != segment],
        defined=_day(view, found.defined_at) if found.defined_at else "",
        may_define=view.member.may(May.DEFINE),
    )


@page()
def members_csv(view: View, segment: str) -> HttpResponse:
    """Every member with the facts that the rule read, as `holdfast segments show` writes them."""
    known(view, segment)
    moment = _moment(view, "on") or view.about.closing(view.at.grain, view.at.period)
    rows = members_of(view.at, segment, moment).rows
    response = HttpResponse(
        as_csv(rows.to_pylist(), rows.column_names), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="members.csv"'
    return secured(response)


def known(view: View, name: str) -> Segment:
    """The segment of an address; where there is none, a page says so."""
    found = next((each for each in segments_of(view.known_at) if each.name == name), None)
    if found is None:
        raise Http404(name)
    return found


def _inside(view: View, name: str, moment: datetime) -> tuple[Members | None, HoldfastError | None]:
    """The members, or why they cannot be had any more."""
    try:
        return members_of(view.at, name, moment), None
    except HoldfastError as refused:
        return None, refused


def _moved(view: View, name: str) -> Moved | None:
    """Who entered and who left between the ends of two days, where the address names them."""
    since, until = _moment(view, "since"), _moment(view, "until")
    if since is None or until is None:
        return None
    before, after = (members_of(view.at, name, each).rows for each in (since, until))
    return Moved(
        _day(view, since - INSTANT),
        _day(view, until - INSTANT),
        seen(_apart(after, before), LISTED, view.language),
        seen(_apart(before, after), LISTED, view.language),
    )


def _apart(rows: pa.Table, others: pa.Table) -> pa.Table:
    """Members that are not among others."""
    inside = pc.is_in(rows["account_id"], value_set=others["account_id"].combine_chunks())
    return rows.filter(pc.invert(inside))


def _days(view: View, each: Turnover) -> tuple[str, str]:
    """The last day before a period and its last day with data, as an address says them."""
    until = view.about.closing(each.period.grain, each.period.label)
    since, last = (view.about.calendar.local_day(end - INSTANT) for end in (each.period.start, until))
    return since.isoformat(), last.isoformat()


def _moment(view: View, name: str) -> datetime | None:
    """The end of a day that the address names."""
    return instant(view.request.GET.get(name) or None, name, view.about.calendar)


def _day(view: View, moment: datetime) -> str:
    return date(view.about.calendar.local_day(moment), view.language)
