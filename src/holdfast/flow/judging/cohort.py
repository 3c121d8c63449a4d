"""Whole months of sign-ups that a judgement looks at."""

from __future__ import annotations

from datetime import datetime

from holdfast.periods import Calendar, Period


def months_of(
    calendar: Calendar, until: datetime, first: str | None, last: str | None, many: int
) -> list[Period]:
    """The months from first to last; without a word so `many` that end with the last whole one."""
    if last is not None:
        end = calendar.periods("month", last, last)[-1]
    else:
        end = calendar.previous(calendar.containing("month", until))
    if first is not None:
        begin = calendar.periods("month", first, first)[-1]
        untold = last is None and end.start < begin.start
        return calendar.periods("month", first, begin.first_day if untold else end.first_day)
    months = [end]
    while len(months) < many:
        months.insert(0, calendar.previous(months[0]))
    return months
