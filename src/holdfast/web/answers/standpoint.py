"""From where figures are looked at: which period, which accounts, known when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.metrics.figure import Figure
from holdfast.periods import Calendar

SHOWN = 13
"""Periods of a trend, the one looked at among them: a year of months, and the month a year before."""


@dataclass(frozen=True)
class Standpoint:
    """Where a page stands; each page of a person shows everything from there."""

    grain: str
    period: str
    segment: tuple[str, ...] = ()
    known_at: datetime | None = None

    def first(self, calendar: Calendar, shown: int = SHOWN) -> str:
        """The first of `shown` periods up to the one looked at."""
        period = calendar.period(self.grain, self.period)
        for _ in range(shown - 1):
            period = calendar.previous(period)
        return period.label

    def shows(self, figure: Figure) -> bool:
        """Whether a figure is of the period looked at."""
        return figure.period_label == self.period
