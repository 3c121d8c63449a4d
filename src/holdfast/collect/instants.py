"""SQL that reads instants and days: ISO 8601, given formats, local times, dates alone.

A time with an offset is what it says. A time without one is local time of the zone that
the mapping states, else UTC. A date alone is the local midnight that begins the day (R2),
of that zone or else of the workspace's; an end read as inclusive is the next midnight (R3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from holdfast.collect.quoting import literal
from holdfast.periods import Calendar

FIRST, LAST = "TIMESTAMP '1900-01-01'", "TIMESTAMP '2200-01-01'"
_UNIX = {"unix": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
_TIME_SIGNS = ("%H", "%I", "%c", "%X", "%p")


@dataclass(frozen=True)
class Clock:
    """How a file writes time.

    `days` is the calendar of dates alone, `times` that of local times, None where a time
    without offset is UTC; `inclusive` says that an end given as a date alone is still in,
    `serials` how many days before 1970 a workbook begins to count.
    """

    days: Calendar
    times: Calendar | None = None
    formats: tuple[str, ...] = ()
    inclusive: bool = False
    serials: int | None = None

    @property
    def universal(self) -> bool:
        """Whether nothing but ISO 8601 in UTC is to be read."""
        plain = not self.formats and self.serials is None
        return plain and self.days.zone == "UTC" and self.times in (None, self.days)


def instant(text: str, clock: Clock, *, is_end: bool = False) -> str:
    """SQL for the UTC instant that the text expression `text` means, else NULL."""
    absolute = f"make_timestamp(epoch_us({_with_offset(text)}))"
    if clock.universal and not is_end:
        return absolute
    day = day_alone(text, clock)
    found = [f"WHEN {day} IS NOT NULL THEN {_midnight(day, clock, is_end)}"]
    found += [
        f"WHEN {moment} IS NOT NULL THEN {moment}"
        for form in clock.formats
        if (moment := _moment(text, form, clock))
    ]
    if clock.serials is not None:
        serial = f"TRY_CAST({text} AS DOUBLE)"
        moment = f"make_timestamp(CAST(round(({serial} - {clock.serials}) * 86400000) AS BIGINT) * 1000)"
        found.append(f"WHEN regexp_full_match({text}, '\\d{{1,5}}\\.\\d+') THEN {local(moment, clock)}")
    found.append(f"WHEN {_has_offset(text)} THEN {absolute}")
    naive = local(f"TRY_CAST(trim({text}) AS TIMESTAMP)", clock)
    return f"CASE {' '.join(found)} ELSE {naive} END"


def day(text: str, clock: Clock, *, is_end: bool = False) -> str:
    """SQL for the day that the text means: a date alone, or a time at midnight, else NULL."""
    time = f"TRY_CAST(trim({text}) AS TIMESTAMP)"
    at_midnight = f"CASE WHEN {time} = date_trunc('day', {time}) THEN CAST({time} AS DATE) END"
    found = f"coalesce({day_alone(text, clock)}, {at_midnight})"
    return f"({found} + 1)" if is_end and clock.inclusive else found


def day_alone(text: str, clock: Clock) -> str:
    """SQL for the day where the text is a date without a time, else NULL."""
    found = [
        f"CAST(TRY_STRPTIME({text}, {literal(form)}) AS DATE)"
        for form in clock.formats
        if form not in _UNIX and not _has_time(form)
    ]
    if clock.serials is not None:
        serial = f"DATE '1970-01-01' + CAST({text} AS INTEGER) - {clock.serials}"
        found.append(f"CASE WHEN regexp_full_match({text}, '\\d{{1,5}}') THEN {serial} END")
    found.append(f"CASE WHEN length({text}) <= 10 THEN TRY_CAST(trim({text}) AS DATE) END")
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def typed_instant(value: str, kind: str, clock: Clock, *, is_end: bool = False) -> str | None:
    """SQL for the instant in a column that already is a time or a day, else None.

    In an end, a time at midnight without a zone counts as a date alone: exports often
    write days as such times.
    """
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({value}))"
    if kind == "DATE":
        return _midnight(value, clock, is_end)
    if not kind.startswith("TIMESTAMP"):
        return None
    time = value if kind == "TIMESTAMP" else f"CAST({value} AS TIMESTAMP)"
    if not is_end:
        return local(time, clock)
    alone = typed_day_alone(value, kind)
    return (
        f"CASE WHEN {alone} IS NOT NULL THEN {_midnight(alone, clock, is_end)} ELSE {local(time, clock)} END"
    )


def typed_day_alone(value: str, kind: str) -> str:
    """SQL for the day in a typed column: a date, or a time at midnight without a zone."""
    if kind == "DATE":
        return value
    if not kind.startswith("TIMESTAMP") or kind == "TIMESTAMP WITH TIME ZONE":
        return "CAST(NULL AS DATE)"
    time = f"CAST({value} AS TIMESTAMP)"
    return f"CASE WHEN {time} = date_trunc('day', {time}) THEN CAST({time} AS DATE) END"


def local(time: str, clock: Clock) -> str:
    """SQL for the UTC instant of a time without offset."""
    return time if clock.times is None else to_utc(time, clock.times)


def to_utc(time: str, calendar: Calendar) -> str:
    """SQL for the UTC instant of a local time of `calendar`'s zone.

    A local time that comes twice is the first of the two, one that never comes is read
    with the offset before the gap; so a midnight is always the day's first instant.
    """
    steps = calendar.offsets(datetime(1970, 1, 1), datetime(2100, 1, 1))
    starts, seconds = [], [steps[0][1]]
    for instant_, east in steps[1:]:
        starts.append(instant_ + timedelta(seconds=max(seconds[-1], east)))
        seconds.append(east)
    if not any(seconds):
        return time
    return f"({time} - to_seconds({_stepwise(time, starts, seconds)}))"


def _stepwise(value: str, starts: list[datetime], results: list[int]) -> str:
    """A balanced tree of CASE: the result in force at `value`, in few comparisons."""
    if not starts:
        return str(results[0])
    half = len(starts) // 2
    before = _stepwise(value, starts[:half], results[: half + 1])
    after = _stepwise(value, starts[half + 1 :], results[half + 1 :])
    return f"CASE WHEN {value} < TIMESTAMP '{starts[half]}' THEN {before} ELSE {after} END"


def _midnight(day_: str, clock: Clock, is_end: bool) -> str:
    shifted = f"({day_} + 1)" if is_end and clock.inclusive else day_
    return to_utc(f"CAST({shifted} AS TIMESTAMP)", clock.days)


def _moment(text: str, form: str, clock: Clock) -> str | None:
    if form in _UNIX:
        factor = _UNIX[form]
        decimals = len(str(factor)) - 1
        number = f"TRY_CAST({text} AS DECIMAL({18 + decimals}, {decimals}))"
        return f"make_timestamp(CAST({number} * {factor} AS BIGINT))"
    if not _has_time(form):
        return None
    parsed = f"TRY_STRPTIME({text}, {literal(form)})"
    return f"make_timestamp(epoch_us({parsed}))" if "%z" in form.lower() else local(parsed, clock)


def _has_time(form: str) -> bool:
    return any(sign in form for sign in _TIME_SIGNS)


def _with_offset(text: str) -> str:
    """SQL for a time with its offset; DuckDB wants seconds, and no space before the offset."""
    loose = r"^(\S{10}[T ]\d\d:\d\d)(:\d\d[.\d]*)? *(Z|[+-]\d.*)$"
    strict = f"regexp_replace(trim({text}), {literal(loose)}, '\\1\\2\\3')"
    full = f"regexp_replace({strict}, '^(.{{10}}.\\d\\d:\\d\\d)(Z|[+-])', '\\1:00\\2')"
    return f"coalesce(TRY_CAST(trim({text}) AS TIMESTAMPTZ), TRY_CAST({full} AS TIMESTAMPTZ))"


def _has_offset(text: str) -> str:
    time = f"substr(trim({text}), 12)"
    return f"(contains({time}, 'Z') OR contains({time}, '+') OR contains({time}, '-'))"
