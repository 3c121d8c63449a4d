"""Questions about judgements: who is well, who may leave and why, what was lost and done, what helped."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from holdfast.web.answers import judgements as answers
from holdfast.web.reads import shapes_judged as shapes
from holdfast.web.reads.parameters import First, KnownAt, Last, Segment
from holdfast.web.reads.read import ACCOUNTS, FIGURES, Answer, Paged, Read

Days = Annotated[int, Meta(ge=1, le=3660, description="How many days.")]


class OfAccounts(Paged, frozen=True, kw_only=True):
    """Which accounts are judged, and by what was known when."""

    segment: Segment = ()
    known_at: KnownAt = None


class Leaving(OfAccounts, frozen=True, kw_only=True):
    """Within how many days they may leave."""

    days: Annotated[int, Meta(description="30, 60 or 90.")] = 90


class OfPeriod(OfAccounts, frozen=True, kw_only=True):
    """Which twelve months are looked at."""

    period: Annotated[str | None, Meta(description="The month that they end with, such as 2025-04.")] = None


class Early(OfAccounts, frozen=True, kw_only=True):
    """Which first days are looked at, and how many days after sign-up it is asked who stayed."""

    days: Days = 7
    after: Days = 90


class Returning(OfAccounts, frozen=True, kw_only=True):
    """Who signed up when, and how many days from the end of the time for activation are looked at."""

    days: Days = 28
    first: First = field(name="from", default=None)
    last: Last = field(name="to", default=None)


class Walked(OfAccounts, frozen=True, kw_only=True):
    """Within how many days of signing up stages are reached."""

    days: Days = 30


class Known(Paged, frozen=True, kw_only=True):
    """By what was known when."""

    known_at: KnownAt = None


def health(asked: OfAccounts) -> Answer:
    """The health score (K33) of every account, the least first; null where too little is known."""
    return Answer(answers.healths(asked.segment, asked.known_at), ("account_id",))


def risks(asked: Leaving) -> Answer:
    """Who is likely to leave within so many days and why, the most MRR at stake first; none if not told."""
    rows, shown, told_at = answers.chances(asked.days, asked.segment, asked.known_at)
    return Answer(rows, ("account_id",), {"telling": {"shown": shown, "told_at": told_at}})


def warnings(asked: OfAccounts) -> Answer:
    """The early warnings that are open, with the records behind each, the most MRR at stake first."""
    return Answer(answers.warnings(asked.segment, asked.known_at), ("account_id", "kind", "opened_at"))


def worth(asked: OfAccounts) -> Answer:
    """What each paying customer is still worth, with its interval; no rows where that is not told."""
    return Answer(answers.worths(asked.segment, asked.known_at), ("account_id",))


def causes(asked: OfPeriod) -> Answer:
    """Churned MRR of twelve months by cause, and the customers of today with the same signs."""
    return Answer(answers.causes(asked.period, asked.segment, asked.known_at), ("cause",))


def actions(asked: Known) -> Answer:
    """What is done about causes of loss, by whom until when, and what came of it: observed, not caused."""
    return Answer(answers.actions(asked.known_at), ("action_id",))


def behaviours(asked: Early) -> Answer:
    """What accounts did in their first days that goes with staying: observed, not caused."""
    rows = answers.behaviours(asked.days, asked.after, asked.segment, asked.known_at)
    return Answer(rows, ("number",))


def returns(asked: Returning) -> Answer:
    """How many new accounts came back on 1 to 4 days or more, criterion met or not: observed, not caused."""
    rows = answers.returns(asked.days, asked.first, asked.last, asked.segment, asked.known_at)
    return Answer(rows, ("times",))


def experiments(asked: Known) -> Answer:
    """Experiments with what each says by now, by an interval that may be looked at every day."""
    return Answer(answers.experiments(asked.known_at), ("experiment_id",))


def journeys(asked: Walked) -> Answer:
    """How far new users of each persona come, stage by stage, and where they drop."""
    return Answer(answers.journeys(asked.days, asked.segment, asked.known_at), ("persona", "stage"))


def themes(asked: OfAccounts) -> Answer:
    """What accounts spoke of in the last 30 days, beside the 30 before."""
    return Answer(answers.themes(asked.segment, asked.known_at), ("theme",))


READS = (
    Read("health", "health", ACCOUNTS, OfAccounts, shapes.Health, health),
    Read("risks", "risks", ACCOUNTS, Leaving, shapes.Risk, risks, {"telling": shapes.Telling}),
    Read("warnings", "warnings", ACCOUNTS, OfAccounts, shapes.Warning, warnings),
    Read("worth", "worth", ACCOUNTS, OfAccounts, shapes.Worth, worth),
    Read("causes", "causes", FIGURES, OfPeriod, shapes.Cause, causes),
    Read("actions", "actions", FIGURES, Known, shapes.Action, actions),
    Read("behaviours", "behaviours", FIGURES, Early, shapes.Behaviour, behaviours),
    Read("returns", "returns", FIGURES, Returning, shapes.Returned, returns),
    Read("experiments", "experiments", FIGURES, Known, shapes.Experiment, experiments),
    Read("journeys", "journeys", FIGURES, Walked, shapes.Stage, journeys),
    Read("themes", "themes", FIGURES, OfAccounts, shapes.Theme, themes),
)
