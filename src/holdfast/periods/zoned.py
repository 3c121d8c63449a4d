"""Periods in a workspace's zone: local days become instants here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from holdfast.errors import Sentence, UsageError
from holdfast.periods.days import Grain, Reckoning, Span, grain_named, same_day_last_year
from holdfast.periods.labels import read_as, read_label
from holdfast.periods.zones import (
    local_day_of,
    local_to_utc,
    midnight_of,
    offset_at,
    offsets_between,
    zone_named,
)


@dataclass(frozen=True)
class Period:
    """The instants of `[start, end)` in UTC, and the local days from first to last, both in.

    An instant is in it where `start <= instant < end` (R3).
    """

    grain: str
    label: str
    start: datetime
    end: datetime
    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """How many local days it has."""
        return (self.last_day - self.first_day).days + 1

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


@dataclass(frozen=True)
class Calendar:
    """A workspace's calendar: IANA zone, first day of the week, first month of the year (R2).

    `week_start` is 0 for Monday, 5 for Saturday, 6 for Sunday; `fiscal_start` is 1 to 12.
    Raises UsageError where one of them does not exist.
    """

    zone: str = "UTC"
    week_start: int = 0
    fiscal_start: int = 1

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if self.week_start not in (0, 5, 6):
            hint = Sentence("0 for Monday, 5 for Saturday or 6 for Sunday.")
            raise UsageError(Sentence("A week cannot begin on day {day!r}.", day=self.week_start), hint=hint)
        if self.fiscal_start not in range(1, 13):
            raise UsageError(
                Sentence("A year cannot begin in month {month!r}.", month=self.fiscal_start),
                hint=Sentence("1 to 12."),
            )

    def midnight(self, day: date) -> datetime:
        """The instant at which the local `day` begins.

        Where clocks jump over midnight, that is the jump; where they show midnight twice, the
        first of the two. A day has 23 or 25 hours where clocks change, and none where a zone
        skipped it.
        """
        return midnight_of(self.zone, day)

    def local_day(self, instant: datetime) -> date:
        """The local day that `instant` is in: the last one begun at or before it."""
        return local_day_of(self.zone, instant)

    def to_local(self, instant: datetime) -> datetime:
        """What local clocks show at `instant`, without a zone."""
        return instant + timedelta(seconds=offset_at(self.zone, instant))

    def to_utc(self, local: datetime) -> datetime:
        """The instant at which local clocks show `local`: the first, where they do so twice.

        A time that the clocks skipped is read with the offset before the gap.
        """
        return local_to_utc(self.zone, local)

    def offsets(self, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
        """Seconds east of UTC from `first` to `last`: (instant from which, seconds), in order.

        The first entry begins at `first`; one more stands for each change until `last`. At any
        instant the local clock shows the instant plus the seconds of the last entry begun.
        Raises UsageError where `last` is before `first`.
        """
        if last < first:
            raise UsageError(f"{last} is before {first}.", hint="Give the earlier instant first.")
        return offsets_between(self.zone, first, last)

    def period(self, grain: str, label: str | date) -> Period:
        """The period of `grain` called `label`, or the one that holds a day.

        A trailing period is called like the day or month that it ends with; a datetime is taken
        as an instant. Raises UsageError
        for a label that does not exist or names another kind of period.
        """
        kind = grain_named(grain)
        if isinstance(label, str):
            return self._period_with(kind, read_as(kind, label, self._reckoning))
        return self._period_with(kind, self._day(label))

    def containing(self, grain: str, instant: datetime) -> Period:
        """The period of `grain` that `instant` is in; of trailing ones, that which ends there."""
        return self._period_with(grain_named(grain), self.local_day(instant))

    def periods(self, grain: str, first: str | date, last: str | date) -> list[Period]:
        """All periods of `grain` from `first` to `last`, both included.

        Both are labels or days. A label of a coarser kind is widened to all that touch it, and
        one of a finer kind means the period that holds it: months from '2025' to '2025' are
        twelve. Raises UsageError where `last` is before `first`.
        """
        kind = grain_named(grain)
        begin, end = self._span(first).first, self._span(last).last
        if end < begin:
            raise UsageError(f"{last} is before {first}.", hint="Give the earlier period first.")
        found = [self._period_with(kind, begin)]
        final = self._reckoning.span_with(kind, end).last
        while found[-1].last_day < final:
            found.append(self._stepped(kind, found[-1], 1))
        return found

    def previous(self, period: Period) -> Period:
        """The period one step before: a trailing one ends one day or one month earlier."""
        return self._stepped(grain_named(period.grain), period, -1)

    def following(self, period: Period) -> Period:
        """The period one step later: a trailing one ends one day or one month later."""
        return self._stepped(grain_named(period.grain), period, 1)

    def year_before(self, period: Period) -> Period:
        """The same period last year; of a week, the one 52 weeks before.

        29 February is compared with 28 February.
        """
        kind = grain_named(period.grain)
        if kind.unit == "day":
            return self._period_with(kind, same_day_last_year(period.last_day))
        steps = {"week": 52, "month": 12, "quarter": 4, "year": 1}[kind.unit]
        return self._stepped(kind, period, -steps)

    @property
    def _reckoning(self) -> Reckoning:
        return Reckoning(self.week_start, self.fiscal_start)

    def _span(self, label: str | date) -> Span:
        if isinstance(label, str):
            return read_label(label, self._reckoning)
        day = self._day(label)
        return Span("day", day, day)

    def _day(self, given: date) -> date:
        return self.local_day(given) if isinstance(given, datetime) else given

    def _stepped(self, grain: Grain, period: Period, steps: int) -> Period:
        return self._period_with(grain, self._reckoning.step(grain, period.last_day, steps))

    def _period_with(self, grain: Grain, day: date) -> Period:
        span = self._reckoning.span_with(grain, day)
        return Period(
            grain=grain.name,
            label=self._reckoning.label(grain, span),
            start=self.midnight(span.first),
            end=self.midnight(span.last + timedelta(days=1)),
            first_day=span.first,
            last_day=span.last,
        )
