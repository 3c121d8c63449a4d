"""What programs ask about judgements: the questions of the shell, answered as its own rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from holdfast.cli.options import instant
from holdfast.flow import Workspace
from holdfast.report.actions import results_as_rows
from holdfast.report.behaviours import COLUMNS, behaviours_as_rows
from holdfast.report.causes import causes_as_rows
from holdfast.report.experiments import readings_as_rows
from holdfast.report.health import healths_as_rows
from holdfast.report.journeys import journeys_as_rows
from holdfast.report.returns import returns_as_rows
from holdfast.report.risk import risks_as_rows
from holdfast.report.themes import themes_as_rows
from holdfast.report.warning import now_as_rows
from holdfast.report.worth import worths_as_rows
from holdfast.web.answers.readers import answer

Rows = Sequence[Mapping[str, Any]]
Within = tuple[str, ...]


@answer
def healths(space: Workspace, segment: Within, known_at: str | None) -> Rows:
    """Everyone's health at the data end."""
    return healths_as_rows(space.health.scores(segment=segment, known_at=_known(space, known_at)))


@answer
def chances(
    space: Workspace, days: int, segment: Within, known_at: str | None
) -> tuple[Rows, bool, datetime | None]:
    """Who is likely to leave, whether that is shown, and when it was told, which is last for everybody."""
    last = None if segment or known_at else space.told_risks(days)
    found = last[1] if last else space.risks(days, segment=segment, known_at=_known(space, known_at))
    return risks_as_rows(found), found.is_shown, last[0].told_at if last else None


@answer
def warnings(space: Workspace, segment: Within, known_at: str | None) -> Rows:
    """Open warnings, the accounts with most MRR at stake first."""
    return now_as_rows(space.warnings.now(segment=segment, known_at=_known(space, known_at)))


@answer
def worths(space: Workspace, segment: Within, known_at: str | None) -> Rows:
    """What paying customers are still worth."""
    return worths_as_rows(space.worth(segment=segment, known_at=_known(space, known_at)))


@answer
def causes(space: Workspace, period: str | None, segment: Within, known_at: str | None) -> Rows:
    """Churned MRR by cause over the twelve months that end with a period."""
    return causes_as_rows(space.causes(period=period, segment=segment, known_at=_known(space, known_at)))


@answer
def actions(space: Workspace, known_at: str | None) -> Rows:
    """Actions with what came of each."""
    return results_as_rows(space.actions.results(known_at=_known(space, known_at)))


@answer
def behaviours(space: Workspace, days: int, after: int, segment: Within, known_at: str | None) -> Rows:
    """What accounts did early that goes with staying."""
    found = space.behaviours(days, after, segment=segment, known_at=_known(space, known_at))
    return [dict.fromkeys(COLUMNS) | row for row in behaviours_as_rows(found)]


@answer
def returns(
    space: Workspace,
    days: int,
    first: str | None,
    last: str | None,
    segment: Within,
    known_at: str | None,
) -> Rows:
    """How many new accounts came back so often, activation criterion met or not."""
    known = _known(space, known_at)
    return returns_as_rows(space.returns(days, first=first, last=last, segment=segment, known_at=known))


@answer
def experiments(space: Workspace, known_at: str | None) -> Rows:
    """Every experiment with what it says by now."""
    known = _known(space, known_at)
    every = space.experiments.all(known)
    return readings_as_rows([space.experiments.read(each.experiment_id, known_at=known) for each in every])


@answer
def journeys(space: Workspace, days: int, segment: Within, known_at: str | None) -> Rows:
    """How far new users of each persona come, stage by stage."""
    return journeys_as_rows(space.journeys(days, segment=segment, known_at=_known(space, known_at)))


@answer
def themes(space: Workspace, segment: Within, known_at: str | None) -> Rows:
    """What several accounts spoke of in the last 30 days."""
    return themes_as_rows(space.themes(segment=segment, known_at=_known(space, known_at)))


def _known(space: Workspace, known_at: str | None) -> datetime | None:
    return instant(known_at, "known_at", space.calendar)
