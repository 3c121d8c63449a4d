"""The catalogue: sentences by key, in English and in the languages that translate them.

`holdfast.pot` holds the English by key (`msgctxt` the key, `msgid` the English) and each
`LANGUAGE.po` its translation: the files of gettext, read as they are, so that a wheel needs no
compiling and translators use their own tools.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel.messages.pofile import read_po

ENGLISH = "en"
LANGUAGES = ("en", "hi", "id", "ar", "fa")
RIGHT_TO_LEFT = frozenset({"ar", "fa"})


def say(key: str, language: str = ENGLISH, **values: object) -> str:
    """The sentence `key` (such as `verdict.same`) in `language`, with `values` in their places.

    What a language has not yet, and a language that there is not, are said in English. Raises
    KeyError for a key or a value that is not in the catalogue: a mistake of the program.
    """
    translated = sentences(spoken(language)).get(key)
    return (translated or sentences(ENGLISH)[key]).format_map(values)


def knows(key: str) -> bool:
    """Whether there is a sentence for `key`."""
    return key in sentences(ENGLISH)


def spoken(language: str) -> str:
    """The language of the catalogue nearest to a tag: `hi` for `hi-IN`, English for the rest."""
    first = language.replace("_", "-").split("-")[0].lower()
    return first if first in LANGUAGES else ENGLISH


@cache
def sentences(language: str) -> dict[str, str]:
    """All sentences of `language` by key; those without a translation are left out."""
    if language == ENGLISH:
        return {key: english for key, english, _ in messages("holdfast.pot")}
    return {key: translated for key, _, translated in messages(f"{language}.po") if translated}


def messages(name: str) -> list[tuple[str, str, str]]:
    """The messages of one file as (key, English, translation)."""
    source: Traversable = files(__package__).joinpath(name)
    with source.open("rb") as opened:
        catalog = read_po(opened, abort_invalid=True)
    return [
        (message.context, str(message.id), str(message.string))
        for message in catalog
        if message.context is not None
    ]
