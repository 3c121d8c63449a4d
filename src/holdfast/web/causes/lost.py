"""Churned MRR by cause: bars, the areas to improve, and the accounts of one cause with their records."""

from __future__ import annotations

from django.http import HttpResponse

from holdfast.errors import unknown
from holdfast.insights.causes.taxonomy import CAUSES
from holdfast.web.answers.causes import causes_of
from holdfast.web.causes.told import account_told, areas_told, unnamed_told
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.web.workspaces.roles import May
from holdfast.words.amounts import amount, date, percent

MOST = 50
YEAR = "trailing_12_months"


@page(noted=False)
def areas(view: View) -> HttpResponse:
    """The causes by what was lost for them, inside the page of causes or alone; of one, its accounts."""
    cause, found = cause_of(view), causes_of(view.at)
    unexplained = None if found.unexplained is None else percent(found.unexplained, view.language)
    mine = {
        name: [each for each in rows if each.cause == cause]
        for name, rows in (("lost", found.losses), ("staked", found.at_stake))
        if cause
    }
    return show(
        view,
        "causes/areas.html",
        cause=cause,
        areas=list(areas_told(found, view.language)),
        total=amount(found.total, found.unit, view.language),
        unexplained=unexplained,
        unnamed=unnamed_told(found, view.language),
        at=date(view.about.calendar.local_day(found.at), view.language),
        evidence=[
            (name, len(rows), [account_told(each, found.unit, view) for each in rows[:MOST]])
            for name, rows in mine.items()
            if rows
        ],
        year=YEAR,
        may_define=may_add(view),
    )


def cause_of(view: View) -> str:
    """The cause that the address names, or none; raises UsageError for one that there is not."""
    cause = view.request.GET.get("cause", "")
    if cause and cause not in CAUSES:
        raise unknown("cause", cause, CAUSES)
    return cause


def may_add(view: View) -> bool:
    """Whether the member may say what is done: nothing is changed in what was known earlier."""
    return view.member.may(May.DEFINE) and view.known_at is None
