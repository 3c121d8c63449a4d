"""What a metric answers with: a figure, how it changed, and the rows that add up to it.

These are plain frozen values, so that every room that shows or compares numbers speaks of
the same thing. Their columns are documented in docs/output.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias

import pyarrow.compute as pc

if TYPE_CHECKING:
    import pyarrow as pa

FEW_SHARES, FEW_MEANS = 10, 30
Number: TypeAlias = Decimal | int | float
Status: TypeAlias = Literal["final", "provisional", "published"]
Verdict: TypeAlias = Literal["higher", "lower", "same", "unknown"]
Against: TypeAlias = Literal["previous", "year_before"]
Series: TypeAlias = tuple[str, str, str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
Key: TypeAlias = tuple[Series, str]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of one metric, for one period and one segment.

    `value` is None where the number is undefined, and `reason` then says why. `unit` is
    `share` (a proportion, shown as percent), `ratio`, `months`, a currency code such as `USD`
    for money, or the thing counted (`accounts`, `users`). `period_start` and `period_end` are
    naive UTC instants, half-open; `period_label` names the period as the workspace does.
    `n` is how many subjects the number stands on; `low` and `high` bound its 95 % interval.
    `parts` are the figures that it is composed of, where it is. A figure of a closed period is
    `published`: `today` is what the records say now, where that is something else.
    """

    metric: str
    variant: str = ""
    grain: str
    period_label: str
    period_start: datetime
    period_end: datetime
    segment: Mapping[str, str | None] = field(default_factory=dict)
    of: Mapping[str, str | int] = field(default_factory=dict)
    value: Number | None
    unit: str
    numerator: Number | None = None
    denominator: Number | None = None
    n: int | None = None
    low: Number | None = None
    high: Number | None = None
    status: Status = "final"
    reason: str | None = None
    parts: tuple[Figure, ...] = ()
    today: Number | None = None

    @property
    def name(self) -> str:
        """The metric with its variant, as a person would ask for it: `nps.seed_1_10`."""
        return f"{self.metric}.{self.variant}" if self.variant else self.metric

    @property
    def is_small(self) -> bool:
        """Whether the number stands on so little that it says so: 10 for shares, 30 for means (R17)."""
        if self.n is None or (self.denominator is None and not self.parts):
            return False
        return self.n < (FEW_SHARES if self.unit == "share" else FEW_MEANS)

    @property
    def series(self) -> Series:
        """What the figures of one line over time share: everything but the period."""
        return (self.metric, self.variant, self.grain, _sorted(self.segment), _sorted(self.of))

    @property
    def key(self) -> Key:
        """What tells this figure from every other of one answer."""
        return (self.series, self.period_label)


@dataclass(frozen=True, kw_only=True)
class Change:
    """How a figure differs from an earlier one of its series (R23).

    `verdict` is `higher` or `lower` only where the interval of the difference excludes 0,
    `same` where it does not, and `unknown` where nothing can be said: `reason` is then
    `no_earlier`, `undefined` or `too_few` (with `n` seen of `needed`).
    """

    kind: Against
    earlier_label: str
    difference: Number | None = None
    low: Number | None = None
    high: Number | None = None
    verdict: Verdict = "unknown"
    reason: str | None = None
    n: int | None = None
    needed: int | None = None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A figure with its evidence: the rows that make it and the rows left out with the rule.

    Both tables have the columns `period_start, account_id, subject_id, numerator,
    denominator`, and `left_out` also `excluded_because`; a metric may add more. Those of a composed
    metric begin with `part`, the name of the part that the row is of.
    """

    figure: Figure
    rows: pa.Table
    left_out: pa.Table
    days: int | None = None
    """The days of the period, where the rows are divided by those and by nothing of their own."""

    @property
    def numerator(self) -> Number | None:
        """What the rows add up to, exactly; None where no row says anything or they are of several parts."""
        return self._sum("numerator")

    @property
    def denominator(self) -> Number | None:
        """The sum of the rows' denominators, or the days; None for a plain total."""
        return self._sum("denominator") if self.days is None else self.days

    @property
    def agrees(self) -> bool:
        """Whether the rows add up to the figure's own numerator and denominator, those of each part too."""
        if self.figure.parts:
            return all(part.agrees for part in self.by_part())
        figure = self.figure
        return (self.numerator or 0, self.denominator or 0) == (
            figure.numerator or 0,
            figure.denominator or 0,
        )

    def by_part(self) -> list[Explanation]:
        """The explanation of each part of a composed figure: its own figure, rows and rows left out."""
        return [
            Explanation(
                figure=part, rows=_of_part(self.rows, part.name), left_out=_of_part(self.left_out, part.name)
            )
            for part in self.figure.parts
        ]

    def _sum(self, column: str) -> Number | None:
        if column not in self.rows.column_names or self.figure.parts:
            return None
        total: Number | None = pc.sum(self.rows.column(column)).as_py()
        return total


def _of_part(rows: pa.Table, name: str) -> pa.Table:
    return rows.filter(pc.equal(rows.column("part"), name)).drop_columns("part")


def _sorted(pairs: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, "" if value is None else str(value)) for name, value in pairs.items()))
