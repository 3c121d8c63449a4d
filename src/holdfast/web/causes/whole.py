"""The page of causes: what was lost and why, and what is done about it, added and ended here."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError
from holdfast.insights.causes.taxonomy import CAUSES
from holdfast.web.answers.causes import Plan, results_of
from holdfast.web.answers.readers import do_record
from holdfast.web.causes.lost import cause_of, may_add
from holdfast.web.causes.told import doing_told
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.targets.setting import metrics_of_boards
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May

FORMS = frozenset({"GET", "HEAD", "POST"})
PAGE = "/insights/causes/"
FIRST = "customer_churn_rate"


@page(methods=FORMS, changing=May.DEFINE)
def causes(view: View) -> HttpResponse:
    """The causes, come by themselves, and the actions; posted to, it adds one or ends one."""
    cause, problem, asked = cause_of(view), None, view.request.POST
    if view.request.method == "POST":
        try:
            _change(view, asked)
            return secured(redirect(f"{view.link(PAGE, known=None, cause=cause)}#actions"))
        except HoldfastError as refused:
            problem = refused
    return show(
        view,
        "causes/causes.html",
        cause=cause,
        causes=CAUSES,
        metrics=list(metrics_of_boards(view.language)),
        chosen={"cause": cause, "metric": FIRST, "owner": view.member.email, **asked.dict()},
        problem=problem,
        may_define=may_add(view),
    )


@page(noted=False)
def doing(view: View) -> HttpResponse:
    """The actions with what came of each, inside the page of causes or alone."""
    return show(
        view,
        "causes/doing.html",
        cause=cause_of(view),
        doing=[doing_told(each, view) for each in results_of(view.known_at)],
        may_define=may_add(view),
    )


def _change(view: View, asked: Mapping[str, str]) -> None:
    if "ends" in asked:
        _end(view, asked["ends"], asked.get("word", ""), dropped="drop" in asked)
    else:
        _add(view, asked)


def _add(view: View, asked: Mapping[str, str]) -> None:
    within = asked.get("within", "")
    plan = Plan(
        asked.get("title", ""),
        asked.get("cause", ""),
        asked.get("metric", ""),
        asked.get("due", ""),
        segment=(within,) if within else (),
    )
    owner, by = asked.get("owner", ""), view.member.email
    made = do_record(lambda space: space.actions.add(plan, owner=owner, by=by))
    facts = {"cause": made.cause, "metric": made.metric, "owner": made.owner, "due": str(made.due_on)}
    do_note(view.member, "added", f"action {made.title} {made.action_id}", facts)


def _end(view: View, action_id: str, word: str, *, dropped: bool) -> None:
    by = view.member.email
    if dropped:
        made = do_record(lambda space: space.actions.drop(action_id, word=word, by=by))
    else:
        made = do_record(lambda space: space.actions.done(action_id, word=word, by=by))
    did = "dropped" if dropped else "finished"
    do_note(view.member, did, f"action {made.title} {made.action_id}", {"word": word})
