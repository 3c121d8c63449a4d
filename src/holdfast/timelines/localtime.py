"""Local time as plain expressions, the same on every engine: no engine's time zones."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from holdfast.periods import Calendar

FIRST = datetime(1970, 1, 1)
LAST = datetime(2100, 1, 1)


def local(at: Any, calendar: Calendar) -> Any:
    """The wall-clock time of the workspace at the UTC instant `at`."""
    offsets = calendar.offsets(FIRST, LAST)
    if len(offsets) == 1:
        return _shifted(at, offsets[0][1])
    return _clock_of("local", calendar.zone)(at)


def instant(clock: Any, calendar: Calendar) -> Any:
    """The UTC instant at which the workspace's clocks show `clock`, as `Calendar.to_utc` gives it.

    The first, where they do so twice; a time that they skipped is read with the offset before it.
    """
    offsets = calendar.offsets(FIRST, LAST)
    if len(offsets) == 1:
        return _shifted(clock, -offsets[0][1])
    return _clock_of("instant", calendar.zone)(clock)


def duckdb_clock(calendar: Calendar) -> tuple[str, ...]:
    """What DuckDB must know before `local` and `instant` can be asked in this calendar's zone.

    A zone with daylight saving has hundreds of offsets: as one function of the engine they are
    written once, not into every expression.
    """
    offsets = calendar.offsets(FIRST, LAST)
    if len(offsets) == 1:
        return ()
    clocks = {"local": offsets, "instant": _readings(offsets)}
    return tuple(
        f"create or replace temp macro {_clock_name(kind, calendar.zone)}(moment) as {_by_halves(shifts)}"
        for kind, shifts in clocks.items()
    )


def _readings(offsets: list[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """From which wall-clock time on each offset is taken off again: once both clocks have passed the turn."""
    turns = [
        (at + timedelta(seconds=max(before, after)), -after) for (_, before), (at, after) in pairwise(offsets)
    ]
    return [(offsets[0][0], -offsets[0][1]), *turns]


@cache
def _clock_of(kind: str, zone: str) -> Any:
    moment, name = dt.Timestamp(scale=6), _clock_name(kind, zone)
    return ibis.udf.scalar.builtin(lambda at: ..., name=name, signature=((moment,), moment))


def _clock_name(kind: str, zone: str) -> str:
    return f"holdfast_{kind}_" + re.sub(r"\W", "_", zone).lower()


def _by_halves(offsets: list[tuple[datetime, int]]) -> str:
    """Each instant is compared with the middle offset, then with that of its half, and so on."""
    if len(offsets) == 1:
        return f"moment + to_seconds({offsets[0][1]})"
    middle = len(offsets) // 2
    turn = offsets[middle][0].isoformat(sep=" ")
    earlier, later = _by_halves(offsets[:middle]), _by_halves(offsets[middle:])
    return f"case when moment < timestamp '{turn}' then {earlier} else {later} end"


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
