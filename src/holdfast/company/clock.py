"""The company's calendar on whole arrays: local months, billing dates, working hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from holdfast.company.columns import DAY, Ints
from holdfast.periods import Calendar

LOOK_AHEAD = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Zone:
    """Offsets of one time zone as arrays: from `since[i]` on, local time is `east[i]` ahead of UTC."""

    since: Ints
    east: Ints

    @classmethod
    def of(cls, calendar: Calendar, first: datetime, last: datetime) -> Zone:
        """The offsets of a calendar's zone between two instants."""
        rows = calendar.offsets(first, last)
        since = np.array([micros(instant) for instant, _ in rows], dtype=np.int64)
        return cls(since, np.array([east for _, east in rows], dtype=np.int64) * 1_000_000)

    def local(self, instants: Ints) -> Ints:
        """Local wall-clock microseconds of UTC instants."""
        place = np.searchsorted(self.since, instants, side="right") - 1
        return instants + self.east[np.maximum(place, 0)]

    def utc(self, local: Ints) -> Ints:
        """UTC instants of local wall-clock microseconds; a time that is skipped is moved on."""
        guess = local - (self.local(local) - local)
        return local - (self.local(guess) - guess)


@dataclass(frozen=True)
class Clock:
    """The workspace's zone, the simulated months and their bounds in UTC."""

    calendar: Calendar
    first_day: date
    months: int
    zone: Zone
    bounds: Ints
    month_days: Ints

    @classmethod
    def of(cls, zone: str, first_day: date, months: int) -> Clock:
        """A clock for `months` local months from `first_day` (a first of a month) on."""
        calendar = Calendar(zone)
        firsts = [_month_after(first_day, count) for count in range(months + 1)]
        begins = datetime(first_day.year, first_day.month, 1) - timedelta(days=40)
        ends = datetime(firsts[-1].year, firsts[-1].month, 1) + LOOK_AHEAD
        bounds = np.array([micros(calendar.midnight(day)) for day in firsts], dtype=np.int64)
        numbers = np.array([(day - date(1970, 1, 1)).days for day in firsts], dtype=np.int64)
        return cls(calendar, first_day, months, Zone.of(calendar, begins, ends), bounds, numbers)

    @property
    def start(self) -> int:
        """The first instant of the simulation."""
        return int(self.bounds[0])

    @property
    def end(self) -> int:
        """The instant at which the simulation stops: nothing after it is known."""
        return int(self.bounds[-1])

    @property
    def labels(self) -> list[str]:
        """The months as 2024-01."""
        return [_month_after(self.first_day, count).isoformat()[:7] for count in range(self.months)]

    def month_of(self, instants: Ints) -> Ints:
        """The number of the month that each instant falls in: start <= instant < end (R3)."""
        return np.searchsorted(self.bounds, instants, side="right").astype(np.int64) - 1

    def later(self, instants: Ints, months: Ints) -> Ints:
        """The same local time so many calendar months later, the day clamped to the month's end."""
        local = self.zone.local(instants)
        of_day = local % DAY
        days = (local // DAY).astype("datetime64[D]")
        month = days.astype("datetime64[M]")
        day = (days - month.astype("datetime64[D]")).astype(np.int64)
        target = month + months.astype("timedelta64[M]")
        first = target.astype("datetime64[D]").astype(np.int64)
        length = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - first
        then: Ints = (first + np.minimum(day, length - 1)) * DAY + of_day
        return self.zone.utc(then)

    def cycle_from(self, anchor: Ints, cycle: Ints, instants: Ints, *, after: bool) -> Ints:
        """The number of the first billing date at or (`after`) strictly after each instant."""
        span = self.zone.local(instants).astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
        begun = self.zone.local(anchor).astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
        number: Ints = np.maximum((span - begun) // cycle - 1, 0)
        for _ in range(3):
            due = self.later(anchor, number * cycle)
            early = due <= instants if after else due < instants
            number = number + early
        return number


def micros(instant: datetime) -> int:
    """Microseconds since 1970 of a naive UTC instant."""
    return round(instant.replace(tzinfo=UTC).timestamp()) * 1_000_000


def _month_after(day: date, count: int) -> date:
    month = day.month - 1 + count
    return date(day.year + month // 12, month % 12 + 1, 1)
