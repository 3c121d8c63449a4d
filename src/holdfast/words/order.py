"""Numbers that keep their signs in place in texts read from the right, as CLDR and Unicode place them.

A number of Latin digits runs from the left whole: sign, digits, percent (CLDR's `ar` marks them so).
Persian digits have their sign at the left and their percent, as it is read, after them, at the left too
(W3C's Arabic layout requirements). Numbers of Arabic digits have both as they are read: CLDR's marks
are those of Arabic letters. A currency's code stays with its amount.

Each is set apart by an isolate (UAX 9) where a text is shown as a page, a letter or a picture. A mark
inside the number would lend its direction to whatever is asked for its own, such as an interval.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from holdfast.words.sentences import RIGHT_TO_LEFT, spoken

LEFT, RIGHT, END = "\u2066", "\u2067", "\u2069"
ARABIC, PERSIAN = frozenset("٠١٢٣٤٥٦٧٨٩"), frozenset("۰۱۲۳۴۵۶۷۸۹")

_NUMBER = re.compile(
    r"(?<![\w+\-−.,٫٬/:=&#%])"
    r"(?P<code>[A-Z]{3} )?(?P<sign>[+\-−])?(?P<first>\d)(?:\d|[.,٫٬](?=\d))*(?P<percent>[%٪])?"
    r"(?!\w|[-−/:.,٫٬]\d)"
)
"""A number of a text: no part of a name, a day, a time of day or an address."""

_PIECE = re.compile(
    r"(?P<kept><(?P<name>script|style|textarea|pre|code)\b.*?</(?P=name)\s*>|<!--.*?-->)"
    r"|(?P<plain><(?:title|option|text|tspan|desc)\b[^>]*>[^<]*)"
    r"|(?P<tag><[^>]*>)|(?P<text>[^<]+)",
    re.DOTALL,
)
_LATIN_WORD = r"[+@-]{0,2}[A-Za-z0-9_](?:[A-Za-z0-9_.:/@%+=<-]*[A-Za-z0-9_/%+])?"
_LATIN = re.compile(rf"{_LATIN_WORD}(?: {_LATIN_WORD})*|[+-]?\d(?:[\d٬٫.,]*\d)?[%٪]?")
"""What is read from the left inside a line that is read from the right: Latin names, numbers."""

_SEEN = re.compile(r"""(?<=\s)(?:title|alt)="[^"]*\"""")
"""Attributes that are shown as text."""


def ordered(text: str, language: str) -> str:
    """A text with its numbers between the marks of isolates, where the language is read from the right."""
    return _isolated(_marked, text) if spoken(language) in RIGHT_TO_LEFT else text


def ordered_page(page: str, language: str) -> str:
    """HTML with its numbers in elements of their own direction, so that what is copied has no marks.

    What runs or is typed stays as it is; what can hold no elements has marks.
    """
    return _PIECE.sub(_piece, page) if spoken(language) in RIGHT_TO_LEFT else page


def line_from_right(line: str) -> str:
    """A line of a terminal that is read from the right, isolated whole, and what is Latin in it too.

    So a terminal that orders letters by direction keeps it where it is, whichever way it takes the
    line to run; one that does not shows the letters in the order of writing.
    """
    return RIGHT + _LATIN.sub(rf"{LEFT}\g<0>{END}", line) + END


def _piece(found: re.Match[str]) -> str:
    if found["text"]:
        return _isolated(_tagged, found[0])
    if found["plain"]:
        tag, closed, text = found[0].partition(">")
        return tag + closed + _isolated(_marked, text)
    return _SEEN.sub(lambda said: _isolated(_marked, said[0]), found[0]) if found["tag"] else found[0]


def _isolated(apart: Callable[[str, str], str], text: str) -> str:
    return _NUMBER.sub(partial(_placed, apart), text)


def _placed(apart: Callable[[str, str], str], found: re.Match[str]) -> str:
    if not (found["code"] or found["sign"] or found["percent"]):
        return found[0]
    percent = found["percent"] or ""
    direction = "rtl" if found["first"] in ARABIC else "ltr"
    if percent and found["first"] in ARABIC | PERSIAN:
        # Apart from its digits too: fonts draw them into one another.
        return apart("rtl", apart(direction, found[0].removesuffix(percent)) + percent)
    return apart(direction, found[0])


def _marked(direction: str, text: str) -> str:
    return f"{LEFT if direction == 'ltr' else RIGHT}{text}{END}"


def _tagged(direction: str, text: str) -> str:
    return f'<bdi dir="{direction}">{text}</bdi>'
