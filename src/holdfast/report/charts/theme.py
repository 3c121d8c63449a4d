"""How every chart looks: type, lines, colours in light and dark, numbers of a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.numbers import get_decimal_symbol, get_group_symbol

from holdfast.report import colours
from holdfast.words import RIGHT_TO_LEFT, spoken
from holdfast.words.numerals import LATIN, SIGNS, separators_of, system_of
from holdfast.words.order import ARABIC
from holdfast.words.reading import locale_of

WIDTH, HEIGHT = 640, 280
FONTS = (
    "Inter, Vazirmatn, 'Noto Sans', 'Noto Sans Arabic', 'Noto Naskh Arabic', 'Noto Sans Devanagari',"
    " system-ui, sans-serif"
)
EMBEDDED, ENDED = "\u2067", "\u2069"
"""Marks between which a text runs from right to left, whatever stands around it."""

LEFT_MARK, ARABIC_MARK = "\u200e", "\u061c"
"""CLDR's marks beside signs; the labels of an axis are one number each."""


@dataclass(frozen=True)
class Colours:
    """The colours that are not those of a series, for one ground."""

    ground: str
    ink: str
    muted: str
    line: str
    accent: str
    target: str
    series: tuple[str, ...] = colours.SERIES


LIGHT = Colours(colours.WHITE, colours.INK, colours.MUTED, colours.HAIRLINE, colours.ACCENT, colours.TARGET)
DARK = Colours("#12191E", "#E8EEF1", "#A3B1BA", "#2B3840", "#5CC2D1", "#E3B35A", colours.SERIES_ON_DARK)


def is_mirrored(language: str) -> bool:
    """Whether a chart in this language runs from right to left."""
    return spoken(language) in RIGHT_TO_LEFT


def config(language: str, paint: Colours = LIGHT) -> dict[str, Any]:
    """Vega-Lite's configuration: light horizontal grid alone, no frame, no ticks."""
    text = {"labelColor": paint.muted, "titleColor": paint.muted, "labelFontSize": 12, "titleFontSize": 12}
    text["titleFontWeight"] = 400
    title = {
        "anchor": "end" if is_mirrored(language) else "start",
        "color": paint.ink,
        "fontSize": 16,
        "fontWeight": 600,
        "subtitleColor": paint.muted,
        "subtitleFontSize": 12,
        "subtitleLineHeight": 18 if spoken(language) in {"hi", *RIGHT_TO_LEFT} else 16,
        "subtitlePadding": 6,
        "offset": 14,
    }
    return {
        "background": paint.ground,
        "padding": 16,
        "font": FONTS,
        "view": {"stroke": None},
        "axis": {
            **text,
            "domain": False,
            "ticks": False,
            "grid": False,
            "labelPadding": 8,
            "titlePadding": 8,
        },
        "title": title,
        "legend": {**text, "title": None, "orient": "top", "symbolType": "square", "labelLimit": 240},
        "text": {"color": paint.ink, "fontSize": 12},
        "locale": {"number": _numbers(language)},
    }


def _signs(signs: str) -> dict[str, str]:
    """Minus and percent with marks that keep them where texts have them, whichever way the label runs."""
    if signs == SIGNS[LATIN]:
        return {"minus": f"{LEFT_MARK}−", "percent": f"{LEFT_MARK}%{LEFT_MARK}"}
    if signs[0] in ARABIC:
        return {"minus": f"{ARABIC_MARK}−", "percent": f"{ARABIC_MARK}{signs[10]}{ARABIC_MARK}"}
    return {"minus": f"{LEFT_MARK}−"}


def _numbers(language: str) -> Mapping[str, Any]:
    """How the language writes numbers, in the words of d3."""
    locale, system = locale_of(language), separators_of(language)
    signs = SIGNS[system_of(language)]
    return {
        "decimal": get_decimal_symbol(locale, numbering_system=system),
        "thousands": get_group_symbol(locale, numbering_system=system),
        "grouping": [3, 2, 2, 2, 2] if spoken(language) == "hi" else [3],
        "currency": ["", ""],
        **({"numerals": list(signs[:10]), "percent": signs[10]} if signs != SIGNS[LATIN] else {}),
        **(_signs(signs) if is_mirrored(language) else {}),
    }
