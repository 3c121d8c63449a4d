"""Arithmetic on whole local days: which days a grain's period has, and what it is called.

Nothing here knows zones or instants.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from holdfast.errors import Sentence, UsageError, nearest

GRAINS = ("day", "week", "month", "quarter", "year")
_TRAILING = re.compile(r"trailing_([1-9]\d{0,4})_(day|month)s")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Whole local days from `first` to `last`, both included; `kind` is what the label names."""

    kind: str
    first: date
    last: date


@dataclass(frozen=True)
class Grain:
    """A kind of period: `count` times `unit`, stepping by one `unit`; trailing ones overlap."""

    name: str
    unit: str
    count: int = 1

    @property
    def trailing(self) -> bool:
        """True where the period is named by the unit that it ends with."""
        return self.name not in GRAINS


def grain_named(name: str) -> Grain:
    """The grain called `name`; raises UsageError with the nearest right name."""
    if name in GRAINS:
        return Grain(name, name)
    if found := _TRAILING.fullmatch(name):
        return Grain(name, found[2], int(found[1]))
    near = nearest(name, (*GRAINS, "trailing_12_months", "trailing_28_days", "trailing_30_days"))
    hint = Sentence("Known: {names}.", names=", ".join((*GRAINS, "trailing_N_days", "trailing_N_months")))
    if near:
        hint = Sentence("Did you mean {near!r}? {known}", near=near, known=hint)
    message = Sentence("No {kind} is called {word!r}.", kind=Sentence("grain"), word=name)
    raise UsageError(message, hint=hint)


def month_after(month: date, months: int) -> date:
    """The first day of the month that lies `months` after that of `month`."""
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)


def same_day_last_year(day: date) -> date:
    """The same day one year before; 28 February for 29 February."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


@dataclass(frozen=True)
class Reckoning:
    """How weeks and years are counted: the first weekday (0 Monday) and the first month."""

    week_start: int = 0
    fiscal_start: int = 1

    def unit_with(self, unit: str, day: date) -> Span:
        """The `unit` (day, week, month, quarter, year) that holds `day`."""
        if unit == "day":
            return Span(unit, day, day)
        if unit == "week":
            first = day - timedelta(days=(day.weekday() - self.week_start) % 7)
            return Span(unit, first, first + 6 * _DAY)
        months = _MONTHS[unit]
        first = month_after(day, -((day.month - self.fiscal_start) % months))
        return Span(unit, first, month_after(first, months) - _DAY)

    def span_with(self, grain: Grain, day: date) -> Span:
        """The days of the period of `grain` that `day` is in; a trailing one ends with its unit."""
        last_unit = self.unit_with(grain.unit, day)
        if not grain.trailing:
            return last_unit
        if grain.unit == "day":
            return Span(grain.name, day - (grain.count - 1) * _DAY, day)
        first = month_after(last_unit.first, 1 - grain.count)
        return Span(grain.name, first, last_unit.last)

    def step(self, grain: Grain, day: date, steps: int) -> date:
        """A day in the unit that lies `steps` after the one of `day`."""
        unit = self.unit_with(grain.unit, day)
        if grain.unit in _MONTHS:
            return month_after(unit.first, steps * _MONTHS[grain.unit])
        return unit.first + steps * (7 if grain.unit == "week" else 1) * _DAY

    def label(self, grain: Grain, span: Span) -> str:
        """What the period is called; a trailing one like the unit that it ends with."""
        first = self.unit_with(grain.unit, span.last).first
        if grain.unit == "day" or (grain.unit == "week" and self.week_start):
            return first.isoformat()
        if grain.unit == "week":
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        if grain.unit == "month":
            return f"{first:%Y-%m}"
        named = self._year_of(first)
        quarter = (first.month - self.fiscal_start) % 12 // 3 + 1
        return named if grain.unit == "year" else f"{named}-Q{quarter}"

    def _year_of(self, first: date) -> str:
        """The year is named by the one that it ends in, with FY where it begins in another."""
        if self.fiscal_start == 1:
            return f"{first.year:04}"
        return f"FY{first.year + (first.month >= self.fiscal_start):04}"
