"""The only code that knows the calendar: zones, local days, periods and their labels.

A period is half-open, `[start, end)`: its bounds are local midnights of the workspace's IANA
zone, kept as naive UTC instants (R2). An instant belongs to the period with
`start <= instant < end`; the opening is the state just before `start`, the closing the state
just before `end`, which is the next opening, so that periods chain and opening plus movements
equals closing (R3).

>>> from holdfast.periods import Calendar
>>> april = Calendar("Asia/Tehran").period("month", "2024-04")
>>> april.start, april.end
(datetime.datetime(2024, 3, 31, 20, 30), datetime.datetime(2024, 4, 30, 20, 30))
"""

from __future__ import annotations

from holdfast.periods.days import GRAINS, Span
from holdfast.periods.rhythm import Rhythm, duration, rhythm
from holdfast.periods.zoned import Calendar, Period

__all__ = ["GRAINS", "Calendar", "Period", "Rhythm", "Span", "duration", "rhythm"]
