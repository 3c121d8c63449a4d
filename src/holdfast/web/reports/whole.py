"""One report opened: its figures as it showed them, what became of them, its files, who else may see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, UsageError
from holdfast.report.page.drawn import OVER_TIME, Drawn
from holdfast.report.page.lines import Lines
from holdfast.web.answers import kept
from holdfast.web.answers.about import About
from holdfast.web.answers.reports import Report, again, file_of, shown, since
from holdfast.web.dashboards.charted import as_data, chart_of
from holdfast.web.dashboards.downloads import CSV, XLSX
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.reports.bridges import moved
from holdfast.web.reports.listed import FORMS
from holdfast.web.reports.sharing import DAYS, do_revoke, do_share, path_of, shares_of
from holdfast.web.reports.told import told
from holdfast.web.workspaces.roles import May

CHARTS = 4
HTML = "text/html; charset=utf-8"
FILES = {"xlsx": XLSX, "csv": CSV, "html": HTML}


@page(methods=FORMS, changing=May.DEFINE)
def report(view: View, report_id: str) -> HttpResponse:
    """The page of one report, and where its forms go: to share it, and to share it no longer."""
    found, problem = known(view.about, report_id), None
    if view.request.method == "POST":
        try:
            _change(view, found.report_id)
            return secured(redirect(view.link(f"/reports/{found.report_id}/") + "#shares"))
        except HoldfastError as refused:
            problem = refused
    absolute = view.request.build_absolute_uri
    return show(
        view,
        "reports/report.html",
        **inside(view.about, report_id, view.language),
        exact=_exact(found),
        shares=[(each, absolute(path_of(each))) for each in shares_of(found.report_id)],
        days=DAYS,
        problem=problem,
        may_share=view.member.may(May.DEFINE),
    )


@page()
def counted_again(view: View, report_id: str) -> HttpResponse:
    """The drawer that says whether a report comes out the same when it is counted again."""
    found, counted, problem = known(view.about, report_id), None, None
    try:
        counted = again(found.report_id)
    except UsageError as differs:
        problem = differs
    named = told(found, None, view.language)
    return show(view, "reports/again.html", told=named, again=counted, problem=problem)


@page()
def moved_since(view: View, report_id: str) -> HttpResponse:
    """The drawer that leads from each figure of a report that is another now to that of today."""
    found = known(view.about, report_id)
    bridges = list(moved(since(found.report_id), view.language))
    return show(view, "reports/since.html", told=told(found, None, view.language), bridges=bridges)


@page()
def report_file(view: View, report_id: str, form: str) -> HttpResponse:
    """A report to take away: the workbook, its figures, or a page that stands by itself."""
    found = known(view.about, report_id)
    if form not in FILES:
        raise Http404(form)
    response = HttpResponse(file_of(found.report_id, form, view.file_language), content_type=FILES[form])
    name = f"holdfast-{found.question.last}-{found.report_id[:12]}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return secured(response)


def known(about: About, report_id: str) -> Report:
    """The report of an address; where there is none, a page says so."""
    try:
        return shown(about, report_id)[0]
    except UsageError as problem:
        raise Http404(problem.message) from problem


def inside(about: About, report_id: str, language: str) -> dict[str, Any]:
    """What a report showed, in one language: its facts, charts and tables; nothing of it is counted."""
    found, contents = shown(about, report_id)
    lines = Lines(contents, language)
    return {
        "told": told(found, None, language),
        "stamp": contents.stamp,
        "families": list(lines.families()),
        "charts": kept(("report", report_id, language), lambda: list(_charts(lines))),
        "as_data": as_data,
    }


def _charts(lines: Lines) -> Iterator[Drawn]:
    """The headline figures over the periods of the report, or the first that it has."""
    names = list(dict.fromkeys(each.name for each in lines.contents.figures))
    ordered: Sequence[str] = [*(each for each in OVER_TIME if each in names), *names]
    drawn = 0
    for name in dict.fromkeys(ordered):
        for chart in chart_of(name, lines):
            yield chart
            drawn += 1
        if drawn >= CHARTS:
            return


def _exact(found: Report) -> dict[str, str | Sequence[str]]:
    """What an address says to stand where the report stood."""
    asked = found.question
    return {
        "grain": asked.grain,
        "period": asked.last or "",
        "segment": asked.within,
        "known": f"{found.known_at.isoformat()}Z",
    }


def _change(view: View, report_id: str) -> None:
    asked = view.request.POST
    if revoked := asked.get("revoke", ""):
        do_revoke(report_id, int(revoked) if revoked.isdecimal() else 0, by=view.member)
        return
    days = asked.get("days", "")
    do_share(report_id, int(days) if days.isdecimal() else 0, whom=asked.get("whom", ""), by=view.member)
