"""What is asked of the catalogue, and the figure of which nothing is counted yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from holdfast.metrics.catalog import Metric
from holdfast.metrics.cells import Cell
from holdfast.metrics.figure import Figure
from holdfast.metrics.intervals import SMALL
from holdfast.periods import Period
from holdfast.segments import EVERYONE, Segments
from holdfast.timelines.layout import Layout


@dataclass(frozen=True)
class Asked:
    """What is measured: metrics over periods, by segments and within some, as of an instant.

    `as_of` is the data watermark for the metrics: a period that goes past it is counted up
    to it and provisional, one that begins at or after it has no data. Ratios on fewer subjects than
    `resampled_below` have a bootstrap interval, the others the linearised one, which takes no query of
    its own.
    """

    metrics: Sequence[Metric]
    periods: Sequence[Period]
    by: Sequence[str] = ()
    as_of: datetime | None = None
    segments: Segments = EVERYONE
    resampled_below: int = SMALL

    @property
    def of_some(self) -> bool:
        """Whether a figure is of some accounts alone, so that what belongs to no account is not in it."""
        return bool(self.by or self.segments.within)

    def segment(self, cell: Cell) -> dict[str, str | None]:
        """What tells a segment's figures from others: what all are kept to, then what they are split by."""
        return {**self.segments.label, **dict(zip(self.by, cell, strict=True))}


def with_data(asked: Asked, layout: Layout) -> list[Period]:
    """The periods that begin before the data end, the last one cut at its end."""
    if asked.as_of is None:
        return list(asked.periods)
    return [_cut(p, asked.as_of, layout) for p in asked.periods if p.start < asked.as_of]


def _cut(period: Period, as_of: datetime, layout: Layout) -> Period:
    if period.end <= as_of:
        return period
    last = layout.basis.calendar.local_day(as_of - timedelta(microseconds=1))
    return replace(period, end=as_of, last_day=last)


def blank_figure(metric: Metric, period: Period, asked: Asked, segment: Cell, layout: Layout) -> Figure:
    """The figure of a period and segment without a value: its names, unit and status."""
    margin = timedelta(
        hours=layout.basis.rules.merge_gap_hours if "subscription_phases" in metric.reads else 0
    )
    settled = asked.as_of is None or period.end + margin <= asked.as_of
    return Figure(
        metric=metric.name,
        variant=metric.variant,
        grain=period.grain,
        period_label=period.label,
        period_start=period.start,
        period_end=period.end,
        segment=asked.segment(segment),
        of=metric.of[0],
        value=None,
        unit=layout.basis.currency if metric.unit == "money" else metric.unit,
        status="final" if settled else "provisional",
    )
