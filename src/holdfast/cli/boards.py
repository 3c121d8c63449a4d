"""Figures as a board: asked with the earlier ones that they are compared with and drawn beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from holdfast.flow import Question, Workspace
    from holdfast.insights.targets import Target
    from holdfast.metrics import Figure
    from holdfast.periods import Period
    from holdfast.report import Line, Look

FEW_SERIES, TREND_PERIODS = 3, 13


def answers(space: Workspace, question: Question) -> list[Figure]:
    """The figures that answer exactly the question."""
    return space.kpis(**{field.name: getattr(question, field.name) for field in fields(question)})


def shown(space: Workspace, question: Question, look: Look, *, heading: bool = True) -> RenderableType:
    """The board, or few metrics over several periods as one table each."""
    from holdfast.report import Board
    from holdfast.report.series import over_time

    periods = _periods(space, question)
    figures = _with_earlier(space, question, periods)
    changes, lines = space.changes(figures), _lines(space)
    few = len({figure.series for figure in figures}) <= FEW_SERIES
    if question.names and few and len(periods) > 1:
        asked = {period.label for period in periods}
        return over_time([each for each in figures if each.period_label in asked], changes, lines, look)
    said = _heading(space, question, figures, look) if heading else ""
    return Board(figures, changes, lines, heading=said, targets=targets_of(space, question)).render(look)


def targets_of(space: Workspace, question: Question) -> list[Target]:
    """The targets for what the question keeps to, as known then."""
    every = space.targets.all(known_at=question.known_at)
    return [target for target in every if target.segment == question.within]


def with_trend(space: Workspace, question: Question) -> Question:
    """The question from a year of periods before the last one named, where no first one is."""
    if question.first or not question.last:
        return question
    first = space.calendar.periods(question.grain, question.last, question.last)[0]
    for _ in range(TREND_PERIODS - 1):
        first = space.calendar.previous(first)
    return replace(question, first=first.label)


def board_of(space: Workspace, figures: Sequence[Figure], look: Look, *, heading: str = "") -> RenderableType:
    """A board of figures that are there already."""
    from holdfast.report import Board

    return Board(figures, space.changes(figures), _lines(space), heading=heading).render(look)


def _periods(space: Workspace, question: Question) -> list[Period]:
    """The periods named; none where the workspace is to choose."""
    first, last = question.first, question.last
    if first and not last:
        last = max(answers(space, question), key=lambda figure: figure.period_end).period_label
    return space.calendar.periods(question.grain, first or last, last) if last else []


def _with_earlier(space: Workspace, question: Question, periods: Sequence[Period]) -> list[Figure]:
    """The figures of the periods, with those before them and those of a year before.

    Where a year before is far away in steps of a day, it is asked for by itself.
    """
    if not periods:
        return answers(space, question)
    calendar, first, last = space.calendar, periods[0], periods[-1]
    trend = first
    for _ in range(max(TREND_PERIODS - len(periods), 1)):
        trend = calendar.previous(trend)
    year = calendar.year_before(first)
    by_day = question.grain == "day" or question.grain.endswith("_days")
    start = trend if by_day else min(trend, year, key=lambda period: period.start)
    figures = answers(space, replace(question, first=start.label, last=last.label))
    if by_day:
        before = replace(question, first=year.label, last=calendar.year_before(last).label)
        figures = [*answers(space, before), *figures]
    return figures


def _heading(space: Workspace, question: Question, figures: Sequence[Figure], look: Look) -> str:
    """Whose board, in which money and zone, as of when and as known when."""
    from holdfast.report.phrases import with_commas
    from holdfast.words import say

    settings = space.settings(question.known_at)
    said = [space.folder.resolve().name, str(settings["currency"]), str(settings["zone"])]
    said += [say(f"board.of.{question.board}", look.language)] if question.board else []
    as_of = as_of_board(space, question, {figure.name for figure in figures})
    for key, moment in (("board.as_of", as_of), ("board.known_at", question.known_at)):
        if moment is not None:
            told = f"{space.calendar.to_local(moment):%Y-%m-%d %H:%M}"
            said.append(say(key, look.language, moment=told))
    return with_commas(said, look)


def as_of_board(space: Workspace, question: Question, names: set[str]) -> datetime | None:
    """The earliest instant up to which a table that the metrics read is whole (R19)."""
    asked = [metric for metric in space.metrics() if metric.full_name in names]
    read = {table for metric in asked for table in (*metric.reads, *metric.also_reads)}
    marks = [moment for table, moment in space.whole_until(question.known_at).items() if table in read]
    return min([*marks, *([question.as_of] if question.as_of else [])], default=None)


def _lines(space: Workspace) -> dict[str, Line]:
    from holdfast.report import Line

    return {metric.full_name: Line(metric.title, metric.family, metric.better) for metric in space.metrics()}
