"""What a workbook is made of: plain values, counted elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from holdfast.metrics.catalog import Metric
    from holdfast.metrics.figure import Change, Figure, Key, Number


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """Whose report it is, and what it stands on; instants are in the workspace's own zone.

    `segment` is what everything is kept to, as every figure says it.
    """

    workspace: str
    title: str
    report_id: str
    grain: str
    period_label: str
    as_of: datetime | None
    known_at: datetime
    made_at: datetime
    by: str | None
    zone: str
    currency: str
    rulebook: str
    rules: Mapping[str, Any]
    segment: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row behind a figure: whose it is, and what it adds to the two sums."""

    account_id: str | None
    account: str | None
    subject_id: str | None
    numerator: Number | None
    denominator: Number | None


@dataclass(frozen=True)
class Evidence:
    """The rows behind one figure, those that add most first.

    `others` says how many rows are not listed, and `rest` is what they add, so that the rows and
    the rest are the figure's own sums. `left_out` counts the rows that a rule left out, by the rule.
    """

    figure: Figure
    rows: Sequence[Row]
    others: int
    rest: Row
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Goal:
    """A target of a series: the value to reach, from which side, by which period, and who answers for it."""

    figure: Figure
    value: Number
    direction: str
    grain: str
    period_label: str
    owner: str


@dataclass(frozen=True, kw_only=True)
class Contents:
    """A report and what stands behind it.

    `formulas` are those of composed metrics, over the names of their parts. `movements` are MRR and
    what moved it, `cohorts` the figures of each kind of cohort; both of the same records and rules as
    `figures`.
    """

    stamp: Stamp
    metrics: Mapping[str, Metric]
    figures: Sequence[Figure]
    changes: Mapping[Key, Sequence[Change]] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    movements: Sequence[Figure] = ()
    cohorts: Mapping[str, Sequence[Figure]] = field(default_factory=dict)
    evidence: Sequence[Evidence] = ()
    goals: Sequence[Goal] = ()
