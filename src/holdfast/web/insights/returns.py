"""How likely new accounts are to come back again: a bar for who met the criterion, one for who did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse

from holdfast.insights.behaviours.returning import share
from holdfast.report.look import Look
from holdfast.report.returns import COLUMNS, cells_of, criteria, heading, notes, returns_as_rows
from holdfast.web.answers.returning import DAYS, Returns, returns_of
from holdfast.web.answers.ruling import settings_in_force
from holdfast.web.insights.asked import whole
from holdfast.web.insights.files import as_file
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import said, show

RETURNING = "returning"


@dataclass(frozen=True)
class Side:
    """One side of a row: its share as a bar, in words, and its interval; no bar where nobody is there."""

    bar: float | None
    share: str
    bounds: str


@dataclass(frozen=True)
class Row:
    """At least so many days, for those that met the criterion and for the others, and the difference."""

    times: str
    met: Side
    not_met: Side
    difference: str


@page(noted=False)
def returns(view: View) -> HttpResponse:
    """The chances of a first to a fourth return, or that there is no criterion to tell accounts apart by."""
    if not settings_in_force()["activation"]:
        return show(view, "insights/returns.html", declared=False)
    found = _found(view)
    return show(
        view,
        "insights/returns.html",
        declared=True,
        heading=heading(found, view.language),
        rows=list(_rows(found, Look(language=view.language))),
        criterion=said(view.language, "returns.criterion", criterion=criteria(found)),
        notes=notes(found, view.language),
        csv=view.link("/insights/behaviours/returns.csv", **{RETURNING: view.request.GET.get(RETURNING)}),
    )


@page()
def returns_csv(view: View) -> HttpResponse:
    """The same as `holdfast behaviours returns --format csv` writes it."""
    return as_file(returns_as_rows(_found(view)), COLUMNS, "returns.csv")


def _found(view: View) -> Returns:
    last = view.at.period if view.request.GET.get("period") else None
    return returns_of(whole(view.request.GET, RETURNING, DAYS), last, view.at.segment, view.known_at)


def _rows(found: Returns, look: Look) -> Iterator[Row]:
    cells = cells_of(found, look)
    for place, each in enumerate(found.found):
        yield Row(
            cells["times"][place],
            Side(share(each.met), cells["met"][place], cells["met_bounds"][place]),
            Side(share(each.others), cells["not_met"][place], cells["not_met_bounds"][place]),
            cells["difference"][place],
        )
