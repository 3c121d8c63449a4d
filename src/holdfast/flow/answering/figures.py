"""Boards and explanations of a workspace: which periods, as of when, from kept or from scratch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any, TypedDict, TypeVar

from holdfast.errors import Busy, Sentence, UsageError
from holdfast.flow.keeping.refresh import is_current, kept_layout, refresh
from holdfast.flow.keeping.remembering import Memory, recalled
from holdfast.flow.knowing.held import Held
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.knowing.segmenting import resolve
from holdfast.flow.knowing.settings import SETTINGS
from holdfast.metrics import Asked, Explanation, Figure, Metric, curve_of, curves_of, explain, find, measure
from holdfast.metrics.boards import board
from holdfast.metrics.bridge import Side
from holdfast.metrics.cells import Cell
from holdfast.metrics.given import given_figures, made_by_hand, refuse_unasked, undefined
from holdfast.metrics.intervals import SMALL
from holdfast.metrics.kaplan_meier import Curve
from holdfast.metrics.listing import Listed, listed
from holdfast.periods import Period
from holdfast.rulebook import Rulebook
from holdfast.segments import PREFIX, tables_read
from holdfast.timelines.basis import FAR
from holdfast.timelines.layout import Layout, lay_out
from holdfast.warehouse import Warehouse, sufficing

T = TypeVar("T")

INSTANT = timedelta(microseconds=1)
"""What is whole up to a midnight says nothing of the day that begins then."""

SHOWN = 13
"""Periods on a board when nobody said which: a year back, so that last year's period is there."""

PATIENCE_SECONDS = 2.0
"""How long a reader waits to bring timelines up to date before it counts from scratch."""


@dataclass(frozen=True)
class Question:
    """What is asked of a workspace; None stands for what a user would expect.

    `segment` are names of segments or rules, or one alone: what is counted is in all of them. Where no
    names are, those of a role's `board` are asked for, or all. `anew` counts again what was counted
    before and still holds.
    """

    names: Sequence[str] = ()
    grain: str = "month"
    first: str | None = None
    last: str | None = None
    by: Sequence[str] = ()
    segment: str | Sequence[str] = ()
    as_of: datetime | None = None
    known_at: datetime | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    rulebook: Rulebook | None = None
    board: str = ""
    anew: bool = False
    tried: Mapping[str, Any] = field(default_factory=dict)
    """Settings, as they are kept, to count by in place of those in force."""

    @property
    def within(self) -> tuple[str, ...]:
        """The segments that everything is kept to."""
        return (self.segment,) if isinstance(self.segment, str) else tuple(self.segment)


class Seen(TypedDict, total=False):
    """From where a figure is looked at: up to what instant, as known when, by which rules."""

    as_of: datetime | None
    known_at: datetime | None
    rulebook: Rulebook | None


class Counting(Seen, total=False):
    """The same, whether what is remembered is counted again, and settings to try, as they are kept."""

    anew: bool
    tried: Mapping[str, Any]


class Desk:
    """One reading of a workspace: everything asked of it sees one state of the store."""

    def __init__(self, warehouse: Warehouse, question: Question, shown: int = SHOWN) -> None:
        self._warehouse = warehouse
        self._question = question
        self._shown = shown
        self._held = Held(warehouse)
        self._layouts: dict[Rulebook, Layout] = {}
        self.known = Knowledge(warehouse, question.known_at, tried=question.tried)
        self._watermarks = self.known.watermarks()
        if question.as_of is not None and any(question.as_of < mark for mark in self._watermarks.values()):
            self.known = replace(self.known, as_of=question.as_of)
        self.rules = question.rulebook or self.known.basis.rules
        self.segments = resolve(warehouse, question.within, question.by, question.known_at)
        self._current = self._is_plain and is_current(warehouse, self.known)

    @property
    def _is_plain(self) -> bool:
        return self.known.known_at is None and self.known.as_of is None

    def figures(self, resampled_below: int = SMALL) -> list[Figure]:
        """The board asked for, in the order of the catalogue or the names; of intervals see Asked."""
        metrics = self._metrics()
        refuse_unasked(self._question.given, metrics)
        periods = self._periods(metrics)
        found = {m.full_name: self._given(m, periods) for m in metrics if self._is_given(m)}
        found |= {m.full_name: self._undeclared(m, periods) for m in metrics if self._lacking(m)}
        counted = sorted((m for m in metrics if m.full_name not in found), key=self.as_of)
        for as_of, group in groupby(counted, key=self.as_of):
            asked = Asked(list(group), periods, self._question.by, as_of, self.segments, resampled_below)
            for figure in self._measured(asked):
                found.setdefault(figure.name, []).append(figure)
        return [figure for metric in metrics for figure in found.get(metric.full_name, ())]

    def _measured(self, asked: Asked) -> list[Figure]:
        """What was counted before and still holds, and the rest counted now."""
        if self._memory is None or len({metric.full_name for metric in asked.metrics}) < len(asked.metrics):
            return measure(asked, self._layout, self.rules)
        return recalled(asked, lambda asked: measure(asked, self._layout, self.rules), self._memory)

    @cached_property
    def _memory(self) -> Memory | None:
        """What is remembered of everybody, as known now and by the rules in force, and of nothing else."""
        plain = self._current and self.rules == self.known.basis.rules
        some = self._question.by or self._question.within
        return Memory(self._warehouse, self.known) if plain and not self._question.anew and not some else None

    def _is_given(self, metric: Metric) -> bool:
        """Whether numbers entered by hand are to be taken: one that can be counted too is, without any."""
        return bool(metric.given) and bool(self._question.given or not metric.parts)

    def _given(self, metric: Metric, periods: list[Period]) -> list[Figure]:
        return given_figures(metric, self._question.given, periods, self.known.basis.currency)

    def _lacking(self, metric: Metric) -> list[str]:
        return [need for need in metric.needs if not self.known.settings.get(need)]

    def _undeclared(self, metric: Metric, periods: list[Period]) -> list[Figure]:
        lacking = ",".join(self._lacking(metric))
        return [undefined(metric, period, f"undeclared:{lacking}") for period in periods]

    def close(self) -> None:
        """Let go of the steps that were made on the way."""
        self._held.drop()

    def explanation(self) -> Explanation:
        """The figure of one metric and period with its evidence."""
        metric, period, asked = self._single()
        return explain(metric, period, asked, self._layout, self.rules)

    def listings(self) -> list[tuple[Figure, Listed]]:
        """Each figure of the last period asked for, with the rows that count and those left out."""
        (period,) = self._periods(self._metrics())[-1:]
        figures = {figure.name: figure for figure in self.figures() if figure.period_label == period.label}
        found = []
        for metric in self._metrics():
            asked = Asked([metric], [period], self._question.by, self.as_of(metric), self.segments)
            layout = replace(self._layout(metric.rulebook(self.rules)), as_of=asked.as_of or FAR)
            found.append((figures[metric.full_name], listed(metric, layout, asked)))
        return found

    def curve(self) -> list[Figure]:
        """Every step of the curve of one survival metric and period, by segment."""
        metric, _, asked = self._single()
        return curve_of(metric, asked, self._layout, self.rules)

    def curves(self) -> tuple[Period, dict[Cell, Curve]]:
        """The period of one survival metric, and its whole curve by segment."""
        metric, period, asked = self._single()
        return period, curves_of(metric, asked, self._layout, self.rules)

    def side(self, segment: Mapping[str, str | None] | None = None) -> Side:
        """The one figure asked for, in one segment, as one side of a bridge."""
        metric, period, asked = self._single()
        return Side(metric, period, asked.as_of, self._layout, self.rules, segment or {}, self.segments)

    def _single(self) -> tuple[Metric, Period, Asked]:
        """The one metric asked for and the last period, as they are measured."""
        (metric,) = self._metrics()
        if self._is_given(metric):
            raise made_by_hand(metric)
        (period,) = self._periods([metric])[-1:]
        return metric, period, Asked([metric], [period], self._question.by, self.as_of(metric), self.segments)

    def _metrics(self) -> list[Metric]:
        metrics = [find(name) for name in self._question.names] or board(self._question.board, self.rules)
        if self._question.names:
            self._refuse_undeclared(metrics)
        return metrics

    def _refuse_undeclared(self, metrics: list[Metric]) -> None:
        for metric in metrics:
            for need in self._lacking(metric):
                command = f'holdfast settings {need} "{SETTINGS[need].example}"'
                why = Sentence("{metric} needs the setting {setting}.", metric=metric.full_name, setting=need)
                raise UsageError(why, hint=Sentence("Declare it: {command}", command=command))

    def period_labels(self) -> list[str]:
        """The periods that the figures are of, in order."""
        return [period.label for period in self._periods(self._metrics())]

    def as_of(self, metric: Metric) -> datetime:
        """The watermark of the tables that the metric reads (R19), or the instant asked for."""
        if self._is_given(metric):
            return datetime.max
        marks = [self._watermarks.get(table, datetime.min) for table in metric.reads]
        also = (*metric.also_reads, *self._grouping)
        marks += [self._watermarks[table] for table in also if table in self._watermarks]
        return min(*marks, self._question.as_of or datetime.max) if marks else datetime.min

    @property
    def _grouping(self) -> list[str]:
        """The tables that the segments asked for are told by."""
        split = [self.segments.named.get(name.removeprefix(PREFIX)) for name in self._question.by]
        rules = [*self.segments.within.values(), *(rule for rule in split if rule is not None)]
        return [table for rule in rules for table in tables_read(rule)]

    def whole_until(self, tables: Sequence[str]) -> datetime | None:
        """The instant up to which all of some tables are whole; None where nothing of them is there."""
        return min((self._watermarks[table] for table in tables if table in self._watermarks), default=None)

    def periods_until(self, newest: datetime) -> list[Period]:
        """The periods asked for that begin before an instant; those that a board shows where none are."""
        return [period for period in self._asked_periods(newest) if period.start < newest]

    @property
    def layout(self) -> Layout:
        """The timelines by the rules asked for."""
        return self._layout(self.rules)

    def _periods(self, metrics: Sequence[Metric]) -> list[Period]:
        counted = [self.as_of(metric) for metric in metrics if not self._is_given(metric)]
        now = datetime.now(UTC).replace(tzinfo=None)
        return self._asked_periods(max(counted or self._watermarks.values(), default=now))

    def _asked_periods(self, newest: datetime) -> list[Period]:
        asked, calendar = self._question, self.known.basis.calendar
        if asked.last:
            last = calendar.periods(asked.grain, asked.last, asked.last)[-1]
        elif newest == datetime.min:
            hint = Sentence("Import something: {command}", command="holdfast import --help")
            raise UsageError(Sentence("There is nothing to count yet."), hint=hint)
        else:
            last = calendar.containing(asked.grain, newest - INSTANT)
        if asked.first:
            return calendar.periods(asked.grain, asked.first, last.last_day)
        periods = [last]
        while len(periods) < (1 if asked.last else self._shown):
            periods.insert(0, calendar.previous(periods[0]))
        return periods

    def _layout(self, rules: Rulebook) -> Layout:
        if rules not in self._layouts:
            self._layouts[rules] = self._laid_out(rules)
        return self._layouts[rules]

    def _laid_out(self, rules: Rulebook) -> Layout:
        basis = replace(self.known.basis, rules=rules)
        if self._current and basis.fingerprint == self.known.basis.fingerprint:
            return replace(kept_layout(self._warehouse, self.known), basis=basis, keep=self._held)
        sources = self.known.settings["sources"]
        return lay_out(self.known.records, basis, names=self.known.names, sources=sources, keep=self._held)


def asked_of(warehouse: Warehouse, question: Question, answer: Callable[[Desk], T]) -> T:
    """Bring what is kept up to date where that is due and possible, then answer from one state."""
    if question.known_at is None:
        catch_up(warehouse)
    with warehouse.reading():
        desk = Desk(warehouse, question)
        with sufficing("this question"):
            found = answer(desk)
        desk.close()
        return found


def rebuild(warehouse: Warehouse) -> None:
    """Make every kept timeline anew from the records."""
    with warehouse.write() as writing:
        refresh(warehouse, writing, Knowledge(warehouse), whole=True)


def catch_up(warehouse: Warehouse) -> None:
    """Refresh what is kept; where another process is writing, leave it to the next reader."""
    if warehouse.read_only or is_current(warehouse, Knowledge(warehouse)):
        return
    with suppress(Busy), warehouse.write(PATIENCE_SECONDS) as writing:
        refresh(warehouse, writing, Knowledge(warehouse))
