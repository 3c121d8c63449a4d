"""The bridge between two figures: which accounts moved it, each by how much, and why.

A total moves by the difference of each account's numerator. A ratio moves from Na / Da to
Nb / Db, of which an account's part is

    (nb - na - Va x (db - da)) / Db,   Va = Na / Da,

so that the parts of all accounts add up to the difference exactly; an account that is the same
on both sides has none. Where a side divides by something else than a sum over accounts, such as
the days of the period, the part is nb / Db - na / Da.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any

import ibis

from holdfast.metrics.catalog import Metric
from holdfast.metrics.figure import Figure, Number
from holdfast.metrics.measure import Asked, Layouts, evidence_table, measure, metric_has_no_denominator
from holdfast.periods import Period
from holdfast.rulebook import Rulebook
from holdfast.segments import EVERYONE, WITHIN, Segments
from holdfast.timelines.basis import FAR
from holdfast.timelines.subjects import column_of

PLACES = Decimal("1e-18")
"""Parts of ratios are rounded here, running, so that they still add up."""

COUNTED, ABSENT = "counted", "absent"


@dataclass(frozen=True)
class Side:
    """One way of counting one figure: a metric and period, and what they stand on."""

    metric: Metric
    period: Period
    as_of: Any
    layouts: Layouts
    rules: Rulebook
    segment: Mapping[str, str | None] = field(default_factory=dict)
    segments: Segments = EVERYONE

    def figure(self) -> Figure:
        """The figure, as the board gives it; that of the segment alone."""
        figures = measure(self._asked(self.metric), self.layouts, self.rules)
        wanted = {**self.segments.label, **self._split}
        found = next((each for each in figures if each.segment == wanted), None)
        return found or (self._of_nobody(wanted) if self._split else figures[0])

    def _of_nobody(self, segment: Mapping[str, str | None]) -> Figure:
        """The figure of a segment that nobody is in on this side."""
        whole = replace(self, segment={}).figure()
        empty = replace(whole, segment=segment, numerator=0, n=0, low=None, high=None, parts=())
        if whole.denominator is None:
            return replace(empty, value=0, reason=None)
        return replace(empty, value=None, denominator=0, reason=self.metric.empty)

    def values_of(self, by: Sequence[str]) -> list[Mapping[str, str | None]]:
        """The segments that its figure can be split into, each as what tells it from the others."""
        asked = replace(self._asked(self.metric), by=tuple(by))
        kept = set(self.segments.label)
        return [
            {name: value for name, value in figure.segment.items() if name not in kept}
            for figure in measure(asked, self.layouts, self.rules)
        ]

    def by_account(self, of: dict[str, Any]) -> Any:
        """account_id, numerator, denominator and state: `counted`, or the rule that leaves it out."""
        metric = replace(self.metric, of=(of,))
        layout = replace(self.layouts(metric.rulebook(self.rules)), as_of=self.as_of or FAR)
        rows = evidence_table(metric, layout, self._asked(metric))
        for name, value in self._split.items():
            rows = rows.filter(rows[column_of(name)].identical_to(value))
        inside = rows.excluded_because.isnull()
        denominator = ibis.literal(0) if metric_has_no_denominator(rows) else rows.denominator
        return rows.group_by(account_id=ibis.coalesce(rows.account_id, rows.subject_id)).agg(
            numerator=ibis.ifelse(inside, rows.numerator, 0).sum(),
            denominator=ibis.ifelse(inside, denominator, 0).sum(),
            state=ibis.ifelse(inside.any(), COUNTED, rows.excluded_because.min()),
        )

    @property
    def _split(self) -> dict[str, str | None]:
        """The segment without what all figures asked for are kept to."""
        return {name: value for name, value in self.segment.items() if name != WITHIN}

    def _asked(self, metric: Metric) -> Asked:
        return Asked([metric], [self.period], tuple(self._split), self.as_of, self.segments)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """An account that is not counted alike on both sides of a step, and the part that it moves."""

    account_id: str
    because: str
    before: str
    after: str
    numerator_before: Number
    numerator_after: Number
    denominator_before: Number
    denominator_after: Number
    part: Decimal | None = None


@dataclass(frozen=True)
class Bridge:
    """Two figures, and the accounts that lead from one to the other.

    `difference` is after less before, and the sum of the parts, exactly; both are None where a
    side is undefined or where the metric is no sum over accounts (`reason` says which).
    """

    before: Figure
    after: Figure
    rows: Sequence[Moved]
    difference: Decimal | None
    reason: str | None = None


Because = Callable[[Sequence[Mapping[str, Any]]], Sequence[str]]
"""For rows of accounts that moved, what each moved by."""


@dataclass(frozen=True)
class Step:
    """From one side to the next, and what says why accounts moved on the way."""

    before: Side
    after: Side
    because: Because


def within(steps: Sequence[Step], segment: Mapping[str, str | None]) -> list[Step]:
    """The same steps, kept to the accounts of one segment."""
    return [
        replace(
            step,
            before=replace(step.before, segment=segment),
            after=replace(step.after, segment=segment),
        )
        for step in steps
    ]


def always(text: str) -> Because:
    """The same reason for every account of a step."""
    return lambda rows: [text] * len(rows)


def bridge(steps: Sequence[Step]) -> Bridge:
    """The bridge over one or more steps, each ending where the next begins."""
    figures = [steps[0].before.figure(), *(step.after.figure() for step in steps)]
    if any(side.metric.parts for step in steps for side in (step.before, step.after)):
        return Bridge(figures[0], figures[-1], [], None, "not_a_sum")
    parts: list[tuple[Moved, Fraction | None]] = []
    for step, (first, second) in zip(steps, pairwise(figures), strict=True):
        moved = _moved(step, first, second)
        part = _apart if _stand_apart(step, first, second) else _part
        parts += [(row, part(row, first, second)) for row in moved]
    reason = _undefined(steps, figures)
    if reason is not None:
        return Bridge(figures[0], figures[-1], [row for row, _ in parts], None, reason)
    exact = [(row, part or Fraction(0)) for row, part in parts]
    rows, total = _rounded(_least_last(exact))
    return Bridge(figures[0], figures[-1], rows, total)


def _undefined(steps: Sequence[Step], figures: Sequence[Figure]) -> str | None:
    if any(side.metric.statistic != "sums" for step in steps for side in (step.before, step.after)):
        return "not_a_sum"
    lacking = [figure.reason for figure in figures if figure.value is None]
    return lacking[0] if lacking else None


def _moved(step: Step, first: Figure, second: Figure) -> list[Moved]:
    table = _joined(step.before.by_account(dict(first.of)), step.after.by_account(dict(second.of)))
    if not (_stand_apart(step, first, second) and first.denominator != second.denominator):
        table = table.filter(
            (table.numerator_before != table.numerator_after)
            | (table.denominator_before != table.denominator_after)
        )
    rows = table.order_by("account_id").to_pyarrow().to_pylist()
    return [Moved(because=because, **row) for because, row in zip(step.because(rows), rows, strict=True)]


def _joined(before: Any, after: Any) -> Any:
    both = before.outer_join(after, "account_id")
    columns: dict[str, Any] = {"account_id": ibis.coalesce(both.account_id, both.account_id_right)}
    for name in ("numerator", "denominator"):
        columns[f"{name}_before"] = both[name].fill_null(0)
        columns[f"{name}_after"] = both[f"{name}_right"].fill_null(0)
    columns["before"] = both.state.fill_null(ABSENT)
    columns["after"] = both.state_right.fill_null(ABSENT)
    return both.select(**columns)


def _part(row: Moved, first: Figure, second: Figure) -> Fraction | None:
    gained = _exact(row.numerator_after) - _exact(row.numerator_before)
    if second.denominator is None or first.denominator is None:
        return gained
    if first.value is None or second.value is None:
        return None
    was = _exact(first.numerator or 0) / _exact(first.denominator)
    grown = _exact(row.denominator_after) - _exact(row.denominator_before)
    return (gained - was * grown) / _exact(second.denominator)


def _stand_apart(step: Step, first: Figure, second: Figure) -> bool:
    """Whether a side divides by something that its rows do not bring: the days of the period, or nothing."""
    of_days = step.before.metric.per_day or step.after.metric.per_day
    return of_days or (first.denominator is None) != (second.denominator is None)


def _apart(row: Moved, first: Figure, second: Figure) -> Fraction | None:
    after = _exact(row.numerator_after) / _exact(second.denominator or 1)
    return after - _exact(row.numerator_before) / _exact(first.denominator or 1)


def _least_last(parts: Iterable[tuple[Moved, Fraction]]) -> list[tuple[Moved, Fraction]]:
    return sorted(parts, key=lambda each: (-abs(each[1]), each[0].account_id))


def _rounded(parts: Sequence[tuple[Moved, Fraction]]) -> tuple[list[Moved], Decimal]:
    rows, exact, told = [], Fraction(0), Decimal(0)
    for row, part in parts:
        exact += part
        upto = _decimal(exact)
        rows.append(replace(row, part=upto - told))
        told = upto
    return rows, told


def _decimal(number: Fraction) -> Decimal:
    with localcontext(prec=80, rounding=ROUND_HALF_EVEN):
        return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(PLACES).normalize()


def _exact(number: Number) -> Fraction:
    return Fraction(number)
