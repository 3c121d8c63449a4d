"""What an error says in the reader's language: its sentence found by its English (ADR 0101)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from holdfast.errors import Sentence
from holdfast.words.sentences import ENGLISH, say, sentences, spoken

OF_ERRORS = "error."


def can_tell(text: str | None, language: str) -> bool:
    """Whether a text of an error can be told in a language; all of them can in English."""
    return spoken(language) == ENGLISH or (isinstance(text, Sentence) and text.english in keys())


def told(text: str, language: str, apart: Callable[[str], str] = str) -> str:
    """A text of an error in a language, with the values in it `apart`; in English where it is not known."""
    key = keys().get(text.english) if isinstance(text, Sentence) else None
    if not isinstance(text, Sentence) or key is None or spoken(language) == ENGLISH:
        return text
    values = {name: _within(value, language, apart) for name, value in text.values.items()}
    return say(key, language, **values)


@cache
def keys() -> dict[str, str]:
    """The keys of the sentences of errors by their English."""
    return {english: key for key, english in sentences(ENGLISH).items() if key.startswith(OF_ERRORS)}


def _within(value: object, language: str, apart: Callable[[str], str]) -> object:
    if isinstance(value, Sentence) and can_tell(value, language):
        return told(value, language, apart)
    return value if type(value) is int else apart(f"{value}")
