"""One target seen whole: how it stands, what is expected, every edit; revised or dropped with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, Sentence, UsageError
from holdfast.insights.forecast import Forecast
from holdfast.metrics import Figure
from holdfast.report.forecasts import forecast_lines
from holdfast.report.look import Look
from holdfast.report.page.drawn import Drawn, over_time
from holdfast.report.page.lines import Lines
from holdfast.report.proposals import typed
from holdfast.report.workbook import Goal
from holdfast.web.answers import Standpoint, board, kept
from holdfast.web.answers.readers import do_record
from holdfast.web.answers.targets import Standing, targets_of, versions_of
from holdfast.web.dashboards.charted import as_data
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.targets.setting import FORMS, periods_ahead
from holdfast.web.targets.told import edit, told
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May
from holdfast.words import say
from holdfast.words.amounts import period_name

WHOLE = (1040, 300)
LOOKED_BACK = 18


@page(methods=FORMS, changing=May.DEFINE)
def target(view: View, target_id: str) -> HttpResponse:
    """The page of one target, and where its forms go: to revise it or drop it."""
    standing, problem = known(view, target_id), None
    if view.request.method == "POST":
        try:
            _change(view, standing, view.request.POST)
            return secured(redirect(view.link(f"/targets/{target_id}/", known=None)))
        except HoldfastError as refused:
            problem = refused
    one, look = standing.target, Look(language=view.language)
    return show(
        view,
        "targets/target.html",
        told=told(standing, view),
        target=one,
        typed=typed(one.value, one.unit),
        lines=list(forecast_lines(standing.forecast, one.unit, one.grain, standing.ahead, look)),
        charts=kept(("target", one, view.at, view.language), lambda: _charts(view, standing)),
        as_data=as_data,
        edits=[edit(each, view) for each in reversed(versions_of(one.target_id))],
        periods=periods_ahead(view, one.grain),
        asked=view.request.POST,
        problem=problem,
        may_define=view.member.may(May.DEFINE) and one.state == "open",
    )


def known(view: View, target_id: str) -> Standing:
    """The target of an address; where there is none, a page says so."""
    found = targets_of(view.known_at, dropped=True)
    standing = next((each for each in found if each.target.target_id == target_id), None)
    if standing is None:
        raise Http404(target_id)
    return standing


def _change(view: View, standing: Standing, asked: Mapping[str, str]) -> None:
    one, reason, by = standing.target, asked.get("reason", ""), view.member.email
    if "drop" in asked:
        do_record(lambda space: space.targets.drop(one.target_id, reason=reason, by=by))
        do_note(view.member, "dropped", f"target {one.metric} {one.target_id}", {"reason": reason})
        return
    told_now = {"value": typed(one.value, one.unit), "date": one.period_label, "owner": one.owner}
    changed = {name: asked[name] for name, was in told_now.items() if asked.get(name, was).strip() != was}
    if not changed:
        raise UsageError(
            Sentence("Nothing is to be revised."), hint=Sentence("Give another value, period or owner.")
        )
    do_record(lambda space: space.targets.revise(one.target_id, reason=reason, by=by, **changed))
    do_note(view.member, "revised", f"target {one.metric} {one.target_id}", {**changed, "reason": reason})


def _charts(view: View, standing: Standing) -> Sequence[Drawn]:
    """The metric so far and as it is expected, against the target; nothing where neither can be drawn."""
    one, current = standing.target, standing.current
    if current is None:
        return []
    at = Standpoint(one.grain, current.period_label, one.segment, view.known_at)
    contents = board(view.about, at, (one.metric,), shown=LOOKED_BACK)
    past = [each for each in contents.figures if each.series == current.series]
    figures = [*past, *_expected(view, standing, current)]
    if sum(each.value is not None for each in figures) < 2:
        return []
    goal = Goal(current, one.value, one.direction, one.grain, one.period_label, one.owner)
    lines = Lines(replace(contents, figures=figures, goals=[goal]), view.language)
    drawn = over_time(lines, figures, WHOLE)
    if not isinstance(standing.forecast, Forecast):
        return [drawn]
    begins = period_name(one.grain, standing.ahead[0], view.language)
    return [replace(drawn, says=[*drawn.says, say("web.targets.from", view.language, period=begins)])]


def _expected(view: View, standing: Standing, current: Figure) -> Sequence[Figure]:
    """The forecast as figures of the periods ahead: provisional, since they are not counted yet."""
    if not isinstance(standing.forecast, Forecast):
        return []
    found = []
    for step in standing.forecast.steps:
        period = view.about.calendar.period(current.grain, standing.ahead[step.ahead - 1])
        ahead = replace(
            current,
            period_label=period.label,
            period_start=period.start,
            period_end=period.end,
            value=step.value,
            low=step.low,
            high=step.high,
            n=None,
            numerator=None,
            denominator=None,
            parts=(),
            status="provisional",
        )
        found.append(ahead)
    return found
