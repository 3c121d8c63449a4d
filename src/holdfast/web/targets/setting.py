"""A target is set: metric and period are chosen, two values proposed, one of them taken or another given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, Sentence, UsageError, unknown
from holdfast.metrics import CATALOG, find
from holdfast.metrics.boards import BOARDS
from holdfast.periods import Period
from holdfast.report.forecasts import forecast_lines
from holdfast.report.look import Look
from holdfast.report.phrases import title_text
from holdfast.report.proposals import because, reasons, typed
from holdfast.web.answers.readers import do_record
from holdfast.web.answers.targets import Aim, Proposal, proposal_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.pages.view import GRAINS
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.roles import May
from holdfast.words.amounts import amount

FORMS = frozenset({"GET", "HEAD", "POST"})
DIRECTIONS = ("higher", "lower")
AHEAD = 13
FIRST = "net_revenue_retention"
OWN = "own"


@dataclass(frozen=True)
class Offer:
    """One proposed value: as a person types it, as it is shown, and where it comes from."""

    kind: str
    value: str
    shown: str
    because: str


@dataclass(frozen=True)
class Proposed:
    """A proposal with its reasoning, or why there is none."""

    offers: Sequence[Offer] = ()
    reasons: Sequence[str] = ()
    expected: Sequence[str] = ()
    unit: str = ""
    problem: HoldfastError | None = None


@dataclass(frozen=True)
class Chosen:
    """What the form's first half says: of which metric, for which period, of whom, which side is good."""

    metric: str
    grain: str
    date: str
    segment: str
    direction: str
    periods: Sequence[Period] = field(default=(), compare=False)

    @property
    def needs_direction(self) -> bool:
        """Whether neither side of the metric is better by itself."""
        return find(self.metric).better == "context"

    @property
    def aim(self) -> Aim:
        """What is aimed at."""
        direction = self.direction if self.direction in DIRECTIONS and self.needs_direction else None
        return Aim(self.metric, self.date, self.grain, (self.segment,) if self.segment else (), direction)  # type: ignore[arg-type]


@page(methods=FORMS, changing=May.DEFINE)
def new_target(view: View) -> HttpResponse:
    """The form, and where it goes."""
    posted = view.request.method == "POST"
    asked = view.request.POST if posted else view.request.GET
    chosen, problem = chosen_of(view, asked), None
    if posted:
        try:
            return secured(redirect(view.link(f"/targets/{_set(view, chosen, asked)}/", known=None)))
        except HoldfastError as refused:
            problem = refused
    return show(
        view,
        "targets/new.html",
        chosen=chosen,
        proposed=proposed(view, chosen),
        metrics=list(metrics_of_boards(view.language)),
        grains=GRAINS,
        asked=asked,
        problem=problem,
        may_define=view.member.may(May.DEFINE),
    )


@page(noted=False)
def proposal(view: View) -> HttpResponse:
    """The periods to choose from and the proposal alone: asked for with every change of what is aimed at."""
    chosen = chosen_of(view, view.request.GET)
    return show(view, "targets/proposal.html", chosen=chosen, proposed=proposed(view, chosen), asked={})


def chosen_of(view: View, asked: Mapping[str, str]) -> Chosen:
    """What a form says; raises UsageError for a metric or a grain that there is not."""
    metric, grain = asked.get("metric") or FIRST, asked.get("of_grain") or "month"
    find(metric.partition("[")[0])
    if grain not in GRAINS:
        raise unknown("grain", grain, GRAINS)
    periods = periods_ahead(view, grain)
    date = asked.get("date", "")
    if date not in {each.label for each in periods}:
        date = periods[-1].label if grain != "month" else periods[min(5, len(periods) - 1)].label
    return Chosen(metric, grain, date, asked.get("within", ""), asked.get("direction", "higher"), periods)


def periods_ahead(view: View, grain: str) -> Sequence[Period]:
    """The periods that a target may be due in, the nearest first."""
    calendar, until = view.about.calendar, view.about.whole_until
    if until is None:
        raise UsageError(Sentence("There is nothing to aim from yet."), hint="holdfast import --help")
    found = [calendar.containing(grain, until)]
    while len(found) < AHEAD:
        found.append(calendar.following(found[-1]))
    return found


def proposed(view: View, chosen: Chosen) -> Proposed:
    """What is proposed for what was chosen."""
    try:
        found = proposal_of(chosen.aim)
    except HoldfastError as refused:
        return Proposed(problem=refused)
    look = Look(language=view.language)
    return Proposed(
        list(_offers(found, look)),
        list(reasons(found, look)),
        list(forecast_lines(found.forecast, found.unit, chosen.grain, found.ahead, look)),
        found.unit,
    )


def _offers(found: Proposal, look: Look) -> Iterator[Offer]:
    for kind, value in (("cautious", found.cautious), ("ambitious", found.ambitious)):
        shown = amount(value, found.unit, look.language)
        yield Offer(kind, typed(value, found.unit), shown, because(found, kind, look))


def _set(view: View, chosen: Chosen, asked: Mapping[str, str]) -> str:
    """Set the target; its id."""
    value = asked.get("own", "") if asked.get("value", OWN) == OWN else asked["value"]
    owner = asked.get("owner", "").strip() or view.member.name
    reason = asked.get("reason", "").strip() or None
    by = view.member.email
    made = do_record(lambda space: space.targets.set(chosen.aim, value, owner=owner, reason=reason, by=by))
    about = {"value": str(made.value), "period": made.period_label, "owner": owner}
    do_note(view.member, "set", f"target {made.metric} {made.target_id}", about)
    return made.target_id


def metrics_of_boards(language: str) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """The metrics of the roles' boards, each once, by the first board that has it."""
    look, seen = Look(language=language), set[str]()
    for board, names in BOARDS.items():
        fresh = [name for name in names if name not in seen and not CATALOG[name].of_columns]
        seen.update(fresh)
        if fresh:
            yield board, [(name, title_text(name, look, CATALOG[name].title)) for name in fresh]
