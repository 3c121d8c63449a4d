"""IANA zones: offsets, their changes, and the instant at which a local day begins.

Instants are naive UTC datetimes. Python's zoneinfo tells the offset at an instant but not when
offsets change, so changes are looked for once per zone and year and kept.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from holdfast.errors import unknown

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_FIRST_YEAR, _LAST_YEAR = 1840, 2200
_EARLIEST, _LATEST = datetime(1, 1, 3), datetime(9999, 12, 29)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone called `name`; raises UsageError with the nearest right name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise unknown("time zone", name, available_timezones()) from None


def offset_at(zone: str, instant: datetime) -> int:
    """Seconds east of UTC that `zone` keeps at `instant`."""
    known = min(max(instant, _EARLIEST), _LATEST)
    return _offset(zone_named(zone), known)


def _offset(zone: ZoneInfo, instant: datetime) -> int:
    apart = zone.fromutc(instant.replace(tzinfo=zone)).replace(tzinfo=None) - instant
    return apart.days * 86_400 + apart.seconds


def offsets_between(zone: str, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """The offsets in force from `first` to `last`, each with the instant it begins at.

    The first entry begins at `first`. Changes are listed for the years 1840 to 2200.
    """
    found = [(first, offset_at(zone, first))]
    for year in range(max(first.year, _FIRST_YEAR), min(last.year, _LAST_YEAR) + 1):
        found += [change for change in _changes(zone, year) if first < change[0] <= last]
    return found


def local_to_utc(zone: str, local: datetime) -> datetime:
    """The instant of a local time: the first of two where clocks went back.

    A local time that the clocks skipped is read with the offset before the gap, so that it
    lies as long after the gap's beginning as the clock would have said.
    """
    aware = local.replace(tzinfo=zone_named(zone), fold=0)
    return aware.astimezone(UTC).replace(tzinfo=None)


@lru_cache(maxsize=65536)
def midnight_of(zone: str, day: date) -> datetime:
    """The first instant of the local `day`.

    Where clocks jump over midnight, the day begins at the jump; where they show midnight
    twice, at the first of the two.
    """
    midnight = datetime.combine(day, time())
    instant = local_to_utc(zone, midnight)
    if instant + timedelta(seconds=offset_at(zone, instant)) == midnight:
        return instant
    jumps = (begins for begins, _ in offsets_between(zone, instant - 2 * _DAY, instant)[1:])
    return next((jump for jump in jumps if _clock(zone, jump) >= midnight), instant)


def local_day_of(zone: str, instant: datetime) -> date:
    """The local day whose midnight is the last at or before `instant`."""
    day = _clock(zone, instant).date()
    return day + _DAY if instant >= midnight_of(zone, day + _DAY) else day


def _clock(zone: str, instant: datetime) -> datetime:
    return instant + timedelta(seconds=offset_at(zone, instant))


@lru_cache(maxsize=4096)
def _changes(zone: str, year: int) -> tuple[tuple[datetime, int], ...]:
    """When the offset changes, and to what, after the first instant of `year` until the last."""
    kept = zone_named(zone)
    if kept.utcoffset(None) is not None:  # The one offset of a zone that has no other.
        return ()
    found = []
    at, end = datetime(year, 1, 1), datetime(year + 1, 1, 1)
    offset = _offset(kept, at)
    while at < end:
        step = min(at + _DAY, end)
        while (after := _offset(kept, step)) != offset:
            at = _first_other(zone, at, step, offset)
            offset = offset_at(zone, at)
            found.append((at, offset))
            if offset == after:
                break
        at = step
    return tuple(found)


def _first_other(zone: str, low: datetime, high: datetime, offset: int) -> datetime:
    """The first whole second after `low` whose offset is not `offset`; at `high` it is not."""
    seconds_low, seconds_high = 0, int((high - low).total_seconds())
    while seconds_high - seconds_low > 1:
        middle = (seconds_low + seconds_high) // 2
        if offset_at(zone, low + middle * _SECOND) == offset:
            seconds_low = middle
        else:
            seconds_high = middle
    return low + seconds_high * _SECOND
