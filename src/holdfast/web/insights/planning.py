"""An experiment is planned: what it could show is seen before it begins, and then it is begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, Sentence, UsageError
from holdfast.web.answers.trying import Plan, do_begin, plan_of
from holdfast.web.insights.asked import whole
from holdfast.web.insights.experiments import PLACE
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May
from holdfast.words.amounts import date, number, percent, signed

FORMS = frozenset({"GET", "HEAD", "POST"})
DAYS, SHARE = 60, 50
FIELDS = ("within", "days", "share", "least")


@dataclass(frozen=True)
class Wanted:
    """What a form says: of whom, how long, what share is held out, what would be worth having."""

    within: str
    days: int
    share: float
    least: float | None

    @property
    def segment(self) -> tuple[str, ...]:
        """The segments that those who take part are in."""
        return (self.within,) if self.within else ()


@dataclass(frozen=True)
class Told:
    """What an experiment could show; `too_small` where less is hoped for than would mostly be found."""

    accounts: str = ""
    control: str = ""
    days: str = ""
    day: str = ""
    stayed: str = ""
    detectable: str = ""
    least: str = ""
    too_small: bool = False
    problem: HoldfastError | None = None


@page(methods=FORMS, changing=May.DEFINE)
def new_experiment(view: View) -> HttpResponse:
    """The form beside what would be seen, and where it goes: accounts are held out from then on."""
    posted = view.request.method == "POST"
    asked, problem = view.request.POST if posted else view.request.GET, None
    if posted:
        try:
            return secured(redirect(view.link(f"{PLACE}{_begun(view, asked)}/", known=None)))
        except HoldfastError as refused:
            problem = refused
    within = asked.get("within", view.at.segment[0] if view.at.segment else "")
    chosen = {"within": within, "days": asked.get("days", str(DAYS)), "share": asked.get("share", str(SHARE))}
    chosen["least"] = asked.get("least", "")
    return show(
        view,
        "insights/new.html",
        chosen=chosen,
        name=asked.get("name", ""),
        plan=view.link(f"{PLACE}plan/", **chosen),
        problem=problem,
        may_define=view.member.may(May.DEFINE),
    )


@page(noted=False)
def plan(view: View) -> HttpResponse:
    """What would be seen, alone: asked for with every change of the form."""
    try:
        wanted = wanted_of(view.request.GET)
        found = _told(plan_of(wanted.segment, wanted.days, wanted.share), wanted, view)
    except HoldfastError as refused:
        found = Told(problem=refused)
    return show(view, "insights/plan.html", plan=found)


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """What a form says; raises UsageError for what cannot be."""
    share, least = whole(asked, "share", SHARE), asked.get("least", "").strip()
    return Wanted(
        asked.get("within", "").strip(),
        whole(asked, "days", DAYS),
        share / 100,
        None if not least else _points(least),
    )


def _points(text: str) -> float:
    """A difference in points as a share."""
    try:
        value = float(text) / 100
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise UsageError(
            Sentence("A difference cannot be {text!r}.", text=text),
            hint=Sentence("Points of percent, such as 3."),
        )
    return value


def _begun(view: View, asked: Mapping[str, str]) -> str:
    """Begin it; its id."""
    wanted = wanted_of(asked)
    made = do_begin(
        asked.get("name", ""),
        wanted.segment,
        wanted.days,
        wanted.share,
        wanted.least,
        view.member.email,
    )
    facts = {"within": wanted.within, "days": wanted.days, "held out": made.share, "least": made.least}
    do_note(
        view.member,
        "began",
        f"experiment {made.name}",
        {name: str(each) for name, each in facts.items() if each},
    )
    return made.experiment_id


def _told(found: Plan, wanted: Wanted, view: View) -> Told:
    language, least = view.language, found.detectable
    return Told(
        accounts=number(found.accounts, language),
        control=number(found.control, language),
        days=number(found.days, language),
        day=date(view.about.calendar.local_day(found.verdict_at), language),
        stayed="" if found.stayed is None else percent(found.stayed, language),
        detectable="" if least is None else signed(least, "share", language).lstrip("+"),
        least="" if wanted.least is None else signed(wanted.least, "share", language).lstrip("+"),
        too_small=wanted.least is not None and least is not None and wanted.least < least,
    )
