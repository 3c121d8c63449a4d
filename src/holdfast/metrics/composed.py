"""Metrics composed of others: a value of several parts, each counted over a timeline of its own.

A composed metric names its parts, which are plain metrics, and is a function of their values.
From the parts follow its value, why it is undefined, its interval and its evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

import numpy as np

from holdfast.metrics.asked import Asked, blank_figure, with_data
from holdfast.metrics.catalog import Evidence, Metric, metric
from holdfast.metrics.cells import Cell
from holdfast.metrics.counting import count, laid_rows, pooled, together
from holdfast.metrics.figure import Figure
from holdfast.metrics.fused import Sums
from holdfast.metrics.intervals import SMALL
from holdfast.metrics.joint import Composed, Drawn, Evaluate, Moments, drawn_by_cell, joint_interval
from holdfast.metrics.term import Term
from holdfast.periods import Period
from holdfast.rulebook import Rulebook
from holdfast.timelines.basis import FAR, Basis
from holdfast.timelines.layout import Layout

Layouts = Callable[[Rulebook], Layout]
Cells = Mapping[Cell, Sums]
NOT_ALLOCATED = "not_allocated"


class Undefined(Exception):
    """A value that cannot be told; its message is the reason."""


@dataclass(frozen=True)
class Parts:
    """The parts of one figure, as the function of a composed metric reads them.

    `of["arpa"]` is a part's value: an exact fraction or, where chance draws accounts again, one
    number for each draw. Raises Undefined with the part's own reason where it has none.
    """

    sums: Mapping[str, tuple[Any, Any]]
    reasons: Mapping[str, str]
    metrics: Mapping[str, Metric]
    basis: Basis
    days: int
    exact: bool = True

    def __getitem__(self, name: str) -> Any:
        if name in self.reasons:
            raise Undefined(self.reasons[name])
        numerator, denominator = self.sums[name]
        return numerator if denominator is None else self.over(numerator, denominator, name)

    def over(self, numerator: Any, denominator: Any, name: str = "", reason: str = "") -> Any:
        """A quotient; where nothing is to divide by, undefined with `reason` or that of part `name`."""
        if self.exact and denominator == 0:
            raise Undefined(reason or (self.metrics[name].empty if name else "empty_denominator"))
        return numerator / denominator

    def setting(self, name: str) -> Any:
        """A number that the workspace has settled, or None."""
        value = getattr(self.basis, name)
        return None if value is None else Fraction(value) if self.exact else float(value)


def least(value: Any, limit: Any) -> Any:
    """The lesser of a part's value, or of each of its draws, and a limit."""
    if isinstance(value, Term):
        return value.at_most(limit)
    return np.minimum(value, limit) if isinstance(value, np.ndarray) else min(value, limit)


def part(name: str, variant: str = "", **declared: Any) -> Callable[[Callable[..., Evidence]], Metric]:
    """Declare a metric that is only a part of others and stands in no catalogue.

    One with `allocated=False` counts rows that belong to no account. One without an interval
    is held as it is where chance draws accounts again.
    """
    return metric(name, variant, catalog={}, **{"better": "context", "family": "", "reads": (), **declared})


def composed(
    name: str, variant: str = "", *, parts: tuple[Metric, ...], **declared: Any
) -> Callable[[Callable[[Parts], Any]], Metric]:
    """Declare a composed metric: the decorated function takes the values of the parts.

    It gives the value, or a numerator and a denominator of which the value is the quotient.
    `settled` names, by setting, the parts that are not counted where the setting is made.
    """
    timeline = ", ".join(dict.fromkeys(each.timeline for each in parts))
    return metric(name, variant, parts=parts, timeline=timeline, **declared)


def parts_counted(metric: Metric, basis: Basis) -> list[Metric]:
    """The parts of a metric that are counted from records, under the settings made."""
    made = {setting for setting in metric.settled if getattr(basis, setting) is not None}
    spared = {name for setting in made for name in metric.settled[setting]}
    return [each for each in metric.parts if each.full_name not in spared]


@dataclass(frozen=True)
class _Counting:
    """What the parts of some composed metrics add up to under one rulebook."""

    layout: Layout
    asked: Asked
    cells: dict[str, Cells] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    totals: set[str] = field(default_factory=set)


def composed_figures(
    metrics: Sequence[Metric], asked: Asked, layouts: Layouts, rules: Rulebook
) -> Iterator[tuple[str, list[Figure]]]:
    """The figures of composed metrics; a part that several of them share is counted once."""

    def ruled(metric: Metric) -> str:
        return repr(sorted(metric.rules.items()))

    for _, group in groupby(sorted(metrics, key=ruled), key=ruled):
        members = list(group)
        layout = replace(layouts(members[0].rulebook(rules)), as_of=asked.as_of or FAR)
        counting = _count(members, layout, asked)
        drawn = _drawn(members, counting)
        for each in members:
            yield each.full_name, list(_figures(each, counting, drawn.get(each.full_name, {})))


def _count(metrics: Sequence[Metric], layout: Layout, asked: Asked) -> _Counting:
    counting = _Counting(layout, asked)
    periods, as_of = with_data(asked, layout), asked.as_of or datetime.max
    wanted = {each.full_name: each for metric in metrics for each in parts_counted(metric, layout.basis)}
    counted = [each for each in wanted.values() if each.allocated or not asked.of_some]
    for group in together(counted, asked) if periods else ():
        rows = laid_rows(group[0], layout, periods, asked)
        counting.totals.update(each.full_name for each in group if each.made(rows).denominator is None)
        add = pooled(group, layout, periods, asked, as_of) if group[0].pooled else None
        for each, cells in add or count(group, rows, asked.by, as_of):
            counting.cells[each.full_name], counting.rows[each.full_name] = cells, rows
    return counting


def _figures(metric: Metric, counting: _Counting, drawn: Mapping[Cell, Drawn | Moments]) -> Iterator[Figure]:
    asked, layout = counting.asked, counting.layout
    parts = parts_counted(metric, layout.basis)
    found = [cell for each in parts for cell in counting.cells.get(each.full_name, ())]
    segments = sorted({cell[1:] for cell in found}, key=repr) if asked.by else [()]
    known = {period.start: period for period in with_data(asked, layout)}
    for segment in segments:
        for period in asked.periods:
            blank = blank_figure(metric, period, asked, segment, layout)
            if period.start not in known:
                yield replace(blank, reason="no_data", status="provisional")
                continue
            cell = (period.start, *segment)
            told = _Told(metric, parts, counting, known[period.start], cell)
            yield told.figure(blank, drawn.get(cell))


def _drawn(metrics: Sequence[Metric], counting: _Counting) -> dict[str, dict[Cell, Drawn | Moments]]:
    """By metric what chance draws of it, by period and segment."""
    composed = {}
    for each in metrics:
        drawn = [part for part in parts_counted(each, counting.layout.basis) if _is_drawn(part)]
        rows = [(part, counting.rows[part.full_name]) for part in drawn if part.full_name in counting.rows]
        if each.interval == "joint" and rows:
            told = [sums for part, _ in rows for sums in counting.cells[part.full_name].items()]
            composed[each.full_name] = Composed(rows, {cell for cell, sums in told if sums.n >= SMALL})
    return drawn_by_cell(composed, counting.asked)


def _is_drawn(part: Metric) -> bool:
    return part.allocated and part.interval != "none"


@dataclass(frozen=True)
class _Told:
    """One figure of a composed metric in the making."""

    metric: Metric
    parts: Sequence[Metric]
    counting: _Counting
    period: Period
    cell: Cell

    def figure(self, blank: Figure, drawn: Drawn | Moments | None) -> Figure:
        shown = replace(blank, parts=tuple(self._part_figures(blank)), n=self._n(drawn))
        try:
            value = self._evaluated(self._exact())
        except Undefined as undefined:
            return replace(shown, reason=str(undefined))
        numerator, denominator = value if isinstance(value, tuple) else (value, None)
        if denominator is not None:
            shown = replace(shown, numerator=as_decimal(numerator), denominator=as_decimal(denominator))
        if denominator == 0:
            return replace(shown, reason=self.metric.empty)
        result = numerator if denominator is None else numerator / denominator
        low, high = self._interval(drawn) or (None, None)
        return replace(shown, value=as_decimal(result), low=low, high=high)

    def _evaluated(self, of: Parts) -> Any:
        return self.metric.evidence(of)

    def _sums(self, part: Metric) -> Sums | None:
        return self.counting.cells.get(part.full_name, {}).get(self.cell)

    def _n(self, drawn: Drawn | Moments | None) -> int | None:
        """How many subjects the figure stands on: as many as its least part."""
        if drawn is not None:
            return drawn.n
        found = [self._sums(each) for each in self.parts if each.allocated]
        return min((0 if sums is None else sums.n for sums in found), default=None)

    def _exact(self) -> Parts:
        sums, reasons = {}, {}
        for each in self.parts:
            found = self._sums(each)
            if not each.allocated and self.counting.asked.of_some:
                reasons[each.full_name] = NOT_ALLOCATED
            elif found is None and not each.allocated:
                reasons[each.full_name] = each.empty
            elif found is not None and found.no_rate is not None:
                reasons[each.full_name] = f"no_rate:{found.no_rate.isoformat()}"
            else:
                sums[each.full_name] = _exact_sums(found, each.full_name in self.counting.totals)
        return self._parts(sums, reasons, exact=True)

    def _parts(
        self, sums: Mapping[str, tuple[Any, Any]], reasons: Mapping[str, str], *, exact: bool
    ) -> Parts:
        named = {each.full_name: each for each in self.parts}
        return Parts(sums, reasons, named, self.counting.layout.basis, self.period.days, exact)

    def _interval(self, drawn: Drawn | Moments | None) -> tuple[float, float] | None:
        if drawn is None:
            return None
        exact = self._exact()
        held = {name: _floats(pair) for name, pair in exact.sums.items()}

        def evaluate(sums: Mapping[str, tuple[Any, Any]]) -> Any:
            found = self._evaluated(self._parts({**held, **sums}, exact.reasons, exact=False))
            return found[0] / found[1] if isinstance(found, tuple) else found

        values: Evaluate = evaluate
        seed = "|".join([self.metric.full_name, *map(str, self.cell)])
        return joint_interval(drawn, values, seed)

    def _part_figures(self, blank: Figure) -> Iterator[Figure]:
        exact = self._exact()
        for each in self.parts:
            unit = self.counting.layout.basis.currency if each.unit == "money" else each.unit
            figure = replace(blank, metric=each.name, variant=each.variant, unit=unit)
            if (sums := self._sums(each)) is not None:
                figure = replace(figure, numerator=sums.numerator, denominator=sums.denominator, n=sums.n)
            try:
                yield replace(figure, value=as_decimal(exact[each.full_name]))
            except Undefined as undefined:
                yield replace(figure, reason=str(undefined))
        for setting in self.metric.settled:
            if (value := getattr(self.counting.layout.basis, setting)) is not None:
                yield replace(blank, metric=setting, variant="", unit="share", value=value)


def _exact_sums(sums: Sums | None, is_total: bool) -> tuple[Fraction, Fraction | None]:
    if sums is None:
        return Fraction(0), None if is_total else Fraction(0)
    denominator = None if sums.denominator is None else Fraction(sums.denominator)
    return Fraction(sums.numerator or 0), denominator


def _floats(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    return float(pair[0]), None if pair[1] is None else float(pair[1])


def as_decimal(exact: Fraction) -> Decimal:
    """The one division of a figure, the last thing done to it (R15)."""
    return Decimal(exact.numerator) / Decimal(exact.denominator)
