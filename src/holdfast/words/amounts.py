"""Numbers, money and dates as people write them, by the rules of a language (Babel's data).

Rounding is half-even and for the eye alone (R15). A tag of a language may say how its reader reads:
digits, calendar, toman (`reading`).
"""

from __future__ import annotations

import re
from datetime import date as day_of_calendar
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from babel.numbers import get_currency_precision, get_currency_symbol, parse_pattern

from holdfast.words.days import bounds_text, day_brief, day_text, month_text
from holdfast.words.numerals import in_digits, separators_of
from holdfast.words.reading import in_toman, locale_of
from holdfast.words.sentences import ENGLISH, knows, say, say_many

CURRENCY = re.compile(r"^[A-Z]{3}$")
TRAILING = re.compile(r"^trailing_(\d+)_(days|months)$")
QUARTER = re.compile(r"^(?P<year>.+)-Q(?P<number>\d)$")
WEEK = re.compile(r"^(?P<year>\d{4})-W(?P<number>\d{2})$")
MONTH = re.compile(r"^\d{4}-\d{2}$")
DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
YEAR = re.compile(r"^(FY)?\d{4}$")
TOMAN = Decimal(10)
"""Rials of one toman."""

Amount = Decimal | int | float


def is_currency(unit: str) -> bool:
    """Whether a unit is money: three capital letters, as ISO 4217 has them."""
    return CURRENCY.match(unit) is not None


def decimals_of(currency: str) -> int:
    """How many decimals a currency has: 2 for USD, 0 for JPY."""
    return int(get_currency_precision(currency))


def number(value: Amount, language: str = ENGLISH, *, decimals: int | None = None) -> str:
    """`1,204` for a whole number, `3.50` for another: as many `decimals` as asked for.

    Without `decimals`, whole numbers have none and others two.
    """
    exact = _exact(value)
    if decimals is None:
        decimals = 0 if exact == exact.to_integral_value() else 2
    return _shown(exact, locale_of(language).decimal_formats[None].pattern, decimals, language)


def percent(value: Amount, language: str = ENGLISH, *, decimals: int = 1) -> str:
    """A share as percent: `6.4%` for 0.064."""
    return _shown(_exact(value), locale_of(language).percent_formats[None].pattern, decimals, language)


def money(value: Amount, currency: str, language: str = ENGLISH, *, symbol: bool = False) -> str:
    """`USD 1,200.00`: the code, or its `symbol`, and as many decimals as the currency has.

    Rials are `120 toman` for one who reads them so, never without the word.
    """
    if in_toman(currency, language):
        return say("unit.toman", language, amount=_in_toman(_exact(value), language))
    name = get_currency_symbol(currency, locale_of(language)) if symbol else currency
    return f"{name} {number(value, language, decimals=get_currency_precision(currency))}"


def date(day: day_of_calendar, language: str = ENGLISH) -> str:
    """`30 April 2025`: a day in the reader's calendar, the Gregorian one unless they chose another."""
    return day_text(day, language)


def amount(value: Amount, unit: str, language: str = ENGLISH) -> str:
    """`value` with its unit: `6.4%` for a share, `USD 1,200.00` for money, `1,204` for a count.

    Shares, months, days, hours and minutes have one decimal, other fractions two.
    """
    if CURRENCY.match(unit):
        return money(value, unit, language)
    text = bare(value, unit, language)
    said = f"unit.{unit}"
    return say_many(said, float(_exact(value)), language, amount=text) if knows(said) else text


def bare(value: Amount, unit: str, language: str = ENGLISH) -> str:
    """`value` without the word of its unit, for where the unit stands beside it: `6.4%`, `1,200.00`.

    Toman say their name here too, because what stands beside is the workspace's currency.
    """
    exact = _exact(value)
    if unit == "share":
        return percent(exact, language)
    if in_toman(unit, language):
        return money(exact, unit, language)
    if CURRENCY.match(unit):
        return number(exact, language, decimals=get_currency_precision(unit))
    timed = unit in {"months", "days", "hours", "minutes"} and exact != exact.to_integral_value()
    return number(exact, language, decimals=1 if timed else None)


def signed(value: Amount, unit: str, language: str = ENGLISH) -> str:
    """A difference with its sign and without its currency; one of shares is in points of percent.

    What rounds to zero has no sign.
    """

    def told(amount: Amount) -> str:
        shares = unit == "share"
        return number(amount * 100, language, decimals=1) if shares else bare(amount, unit, language)

    exact = _exact(value)
    size = told(abs(exact))
    sign = "" if size == told(_exact(0)) else "+" if exact > 0 else "-"
    return say("unit.points", language, amount=f"{sign}{size}") if unit == "share" else f"{sign}{size}"


def period_name(grain: str, label: str, language: str = ENGLISH) -> str:
    """A period as a person says it: `2025-04` is `April 2025`, `2025-W14` is `week 14 of 2025`."""
    if trailing := TRAILING.match(grain):
        count, of = in_digits(trailing[1], language), trailing[2]
        if of == "days":
            return say("period.trailing_days", language, count=count, day=_day(label, language))
        return say("period.trailing_months", language, count=count, month=month_text(label, language))
    if quarter := QUARTER.match(label):
        year, count = (in_digits(quarter[part], language) for part in ("year", "number"))
        return say("period.quarter", language, year=year, number=count)
    if week := WEEK.match(label):
        year, count = in_digits(week["year"], language), in_digits(str(int(week["number"])), language)
        return say("period.week", language, year=year, number=count)
    if MONTH.match(label):
        return month_text(label, language)
    if DAY.match(label):
        day = _day(label, language)
        return say("period.week_of", language, day=day) if grain == "week" else day
    return in_digits(label, language) if YEAR.match(label) else label


def period_told(grain: str, label: str, language: str = ENGLISH) -> str:
    """As `period_name`, with its first and last day for one who reads days of another calendar."""
    name, days = period_name(grain, label, language), bounds_text(grain, label, language)
    return say("period.with_days", language, period=name, days=days) if days else name


def period_brief(grain: str, label: str, language: str = ENGLISH) -> str:
    """A period as it heads a narrow column: `Dec 2025` for a month, else as `period_name`."""
    if MONTH.match(label):
        return month_text(label, language, "LLL y")
    if DAY.match(label):
        return day_brief(day_of_calendar.fromisoformat(label), language)
    return period_name(grain, label, language)


def period_short(grain: str, label: str, beside: str, language: str = ENGLISH) -> str:
    """As `period_name`, without the year where `beside`, the label it stands next to, has the same."""
    if grain == "month" and MONTH.match(label) and label[:4] == beside[:4]:
        return month_text(label, language, "LLLL")
    return period_name(grain, label, language)


def when(grain: str, label: str, beside: str, language: str = ENGLISH) -> str:
    """A period with its preposition: `in September`, `on 30 April 2025`."""
    kind = "on" if grain == "day" else "in"
    return say(f"when.{kind}", language, period=period_short(grain, label, beside, language))


def _exact(value: Amount) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _shown(value: Decimal, pattern: str, decimals: int, language: str) -> str:
    """`value` in a pattern of the locale with just so many decimals; what rounds to 0 has no sign."""
    places = decimals + 2 if "%" in pattern else decimals
    with localcontext(prec=80, rounding=ROUND_HALF_EVEN):
        rounded = value.quantize(Decimal(1).scaleb(-places))
        number_pattern = parse_pattern(pattern)
        number_pattern.frac_prec = (decimals, decimals)
        locale, system = locale_of(language), separators_of(language)
        text = number_pattern.apply(rounded or abs(rounded), locale, numbering_system=system)
    return in_digits(text, language)


def _day(label: str, language: str) -> str:
    return day_text(day_of_calendar.fromisoformat(label), language)


def _in_toman(rials: Decimal, language: str) -> str:
    """Rials as a number of toman: to the rial, as rials are written."""
    with localcontext(prec=80, rounding=ROUND_HALF_EVEN):
        toman = rials.quantize(Decimal(1)) / TOMAN
    return number(toman, language, decimals=0 if toman == toman.to_integral_value() else 1)
