"""The catalogue: sentences by key, in English and in the languages that translate them.

`holdfast.pot` holds the English by key (`msgctxt` the key, `msgid` the English) and each
`LANGUAGE.po` its translation: the files of gettext, read as they are, so that a wheel needs no
compiling and translators use their own tools.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import c2py
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from holdfast.words.numerals import digits_turned, in_digits
from holdfast.words.reading import reading

ENGLISH = "en"
LANGUAGES = ("en", "hi", "id", "ar", "fa")
RIGHT_TO_LEFT = frozenset({"ar", "fa"})
OF_INPUTS = ("setting.", "web.segments.kind.")
"""Sentences with examples of what is typed, where other digits are not understood."""


def say(key: str, language: str = ENGLISH, **values: object) -> str:
    """The sentence `key` (such as `verdict.same`) in `language`, with `values` in their places.

    What a language has not yet, and a language that there is not, are said in English. Raises
    KeyError for a key or a value that is not in the catalogue: a mistake of the program.
    """
    translated = sentences(spoken(language)).get(key)
    return _read(key, translated or sentences(ENGLISH)[key], language).format_map(_written(values, language))


def say_many(key: str, count: float, language: str = ENGLISH, /, **values: object) -> str:
    """The sentence `key` in the form that `count` things have: `after 1 month`, `after 3 months`."""
    found, choose = plurals(spoken(language))
    if count != int(count) or key not in found:
        return say(key, language, **values)
    return _read(key, found[key][choose(abs(int(count)))], language).format_map(_written(values, language))


def knows(key: str) -> bool:
    """Whether there is a sentence for `key`."""
    return key in sentences(ENGLISH)


def spoken(language: str) -> str:
    """The language of the catalogue nearest to a tag: `hi` for `hi-IN`, English for the rest."""
    first = language.replace("_", "-").split("-")[0].lower()
    return first if first in LANGUAGES else ENGLISH


@cache
def plurals(language: str) -> tuple[dict[str, tuple[str, ...]], Callable[[int], int]]:
    """The forms of the sentences that speak of a number, by key, and which of them a number takes."""
    catalog = _file("holdfast.pot" if language == ENGLISH else f"{language}.po")
    several = [message for message in catalog if message.context and message.pluralizable]
    forms = {
        str(message.context): tuple((message.id if language == ENGLISH else message.string) or ())
        for message in several
    }
    return forms, c2py(catalog.plural_expr)


@cache
def sentences(language: str) -> dict[str, str]:
    """All sentences of `language` by key; those without a translation are left out."""
    if language == ENGLISH:
        return {key: english for key, english, _ in messages("holdfast.pot")}
    return {key: translated for key, _, translated in messages(f"{language}.po") if translated}


def messages(name: str) -> list[tuple[str, str, str]]:
    """The messages of one file as (key, English, translation), those with several forms in the last."""
    return [
        (message.context, _general(message.id), _general(message.string))
        for message in _file(name)
        if message.context is not None
    ]


def _read(key: str, sentence: str, language: str) -> str:
    """A sentence in the digits that its reader chose, if any; what is to be typed keeps Latin ones."""
    digits = reading(language).digits
    if not digits or (digits == "own" and key.startswith(OF_INPUTS)):
        return sentence
    return digits_turned(sentence, language)


def _written(values: dict[str, object], language: str) -> dict[str, object]:
    """Values as they stand in a sentence: whole numbers in the reader's digits."""
    return {
        name: in_digits(f"{value}", language) if type(value) is int else value
        for name, value in values.items()
    }


def _general(said: str | tuple[str, ...] | list[str] | None) -> str:
    return said if isinstance(said, str) else (said or ("",))[-1]


def _file(name: str) -> Catalog:
    source: Traversable = files(__package__).joinpath(name)
    with source.open("rb") as opened:
        return read_po(opened, abort_invalid=True)
