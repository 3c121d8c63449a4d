"""Days as people write them, in the calendar that the reader chose; months of figures are Gregorian."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from babel.dates import format_date
from persiantools.jdatetime import JalaliDate

from holdfast.words.numerals import in_digits
from holdfast.words.reading import locale_of, reading
from holdfast.words.sentences import say

FIRST_JALALI = date(622, 3, 22)
_TRAILING = re.compile(r"^trailing_(\d+)_months$")
_MONTH = re.compile(r"^(?P<year>\d{4})-(?P<month>\d{2})$")
_QUARTER = re.compile(r"^(?P<year>\d{4})-Q(?P<number>\d)$")
_WEEK = re.compile(r"^(?P<year>\d{4})-W(?P<number>\d{2})$")
_YEAR = re.compile(r"^\d{4}$")


def day_text(day: date, language: str) -> str:
    """`30 April 2025`, or `10 Ordibehesht 1404` for one who reads Jalali days."""
    if _is_jalali(day, language):
        return in_digits(" ".join(_in_jalali(day, language)), language)
    return _written(day, "d MMMM y", language)


def day_brief(day: date, language: str) -> str:
    """A day without its year: `30 Apr`, `10 Ordibehesht`."""
    if _is_jalali(day, language):
        return in_digits(" ".join(_in_jalali(day, language)[:2]), language)
    return _written(day, "d MMM", language)


def month_text(label: str, language: str, pattern: str = "LLLL y") -> str:
    """A month of figures: Gregorian for every reader, because its bounds are."""
    return _written(date.fromisoformat(f"{label}-01"), pattern, language)


def bounds_text(grain: str, label: str, language: str) -> str:
    """The first and the last day of a period for one who reads Jalali days, else nothing.

    Nothing either where the label alone does not tell them: fiscal years, and periods named by a day.
    """
    if not reading(language).jalali:
        return ""
    ends = _ends(grain, label)
    if ends is None:
        return ""
    first, last = (day_text(day, language) for day in ends)
    return say("period.days", language, first=first, last=last)


def _ends(grain: str, label: str) -> tuple[date, date] | None:
    if month := _MONTH.match(label):
        trailing = _TRAILING.match(grain)
        return _months(int(month["year"]), int(month["month"]), int(trailing[1]) if trailing else 1)
    if quarter := _QUARTER.match(label):
        return _months(int(quarter["year"]), 3 * int(quarter["number"]), 3)
    if week := _WEEK.match(label):
        monday = date.fromisocalendar(int(week["year"]), int(week["number"]), 1)
        return monday, monday + timedelta(days=6)
    return _months(int(label), 12, 12) if _YEAR.match(label) else None


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """The first and the last day of `count` months, of which the last is told."""
    earliest = 12 * year + month - count
    first = date(earliest // 12, earliest % 12 + 1, 1)
    return first, date(year, month, monthrange(year, month)[1])


def _is_jalali(day: date, language: str) -> bool:
    return reading(language).jalali and day >= FIRST_JALALI


def _in_jalali(day: date, language: str) -> tuple[str, str, str]:
    """Day, month and year."""
    there = JalaliDate(day)  # type: ignore[no-untyped-call]
    return f"{there.day}", say(f"jalali.month.{there.month}", language), f"{there.year}"


def _written(day: date, pattern: str, language: str) -> str:
    return in_digits(format_date(day, pattern, locale=locale_of(language)), language)
