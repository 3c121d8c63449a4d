"""Questions put to customers again and again: each as a series of its waves (C29)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question, Seen, asked_of
from holdfast.metrics import Figure, find
from holdfast.metrics.waves import Answered, Wave, place, series
from holdfast.periods import Calendar
from holdfast.timelines.answers import responses
from holdfast.warehouse import Warehouse

ASKED = ("nps", "csat", "ces")
RATE = "survey_response_rate"


def waves_of(
    warehouse: Warehouse, names: Sequence[str] = (), **seen: Unpack[Seen]
) -> dict[str, list[list[Wave]]]:
    """By metric its series, each of one survey on one scale: their waves, the oldest first.

    Raises UsageError for a metric that is no answer of customers.
    """
    asked = [_question(name) for name in names or ASKED]
    told = asked_of(warehouse, Question(tuple(asked), **seen), lambda desk: _answered(desk, asked))
    if not told:
        return {}
    calendar = asked_of(warehouse, Question(), lambda desk: desk.known.basis.calendar)
    figures = [
        *_figures(warehouse, (*asked, RATE), _all_at_once(calendar, told), named=True, seen=seen),
        *_figures(warehouse, (*asked, RATE), _by_month(calendar, told), named=False, seen=seen),
    ]
    rates = {(place(f), f.period_label): f for f in figures if f.name == RATE and f.n}
    return {name: series(name, figures, rates, told) for name in asked}


def _question(name: str) -> str:
    metric = find(name)
    if "survey" not in metric.of_columns or metric.full_name == RATE:
        raise UsageError(f"{name} is not what customers answer.", hint=f"Such as {', '.join(ASKED)}.")
    return metric.full_name


def _answered(desk: Desk, names: Sequence[str]) -> Answered:
    """When each wave of each survey was answered first and last, by the answers that the metrics see."""
    as_of = max(desk.as_of(find(name)) for name in names)
    told = responses(replace(desk.layout, as_of=as_of))
    found = told.group_by(["survey", "wave"]).agg(first=told.answered_at.min(), last=told.answered_at.max())
    rows = found.to_pyarrow().to_pylist()
    return {(row["survey"], row["wave"]): (row["first"], row["last"]) for row in rows}


def _all_at_once(calendar: Calendar, told: Answered) -> tuple[str, str, str]:
    """A period that all waves lie in, as grain, first and last label."""
    first, last = min(each for each, _ in told.values()), max(each for _, each in told.values())
    begins, ends = calendar.containing("month", first).first_day, calendar.containing("month", last).first_day
    months = (ends.year - begins.year) * 12 + ends.month - begins.month + 1
    label = calendar.containing(f"trailing_{months}_months", last).label
    return f"trailing_{months}_months", label, label


def _by_month(calendar: Calendar, told: Answered) -> tuple[str, str, str] | None:
    """The months in which surveys without waves were answered; None where there is no such survey."""
    alone = [span for (_, wave), span in told.items() if wave is None]
    if not alone:
        return None
    ends = min(first for first, _ in alone), max(last for _, last in alone)
    first, last = (calendar.containing("month", end).label for end in ends)
    return "month", first, last


def _figures(
    warehouse: Warehouse,
    names: Sequence[str],
    span: tuple[str, str, str] | None,
    *,
    named: bool,
    seen: Seen,
) -> list[Figure]:
    if span is None:
        return []
    grain, first, last = span
    question = Question(tuple(names), grain, first, last, **seen)
    figures = asked_of(warehouse, question, lambda desk: desk.figures())
    return [figure for figure in figures if bool(figure.of.get("wave")) is named]
