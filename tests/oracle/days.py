"""Periods of a workspace by the plainest reading of R2 and R3, with `zoneinfo` alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
FOREVER = datetime(9999, 1, 1)


@dataclass(frozen=True)
class Window:
    """A half-open period `[start, end)` in naive UTC, with its local days."""

    start: datetime
    end: datetime
    first_day: date
    last_day: date

    def holds(self, instant: datetime) -> bool:
        """Whether a movement at `instant` belongs to the period."""
        return self.start <= instant < self.end


@dataclass(frozen=True)
class Place:
    """Where and how a workspace counts days: zone, first weekday, first fiscal month."""

    zone: str = "UTC"
    week_start: int = 0
    fiscal_start: int = 1

    def midnight(self, day: date) -> datetime:
        """The UTC instant at which the local day begins."""
        local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def local(self, instant: datetime) -> datetime:
        """The wall clock of the workspace at a UTC instant, without its zone."""
        return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def utc(self, local: datetime) -> datetime:
        """The UTC instant of a local wall clock time (the first, where it comes twice)."""
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC).replace(tzinfo=None)

    def window(self, first_day: date, last_day: date) -> Window:
        """The period from one local day to another, both included."""
        return Window(self.midnight(first_day), self.midnight(last_day + ONE_DAY), first_day, last_day)

    def period(self, grain: str, label: str) -> Window:
        """The period of a grain that carries the label."""
        if found := re.fullmatch(r"trailing_(\d+)_(days|months)", grain):
            return self._trailing(int(found[1]), found[2], label)
        return self.window(*getattr(self, f"_{grain}")(label))

    def days(self, window: Window) -> list[Window]:
        """Each local day of a period, as periods."""
        count = (window.last_day - window.first_day).days + 1
        each = [window.first_day + n * ONE_DAY for n in range(count)]
        return [self.window(day, day) for day in each]

    def month_starts(self, window: Window) -> list[date]:
        """The first days of the local months that a period touches."""
        starts = []
        first = window.first_day.replace(day=1)
        while first <= window.last_day:
            starts.append(first)
            first = add_months(first, 1)
        return starts

    def _day(self, label: str) -> tuple[date, date]:
        day = date.fromisoformat(label)
        return day, day

    def _week(self, label: str) -> tuple[date, date]:
        if found := re.fullmatch(r"(\d{4})-W(\d\d)", label):
            first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        else:
            first = date.fromisoformat(label)
        assert first.weekday() == self.week_start
        return first, first + 6 * ONE_DAY

    def _month(self, label: str) -> tuple[date, date]:
        return whole_months(date.fromisoformat(f"{label}-01"), 1)

    def _quarter(self, label: str) -> tuple[date, date]:
        year, quarter = label.removeprefix("FY").split("-Q")
        return whole_months(add_months(self._year_begins(int(year)), 3 * (int(quarter) - 1)), 3)

    def _year(self, label: str) -> tuple[date, date]:
        return whole_months(self._year_begins(int(label.removeprefix("FY"))), 12)

    def _year_begins(self, year: int) -> date:
        return date(year, 1, 1) if self.fiscal_start == 1 else date(year - 1, self.fiscal_start, 1)

    def _trailing(self, count: int, unit: str, label: str) -> Window:
        if unit == "days":
            last = date.fromisoformat(label)
            return self.window(last - (count - 1) * ONE_DAY, last)
        last_month = date.fromisoformat(f"{label}-01")
        return self.window(*whole_months(add_months(last_month, 1 - count), count))


def add_months(day: date, months: int) -> date:
    """The same day of the month, so many months on, clamped to that month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return day.replace(year=year, month=month + 1, day=min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def whole_months(first: date, count: int) -> tuple[date, date]:
    """The first and the last day of `count` months."""
    return first, add_months(first, count) - ONE_DAY
