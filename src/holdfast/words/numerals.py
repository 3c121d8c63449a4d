"""Digits: those usual in a language, its own, or Latin ones, as the reader chose."""

from __future__ import annotations

import re
from functools import cache

from holdfast.words.reading import locale_of, reading

LATIN = "latn"
SIGNS = {
    LATIN: "0123456789%",
    "arab": "٠١٢٣٤٥٦٧٨٩٪",
    "arabext": "۰۱۲۳۴۵۶۷۸۹٪",
    "deva": "०१२३४५६७८९%",
}
"""The digits of the numbering systems of our languages, each with its sign of percent."""

_WRITTEN = re.compile(r"(?<![A-Za-z\d_{-])(?!\d{4}-)\d+(?:[.,٫٬-]\d+)*(?:\s?[%٪])?(?![A-Za-z\d_}])")
"""A number of a sentence: no part of a name (`K33`), of a day (`2025-04-30`) or of a place for a value."""


@cache
def system_of(language: str) -> str:
    """The numbering system in which numbers are written for the reader of a tag."""
    locale, digits = locale_of(language), reading(language).digits
    if digits == "latin":
        return LATIN
    usual = str(locale.default_numbering_system)
    return str(locale.other_numbering_systems.get("native", usual)) if digits else usual


@cache
def separators_of(language: str) -> str:
    """The numbering system whose separators Babel is to use: the usual one where it knows none."""
    system = system_of(language)
    known = locale_of(language).number_symbols.get(system, {})
    return system if known.get("decimal") else "default"


def in_digits(text: str, language: str) -> str:
    """`text` with its Latin digits in those of the reader: Babel knows separators and not digits."""
    return text.translate(_table(LATIN, system_of(language)))


@cache
def digits_turned(sentence: str, language: str) -> str:
    """A sentence of the catalogue with its numbers in the digits of the reader."""
    to = system_of(language)
    return _WRITTEN.sub(lambda found: _turned(found[0], to), sentence)


def _turned(text: str, to: str) -> str:
    for system in SIGNS:
        if system != to:
            text = text.translate(_table(system, to))
    return text


@cache
def _table(before: str, after: str) -> dict[int, str]:
    return {ord(one): other for one, other in zip(SIGNS[before], SIGNS[after], strict=True)}
