"""Figures as pages show them: with their changes, targets, movements and cohorts, as a report's contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from holdfast.flow import Question, Workspace
from holdfast.flow.dashboard import COHORTS_SHOWN, MOVEMENTS, goals
from holdfast.metrics import CATALOG, Figure
from holdfast.report.workbook import Contents, Stamp
from holdfast.web.answers.about import INSTANT, About
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import SHOWN, Standpoint

COHORT_GRAINS = {"week", "month", "quarter", "year"}


@answer
def board(
    space: Workspace,
    told: About,
    at: Standpoint,
    names: tuple[str, ...] = (),
    *,
    role: str = "",
    by: tuple[str, ...] = (),
    shown: int = SHOWN,
    moved: bool = False,
) -> Contents:
    """The figures named, or those of a role's board, or all, over the periods up to the one looked at.

    With `moved` also what moved MRR over them.
    """
    asked = {
        "grain": at.grain,
        "first": at.first(told.calendar, shown),
        "last": at.period,
        "segment": at.segment,
        "known_at": at.known_at,
    }
    figures = space.kpis(names, by=by, board=role, **asked)  # type: ignore[arg-type]
    movements = space.kpis(MOVEMENTS, **asked) if moved else []  # type: ignore[arg-type]
    last = [figure for figure in figures if at.shows(figure)]
    targets = space.targets.all(known_at=at.known_at)
    return Contents(
        stamp=stamp_of(space, told, at),
        metrics=CATALOG,
        figures=figures,
        changes=space.changes(figures),
        formulas=_formulas(space, figures),
        movements=movements,
        goals=goals(targets, set(at.segment), last) if last else [],
    )


@answer
def cohorts(
    space: Workspace, told: About, at: Standpoint, kinds: tuple[str, ...]
) -> Mapping[str, Sequence[Figure]]:
    """Each kind of cohort begun in the periods up to the one looked at; days and trailing ones by month."""
    calendar = told.calendar
    grain = at.grain if at.grain in COHORT_GRAINS else "month"
    last = calendar.containing(grain, calendar.period(at.grain, at.period).end - INSTANT).label
    first = Standpoint(grain, last).first(calendar, COHORTS_SHOWN)
    seen = {"grain": grain, "first": first, "last": last, "segment": at.segment, "known_at": at.known_at}
    return {kind: space.cohorts(kind, **seen) for kind in kinds}  # type: ignore[arg-type]


@answer
def curve(space: Workspace, at: Standpoint) -> list[Figure]:
    """Every step of the survival curve of the period looked at."""
    asked = Question(
        names=("survival",),
        grain=at.grain,
        first=at.period,
        last=at.period,
        segment=at.segment,
        known_at=at.known_at,
    )
    return space.curve(asked)


def stamp_of(space: Workspace, told: About, at: Standpoint) -> Stamp:
    """Whose figures these are, as of when and as known when."""
    local = told.calendar.to_local
    return Stamp(
        workspace=told.name,
        title="",
        report_id="",
        grain=at.grain,
        period_label=at.period,
        as_of=local(told.whole_until) if told.whole_until else None,
        known_at=local(at.known_at or told.recorded_until or datetime.min),
        made_at=local(datetime.now(UTC).replace(tzinfo=None)),
        by=None,
        zone=told.zone,
        currency=told.currency,
        rulebook=told.rulebook,
        rules=space.rulebook().as_mapping(),
    )


def _formulas(space: Workspace, figures: Sequence[Figure]) -> dict[str, str]:
    """The formulas of composed metrics over the names of their parts."""
    found = {name: space.formula(name) for name in dict.fromkeys(figure.name for figure in figures)}
    return {name: text for name, text in found.items() if text}
