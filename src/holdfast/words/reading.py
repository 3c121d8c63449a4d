"""How somebody reads, beside the language: digits, calendar, toman; a language's tag carries it.

The tags are those of BCP 47 (`fa-u-ca-persian-nu-latn-x-toman`), so that whatever takes a language
takes how its reader reads, and what is kept by language is kept apart by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from babel.core import Locale, UnknownLocaleError

DIGITS = ("own", "latin")
CALENDARS = ("gregorian", "jalali")
RIAL = "IRR"
_BESIDE = re.compile(r"-[ux]-.*$", re.IGNORECASE)
_SAID = {"own": "nu-native", "latin": "nu-latn"}


@dataclass(frozen=True)
class Reading:
    """What a tag says beside the language; `digits` is empty where they are as usual in it."""

    digits: str = ""
    jalali: bool = False
    toman: bool = False


def tagged(language: str, *, digits: str = "", calendar: str = "", toman: bool = False) -> str:
    """The tag of a language with how its reader reads: the language itself where nothing is chosen."""
    keys = ["ca-persian"] if calendar == "jalali" else []
    keys += [_SAID[digits]] if digits else []
    return "-".join([language, *(["u", *keys] if keys else []), *(["x-toman"] if toman else [])])


@cache
def reading(tag: str) -> Reading:
    """How the reader of a tag reads."""
    beside = _BESIDE.search(tag.lower())
    told = beside[0] if beside else ""
    digits = next((name for name, key in _SAID.items() if key in told), "")
    return Reading(digits, "ca-persian" in told, told.endswith("-x-toman"))


@cache
def locale_of(tag: str) -> Locale:
    """Babel's rules of a tag's language, those of English for one that there is not."""
    try:
        return Locale.parse(_BESIDE.sub("", tag).replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def in_toman(unit: str, language: str) -> bool:
    """Whether amounts of a unit are written in toman, which is ten rials."""
    return unit == RIAL and reading(language).toman
