"""Numbers and periods as people write them, by the rules of a language (Babel's data)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from holdfast.words import ENGLISH, knows, say

MONEY = "¤¤ #,##0.00;¤¤ -#,##0.00"
CURRENCY = re.compile(r"^[A-Z]{3}$")
TRAILING = re.compile(r"^trailing_(\d+)_(days|months)$")
QUARTER = re.compile(r"^(?P<year>.+)-Q(?P<number>\d)$")
WEEK = re.compile(r"^(?P<year>\d{4})-W(?P<number>\d{2})$")
MONTH = re.compile(r"^\d{4}-\d{2}$")
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def amount(value: Decimal | float, unit: str, language: str = ENGLISH) -> str:
    """`value` as text: `6.4%` for a share, `USD 1,200.00` for money, `1,204` for a count.

    Rounding is half-even and for the eye alone; shares and months have one decimal, other
    fractions two.
    """
    if CURRENCY.match(unit):
        text = format_currency(_exact(value), unit, MONEY, locale=Locale.parse(language))
        return text.replace("\N{NO-BREAK SPACE}", " ")
    text = bare(value, unit, language)
    return say(f"unit.{unit}", language, amount=text) if knows(f"unit.{unit}") else text


def bare(value: Decimal | float, unit: str, language: str = ENGLISH) -> str:
    """`value` without the word of its unit, for where the unit stands beside it: `6.4%`, `1,200.00`."""
    exact, locale = _exact(value), Locale.parse(language)
    if unit == "share":
        return format_percent(exact, "#,##0.0%", locale=locale)
    if CURRENCY.match(unit):
        return format_currency(exact, unit, "#,##0.00", locale=locale)
    if exact == exact.to_integral_value():
        return format_decimal(exact, "#,##0", locale=locale)
    return format_decimal(exact, "#,##0.0" if unit == "months" else "#,##0.00", locale=locale)


def signed(value: Decimal | float, unit: str, language: str = ENGLISH) -> str:
    """A difference with its sign; a difference of shares is in points of percent."""
    sign = "+" if value > 0 else "-" if value < 0 else ""
    if unit == "share":
        points = format_decimal(abs(_exact(value)) * 100, "#,##0.0", locale=Locale.parse(language))
        return say("unit.points", language, amount=f"{sign}{points}")
    return f"{sign}{bare(abs(_exact(value)), unit, language)}"


def period_name(grain: str, label: str, language: str = ENGLISH) -> str:
    """A period as a person says it: `2025-04` is `April 2025`, `2025-W14` is `week 14 of 2025`."""
    if trailing := TRAILING.match(grain):
        count, of = trailing.groups()
        if of == "days":
            return say("period.trailing_days", language, count=count, day=_day(label, language))
        return say("period.trailing_months", language, count=count, month=_month(label, language))
    if quarter := QUARTER.match(label):
        return say("period.quarter", language, **quarter.groupdict())
    if week := WEEK.match(label):
        return say("period.week", language, year=week["year"], number=int(week["number"]))
    if MONTH.match(label):
        return _month(label, language)
    if DAY.match(label):
        day = _day(label, language)
        return say("period.week_of", language, day=day) if grain == "week" else day
    return label


def period_short(grain: str, label: str, beside: str, language: str = ENGLISH) -> str:
    """As `period_name`, without the year where `beside`, the label it stands next to, has the same."""
    if grain == "month" and MONTH.match(label) and label[:4] == beside[:4]:
        return format_date(date.fromisoformat(f"{label}-01"), "MMMM", locale=language)
    return period_name(grain, label, language)


def when(grain: str, label: str, beside: str, language: str = ENGLISH) -> str:
    """A period with its preposition: `in September`, `on 30 April 2025`."""
    kind = "on" if grain == "day" else "in"
    return say(f"when.{kind}", language, period=period_short(grain, label, beside, language))


def _exact(value: Decimal | float) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _day(label: str, language: str) -> str:
    return format_date(date.fromisoformat(label), "d MMMM y", locale=language)


def _month(label: str, language: str) -> str:
    return format_date(date.fromisoformat(f"{label}-01"), "MMMM y", locale=language)
