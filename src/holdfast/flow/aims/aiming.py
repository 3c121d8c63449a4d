"""What a target is for: a metric, segments and a period ahead, with the past to judge it by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.errors import Sentence, UsageError
from holdfast.flow.published.histories import History
from holdfast.insights.bounds import bounds_of
from holdfast.insights.forecast import SEASONS, Forecast, TooLittle, forecast
from holdfast.insights.targets import Direction
from holdfast.metrics import Figure
from holdfast.periods import Period


@dataclass(frozen=True)
class Aim:
    """What is aimed at: the figure of `metric` for the period of `grain` that `date` names.

    `date` is a label or a day in the period, `segment` the names or rules that it is kept to.
    `direction` is needed where neither way of the metric is better by itself.
    """

    metric: str
    date: str
    grain: str = "month"
    segment: tuple[str, ...] = ()
    direction: Direction | None = None


def direction_of(past: History, given: Direction | None) -> Direction:
    """The side that is good: the one given, else the one the catalogue names; UsageError without either."""
    better = past.metric.better
    if given is not None:
        return given
    if better == "context":
        raise UsageError(
            Sentence("Of {metric} neither more nor less is better by itself.", metric=past.metric.full_name),
            hint=Sentence("Say which way: --direction higher or --direction lower."),
        )
    return better


def due_of(past: History, grain: str, date: str) -> Period:
    """The period that a target is due in; raises UsageError where it is over in the records."""
    due = past.calendar.periods(grain, date, date)[-1]
    if due.end <= past.as_of:
        through = f"{past.calendar.to_local(past.as_of):%Y-%m-%d}"
        raise UsageError(
            Sentence("{period} is over: the records are whole up to {day}.", period=due.label, day=through),
            hint=Sentence("A target lies ahead; name a later period."),
        )
    return due


def periods_ahead(past: History, last: Figure, due: Period) -> list[str]:
    """The periods after the last settled one up to the one due; none where that is behind."""
    if due.start <= last.period_start:
        return []
    return [each.label for each in past.calendar.periods(due.grain, last.period_label, due.label)][1:]


def outlook(past: History, history: Sequence[Figure], ahead: int) -> Forecast | TooLittle:
    """The forecast from the settled figures, with a gap for each period between them that has none."""
    values = {each.period_label: float(each.value) for each in history if each.value is not None}
    first, last = history[0].period_start, history[-1].period_start
    spanned = [each.period_label for each in past.figures if first <= each.period_start <= last]
    series = [values.get(label) for label in spanned]
    season = SEASONS.get(history[-1].grain)
    return forecast(series, ahead, bounds=bounds_of(past.metric), season=season)
