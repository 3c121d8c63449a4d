"""The words of a text, each written one way, in the five languages that people read us in."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

from stop_words import get_stop_words

LANGUAGES = ("en", "hi", "id", "ar", "fa")
JOINERS = "\u200c\u200d"
"""Characters without width that stand within a word of Persian or Hindi."""

BEARING = (0, 9)
"""Classes of marks that bear the word: vowel signs and virama of Hindi; others only adorn a letter."""

ALIKE = str.maketrans("يىكةە", "ییکهه", "\u0640" + JOINERS)
"""Letters that Arabic and Persian keyboards write differently; what only stretches or joins is dropped."""


class Word(NamedTuple):
    """A word as it is compared, and as it was written."""

    plain: str
    written: str


def plain(text: str) -> str:
    """A text in small letters, without accents and short vowels, letters that are one written as one."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in parts if unicodedata.combining(letter) in BEARING)
    return unicodedata.normalize("NFC", kept.translate(ALIKE))


def words(text: str) -> list[Word]:
    """The words of two letters and more, in order."""
    spaced = "".join(letter if _is_of_word(letter) else " " for letter in text)
    found = [Word(plain(piece), piece.strip(JOINERS)) for piece in spaced.split()]
    return [word for word in found if len(word.plain) > 1]


def telling_words(text: str) -> list[Word]:
    """The words without those that say little, such as `the` and `है`."""
    return [word for word in words(text) if word.plain not in _little()]


def _is_of_word(letter: str) -> bool:
    return letter in JOINERS or unicodedata.category(letter)[0] in "LM"


@cache
def _little() -> frozenset[str]:
    lists = (get_stop_words(language) for language in LANGUAGES)
    return frozenset(word.plain for each in lists for entry in each for word in words(entry))
