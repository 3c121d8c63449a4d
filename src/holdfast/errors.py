"""The error family. Everything a person can do something about is a `HoldfastError`.

An error says what happened, where, and what would be right; `hint` is the next step in
one line. `permanent` says whether trying the same again can help.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


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
    hint = f"Did you mean {near!r}?" if near else f"Known: {', '.join(sorted(choices)[:40])}."
    return UsageError(f"No {kind} is called {word!r}.", hint=hint)
