"""The past of one metric, as targets and goals look at it: one figure a period, as it was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question, catch_up
from holdfast.flow.published.publishing import as_published
from holdfast.metrics import Figure, Metric, find
from holdfast.periods import Calendar
from holdfast.warehouse import Warehouse

LOOKED_BACK = 36
"""Periods of history that are looked at, at most."""


@dataclass(frozen=True)
class History:
    """One metric over time: `figures` in order, one a period, up to the data's end at `as_of`."""

    metric: Metric
    figures: tuple[Figure, ...]
    as_of: datetime
    calendar: Calendar
    currency: str

    @property
    def unit(self) -> str:
        """The unit of the figures; the currency for money."""
        return self.currency if self.metric.unit == "money" else self.metric.unit


@dataclass(frozen=True)
class Line:
    """Of what a history is wanted: a metric as it is asked for, the grain and the segments it is kept to."""

    metric: str
    grain: str
    segment: tuple[str, ...] = ()


def history_of(warehouse: Warehouse, line: Line, known_at: datetime | None = None) -> History:
    """The figures of one line, over as many periods as are looked back on.

    Raises UsageError where the metric needs a setting that is not declared, for a segment that there is not,
    and where it is counted apart by a dimension of its own that the name leaves open.
    """
    (found,) = histories(warehouse, [line], known_at)
    return found


def histories(warehouse: Warehouse, lines: Sequence[Line], known_at: datetime | None = None) -> list[History]:
    """The histories of several lines in their order; those of one grain and segment in one pass."""
    if known_at is None:
        catch_up(warehouse)
    found: dict[int, History] = {}
    with warehouse.reading():
        for places in _together(lines):
            found |= _counted(warehouse, {place: lines[place] for place in places}, known_at)
    return [found[place] for place in range(len(lines))]


def _together(lines: Sequence[Line]) -> list[list[int]]:
    """The places of lines that one question can ask; a metric of one own dimension stands alone."""
    groups: dict[object, list[int]] = {}
    for place, line in enumerate(lines):
        alone = line.metric if "[" in line.metric else ""
        groups.setdefault((line.grain, line.segment, alone), []).append(place)
    return list(groups.values())


def _counted(
    warehouse: Warehouse, lines: Mapping[int, Line], known_at: datetime | None
) -> dict[int, History]:
    first = next(iter(lines.values()))
    names = tuple(dict.fromkeys(line.metric for line in lines.values()))
    asked = Question(names, first.grain, segment=first.segment, known_at=known_at)
    desk = Desk(warehouse, asked, shown=LOOKED_BACK)
    basis, metrics = desk.known.basis, {name: find(name) for name in names}
    for name, metric in metrics.items():
        if desk.as_of(metric) == datetime.min:
            hint = f"Import {', '.join(metric.reads)} first."
            raise UsageError(f"There is nothing to count {name} from yet.", hint=hint)
    figures = desk.figures() if known_at is not None else as_published(warehouse, desk.figures())
    desk.close()
    return {
        place: History(
            metric=metrics[line.metric],
            figures=tuple(_of_line(figures, line, metrics[line.metric])),
            as_of=desk.as_of(metrics[line.metric]),
            calendar=basis.calendar,
            currency=basis.currency,
        )
        for place, line in lines.items()
    }


def _of_line(figures: Sequence[Figure], line: Line, metric: Metric) -> list[Figure]:
    """One figure a period: of a metric counted apart the one that has a value."""
    own = metric.of[0] if metric.of_columns or len(metric.of) == 1 else {}
    named = [each for each in figures if each.name == metric.full_name]
    mine = [each for each in named if all(str(each.of.get(key)) == str(own[key]) for key in own)]
    by_period: dict[str, Figure] = {}
    for figure in mine:
        there = by_period.get(figure.period_label)
        if there is not None and there.value is not None and figure.value is not None:
            dimension = ", ".join(metric.of_columns or tuple(metric.of[0]))
            hint = f"Ask for one of them: {_one_of(mine, metric)}"
            raise UsageError(f"{line.metric} is counted apart by {dimension}.", hint=hint)
        if there is None or there.value is None:
            by_period[figure.period_label] = figure
    return sorted(by_period.values(), key=lambda each: each.period_start)


def _one_of(figures: Sequence[Figure], metric: Metric) -> str:
    latest = max((each for each in figures if each.value is not None), key=lambda each: each.period_start)
    own = ",".join(f"{key}={value}" for key, value in latest.of.items())
    return f"{metric.full_name}[{own}]"
