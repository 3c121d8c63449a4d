"""Every segment with its rule, how many accounts are in it and what they pay."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse

from holdfast.errors import HoldfastError
from holdfast.web.answers.about import INSTANT
from holdfast.web.answers.segments import Segment, members_of, segments_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.web.segments.building import paid
from holdfast.web.workspaces.roles import May
from holdfast.words.amounts import date, number


@dataclass(frozen=True)
class Told:
    """One segment as a row; `problem` says why its accounts cannot be counted, where they cannot."""

    segment: Segment
    accounts: str = ""
    mrr: str = ""
    defined: str = ""
    problem: str = ""


@page()
def segments(view: View) -> HttpResponse:
    """The list of segments as they stand just before the period ends."""
    moment = view.about.closing(view.at.grain, view.at.period)
    return show(
        view,
        "segments/segments.html",
        rows=[_told(view, each) for each in segments_of(view.known_at)],
        at=date(view.about.calendar.local_day(moment - INSTANT), view.language),
        may_define=view.member.may(May.DEFINE),
    )


def _told(view: View, each: Segment) -> Told:
    defined = date(view.about.calendar.local_day(each.defined_at), view.language) if each.defined_at else ""
    try:
        found = members_of(view.at, each.name, view.about.closing(view.at.grain, view.at.period))
    except HoldfastError as refused:
        return Told(each, defined=defined, problem=refused.message)
    return Told(each, number(found.rows.num_rows, view.language), paid(view, found), defined)
