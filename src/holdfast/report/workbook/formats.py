"""How numbers, instants and words look in a cell: patterns by unit and language, and their styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.report.colours import INK
from holdfast.words import RIGHT_TO_LEFT, say
from holdfast.words.amounts import decimals_of, is_currency

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

FONTS = {"en": "Arial", "id": "Arial", "hi": "Nirmala UI", "ar": "Tahoma", "fa": "Tahoma"}
"""Faces with tabular figures that spreadsheet programs bring along; others put their own in place."""

PERSIAN = "3000429"
"""The code of Persian digits in a number format; the other languages write Latin ones."""

DATE, INSTANT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
FRACTIONS = {"months": 1, "days": 1, "hours": 1, "minutes": 1, "points": 1, "ratio": 2}
FRACTIONS |= {"transfers": 2, "replies": 2, "per_month": 2}


def pattern(unit: str, language: str, *, coded: bool = False, mark: bool = False, whole: bool = False) -> str:
    """The number format of a unit: percent, money with its currency's decimals, counts.

    `coded` writes the currency's code, `mark` the sign of a provisional figure behind the number, and
    `whole` leaves fractions of money away.
    """
    if unit == "share":
        digits = "0.0%"
    else:
        decimals = decimals_of(unit) if is_currency(unit) else FRACTIONS.get(unit, 0)
        digits = _grouped(0 if whole and is_currency(unit) else decimals)
    shown = digits + ('"*"' if mark else "_*")
    if not (coded and is_currency(unit)):
        return f"{_bracketed(language)}{shown}"
    return f'{_bracketed(language)}"{unit}" {shown}' if _bracketed(language) else f"[${unit}] {shown}"


def difference(unit: str, language: str) -> str:
    """The number format of a difference with its sign; one of shares is in points of percent."""
    if unit == "share":
        before, _, behind = say("unit.points", language, amount="0").partition("0")
        digits = f"{_quoted(before)}{{sign}}0.0{_quoted(behind.rstrip())}"
    else:
        decimals = decimals_of(unit) if is_currency(unit) else FRACTIONS.get(unit, 0)
        digits = f"{{sign}}{_grouped(decimals)}"
    signed = [digits.format(sign=sign) for sign in ("+", "-", "")]
    return ";".join(f"{_bracketed(language)}{each}" for each in signed)


def counted(of: str, language: str) -> str:
    """The number format that shows 49 as `49 of 96`, where `of` is 96 as it is written."""
    words = say("series.of", language, numerator="\0", denominator=of)
    before, _, behind = words.partition("\0")
    return f"{_bracketed(language)}{_quoted(before)}#,##0{_quoted(behind)}"


def plain(digits: str, language: str) -> str:
    """A number format in the digits of the language."""
    return f"{_bracketed(language)}{digits}"


def _grouped(decimals: int) -> str:
    return "#,##0." + "0" * decimals if decimals else "#,##0"


def _bracketed(language: str) -> str:
    return f"[$-{PERSIAN}]" if language == "fa" else ""


def _quoted(text: str) -> str:
    return f'"{text}"' if text else ""


class Styles:
    """The styles of one workbook, each made once; `start` and `end` are the sides of the reader."""

    def __init__(self, book: Workbook, language: str) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.is_mirrored = language in RIGHT_TO_LEFT
        self.font = FONTS[language]

    def __call__(self, **wanted: Any) -> Format:
        """The style with these properties over the plain one."""
        side = {"start": "left", "end": "right"}
        if self.is_mirrored:
            side = {"start": "right", "end": "left"}
        properties: dict[str, Any] = {
            "font_name": self.font,
            "font_size": 9,
            "font_color": INK,
            "valign": "vcenter",
        } | wanted
        if properties.get("indent"):
            properties.setdefault("align", "start")
        properties["align"] = side.get(properties.get("align", ""), properties.get("align", ""))
        if self.is_mirrored:
            properties.setdefault("reading_order", 2)
        known = tuple(sorted((name, value) for name, value in properties.items() if value != ""))
        if known not in self._made:
            self._made[known] = self._book.add_format(dict(known))
        return self._made[known]
