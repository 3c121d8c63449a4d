"""Alerts and their episodes: what waits for an outcome, what is watched for, and a form to watch for more."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, Sentence, UsageError
from holdfast.metrics import CATALOG
from holdfast.report.look import Look
from holdfast.report.phrases import title_text
from holdfast.web.alerts.episodes import Wanted, do_acknowledge, do_set, do_stop, unit_of
from holdfast.web.alerts.judging import CHANGE, SIDES, TARGET, THRESHOLD
from holdfast.web.alerts.models import Alert, Episode
from holdfast.web.alerts.telling import said
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.pages.view import GRAINS
from holdfast.web.workspaces.models import Member
from holdfast.web.workspaces.roles import May
from holdfast.words import say
from holdfast.words.amounts import amount

FORMS = frozenset({"GET", "HEAD", "POST"})
LISTED = 60


@page(methods=FORMS, changing=May.NOTE)
def alerts(view: View) -> HttpResponse:
    """The page, and where its forms go: to say what came of an episode, to watch, to watch no more."""
    problem = None
    if view.request.method == "POST":
        try:
            _change(view)
            return secured(redirect(view.link("/alerts/")))
        except HoldfastError as refused:
            problem = refused
    episodes = Episode.objects.select_related("alert", "acked_by")
    look = Look(language=view.language)
    return show(
        view,
        "alerts/alerts.html",
        waiting=list(episodes.filter(acked_at=None)),
        done=list(episodes.exclude(acked_at=None).order_by("-acked_at")[:LISTED]),
        watched=list(Alert.objects.filter(stopped_at=None).prefetch_related("to")),
        said=lambda each: said(each, view.language),
        called=lambda each: called(each, view.language, view.about.currency),
        at=lambda moment: moment.astimezone(UTC).replace(tzinfo=None),
        sides=SIDES,
        metrics=[
            (name, title_text(name, look, each.title))
            for name, each in CATALOG.items()
            if not each.variant and not each.of_columns
        ],
        grains=GRAINS,
        members=list(Member.objects.filter(is_active=True)),
        asked=view.request.POST,
        problem=problem,
        may_watch=view.member.may(May.DEFINE),
        may_answer=view.member.may(May.NOTE),
    )


def called(alert: Alert, language: str, currency: str) -> str:
    """What an alert watches for, in words."""
    said_so = say(f"alert.side.{alert.side}", language)
    if alert.kind == TARGET:
        return f"{say('web.nav.targets', language)}: {said_so}"
    title = CATALOG[alert.about].title if alert.about in CATALOG else alert.about
    name = title_text(alert.about, Look(language=language), title)
    if not alert.bound:
        return f"{name}: {said_so}"
    return f"{name}: {said_so} {amount(Decimal(alert.bound), unit_of(alert.about, currency), language)}"


def _change(view: View) -> None:
    """What a form says; watching takes more than saying what came of it."""
    asked, by = view.request.POST, view.member
    if number := asked.get("acknowledge", ""):
        do_acknowledge(_number(number), asked.get("outcome", ""), by=by)
        return
    if not by.may(May.DEFINE):
        raise UsageError(Sentence("Analysts, admins and owners set alerts."))
    if number := asked.get("stop", ""):
        do_stop(_number(number), by=by)
        return
    kind, _, side = asked.get("side", "").partition(" ")
    chosen = [_number(each) for each in asked.getlist("to")]
    wanted = Wanted(
        kind=kind,
        about="" if kind == TARGET else asked.get("metric", ""),
        side=side,
        bound=asked.get("bound", "") if kind == THRESHOLD else "",
        unit=unit_of(asked.get("metric", ""), view.about.currency),
        grain=asked.get("of_grain", "month"),
        segment=view.at.segment if kind in {THRESHOLD, CHANGE} else (),
        quiet_hours=_number(asked.get("quiet", "24")),
    )
    do_set(wanted, list(Member.objects.filter(pk__in=chosen, is_active=True)), by=by)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(Sentence("{text!r} is no number.", text=text), hint=Sentence("A whole number."))
    return int(text)
