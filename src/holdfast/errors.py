"""The error family. Everything a person can do something about is a `HoldfastError`.

An error says what happened, where, and what would be right; `hint` is the next step in
one line, both as a `Sentence` where pages tell them. `permanent` says whether trying the same again can help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Self


class Sentence(str):
    """Text in English that remembers what it was made of, so that others can be told it in their language.

    `english` is what the catalogue translates, with places for `values`; these may be sentences.
    """

    __slots__ = ("english", "values")

    english: str
    values: Mapping[str, object]

    def __new__(cls, english: str, /, **values: object) -> Self:
        """The sentence with its values in their places; without values it is as it stands."""
        made = super().__new__(cls, english.format_map(values) if values else english)
        made.english, made.values = english, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """What it is made of again where it is copied."""
        return (self.english,), dict(self.values)


class HoldfastError(Exception):
    """A mistake or a state that a person can mend; shown without a stack trace."""

    code = "error"
    exit_code = 1
    permanent = True

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(HoldfastError, ValueError):
    """A name, option or value that does not exist or does not fit."""

    code = "usage"
    exit_code = 2


class BadInput(HoldfastError, ValueError):
    """A file, mapping or row that cannot be read as it says it should be."""

    code = "bad_input"
    exit_code = 3


class NoWorkspace(HoldfastError, FileNotFoundError):
    """The folder holds no workspace, or one that this version cannot open."""

    code = "no_workspace"
    exit_code = 4


class Busy(HoldfastError, TimeoutError):
    """Another process holds the write lock; the same call may succeed later."""

    code = "busy"
    exit_code = 5
    permanent = False


class Unreachable(HoldfastError, ConnectionError):
    """A service outside did not answer, or asked to be left alone; the same call may succeed later."""

    code = "unreachable"
    exit_code = 7
    permanent = False


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice most like `word`, or None where nothing is close."""
    known = {choice.casefold(): choice for choice in choices}
    found = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def unknown(kind: str, word: str, choices: Iterable[str]) -> UsageError:
    """The error for a name that is none of `choices`, with the nearest right spelling."""
    choices = list(choices)
    near = nearest(word, choices)
    known = ", ".join(sorted(choices)[:40])
    hint = Sentence("Did you mean {near!r}?", near=near) if near else Sentence("Known: {names}.", names=known)
    return UsageError(Sentence("No {kind} is called {word!r}.", kind=Sentence(kind), word=word), hint=hint)
