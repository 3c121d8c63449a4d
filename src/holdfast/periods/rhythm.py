"""Stretches of time as people write them, and work that comes round in a workspace's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from holdfast.errors import Sentence, UsageError
from holdfast.periods.zoned import Calendar

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
STRETCH = re.compile(r"(\d{1,6})\s*(second|minute|hour|day)s?")
LEAST, MOST = timedelta(minutes=1), timedelta(days=1)
HINT = "every 15 minutes, every 2 hours, or at 03:00"


def duration(text: str) -> timedelta | None:
    """A stretch such as `10 minutes`; None for what is none."""
    found = STRETCH.fullmatch(text.strip().lower())
    return timedelta(seconds=int(found[1]) * UNITS[found[2]]) if found else None


@dataclass(frozen=True)
class Rhythm:
    """When something comes round: so often, counted from each local midnight, or at a local time each day."""

    every: timedelta | None = None
    at: time | None = None

    def __str__(self) -> str:
        if self.at is not None:
            return f"at {self.at:%H:%M}"
        seconds = int((self.every or MOST).total_seconds())
        unit = next(unit for unit in reversed(UNITS) if seconds % UNITS[unit] == 0)
        count = seconds // UNITS[unit]
        return f"every {count} {unit}{'s' * (count != 1)}"

    def after(self, now: datetime, calendar: Calendar) -> datetime:
        """The first instant after `now` at which it is due; both are naive UTC."""
        today = calendar.local_day(now)
        for day in (today, today + timedelta(days=1), today + timedelta(days=2)):
            first = calendar.midnight(day)
            if self.at is not None:
                first = calendar.to_utc(datetime.combine(day, self.at))
            elif self.every and first <= now:
                first += ((now - first) // self.every + 1) * self.every
                first = min(first, calendar.midnight(day + timedelta(days=1)))
            if first > now:
                return first
        raise AssertionError("a day has a midnight")


def rhythm(text: str) -> Rhythm:
    """A rhythm such as `every 15 minutes` or `at 03:00`; raises UsageError for what is none."""
    word, _, rest = text.strip().lower().partition(" ")
    if word == "every":
        stretch = duration(rest) or duration(f"1 {rest}")
        if stretch is not None and LEAST <= stretch <= MOST:
            return Rhythm(every=stretch)
    if word == "at":
        try:
            return Rhythm(at=time.fromisoformat(rest.strip()))
        except ValueError:
            pass
    raise UsageError(Sentence("{text!r} is no rhythm.", text=text), hint=HINT)
