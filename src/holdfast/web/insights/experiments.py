"""Experiments: each with its verdict, and one seen whole: its plan, its arms, what it says by now."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpResponse

from holdfast.web.answers.about import INSTANT
from holdfast.web.answers.trying import Experiment, arms_of, experiments_of, reading_of
from holdfast.web.insights.files import as_file
from holdfast.web.insights.readings import told
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.words import say
from holdfast.words.amounts import date, percent, signed

PLACE = "/insights/experiments/"
ARMS = ("account_id", "arm")


@page()
def experiments(view: View) -> HttpResponse:
    """What experiments are for, at once; their verdicts come to stand in it."""
    return show(view, "insights/experiments.html", some=bool(experiments_of(view.known_at)))


@page(noted=False)
def readings(view: View) -> HttpResponse:
    """Every experiment with what it says as the data end, the newest first."""
    every = experiments_of(view.known_at)
    rows = [(each, told(reading_of(each.experiment_id, view.known_at), view)) for each in every]
    return show(view, "insights/readings.html", rows=rows)


@page()
def experiment(view: View, experiment_id: str) -> HttpResponse:
    """One as it was said before it began; what it says by now comes to stand in it."""
    found = known(view, experiment_id)
    return show(
        view,
        "insights/experiment.html",
        one=found,
        begun=_day(view, found.started_at),
        ends=_day(view, found.ends_at - INSTANT),
        days=(found.ends_at - found.started_at).days,
        who=found.rule,
        share=percent(found.share, view.language),
        least="" if found.least is None else signed(found.least, "share", view.language),
    )


@page(noted=False)
def reading(view: View, experiment_id: str) -> HttpResponse:
    """What one says as the data end: its verdict, its arms, its intervals."""
    found = known(view, experiment_id)
    now = told(reading_of(found.experiment_id, view.known_at), view)
    head = say("experiment.head", view.language, name=found.name, verdict=now.verdict)
    return show(view, "insights/reading.html", one=found, now=now, head=head)


@page()
def arms_csv(view: View, experiment_id: str) -> HttpResponse:
    """Whom to do it for and whom not, as `holdfast experiment arms` writes them."""
    found = known(view, experiment_id)
    arms = sorted(arms_of(found.experiment_id).items())
    rows = [{"account_id": account, "arm": arm} for account, arm in arms]
    return as_file(rows, ARMS, "arms.csv")


def known(view: View, experiment_id: str) -> Experiment:
    """The experiment of an address; where there is none, a page says so."""
    every = experiments_of(view.known_at)
    found = next((each for each in every if each.experiment_id == experiment_id), None)
    if found is None:
        raise Http404(experiment_id)
    return found


def _day(view: View, moment: datetime) -> str:
    return date(view.about.calendar.local_day(moment), view.language)
