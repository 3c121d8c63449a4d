"""Local time as plain expressions, the same on every engine: no engine's time zones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ibis

from holdfast.periods import Calendar

FIRST = datetime(1970, 1, 1)
LAST = datetime(2100, 1, 1)


def local(at: Any, calendar: Calendar) -> Any:
    """The wall-clock time of the workspace at the UTC instant `at`."""
    return _by_halves(at, calendar.offsets(FIRST, LAST))


def _by_halves(at: Any, offsets: list[tuple[datetime, int]]) -> Any:
    """Each instant is compared with the middle offset, then with that of its half, and so on."""
    if len(offsets) == 1:
        return _shifted(at, offsets[0][1])
    middle = len(offsets) // 2
    earlier, later = offsets[:middle], offsets[middle:]
    return ibis.ifelse(at < ibis.literal(later[0][0]), _by_halves(at, earlier), _by_halves(at, later))


def local_day(at: Any, calendar: Calendar) -> Any:
    """The workspace's calendar day that holds the instant `at`."""
    return local(at, calendar).date()


def rate_day(at: Any, calendar: Calendar) -> Any:
    """The last local day before the local month of `at`: the day whose rate values it (R14)."""
    return (local(at, calendar).truncate("M") - ibis.interval(days=1)).date()


def _shifted(at: Any, seconds_east: int) -> Any:
    if seconds_east == 0:
        return at
    return at + ibis.interval(seconds=seconds_east)
