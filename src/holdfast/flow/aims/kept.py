"""What targets and actions share: found by how an id begins, and asked for what must be said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from holdfast.errors import Sentence, UsageError

T = TypeVar("T")


def the_one(every: Sequence[T], id_of: Callable[[T], str], begun: str, kind: str) -> T:
    """The one whose id begins so; raises UsageError where there is none, or several."""
    found = [each for each in every if id_of(each).startswith(begun)]
    if not begun or len(found) != 1:
        problem = f"No {kind} has" if not found else f"{len(found)} {kind}s have"
        raise UsageError(f"{problem} the id {begun!r}.", hint=f"holdfast {kind}s shows them.")
    return found[0]


def refuse_blank(kind: str, name: str, given: str, example: str) -> None:
    """Raise UsageError where nothing is said for what a target or an action needs."""
    if not given.strip():
        raise UsageError(
            Sentence(
                "{thing} needs {what}.",
                thing=Sentence(f"{_article(kind).capitalize()} {kind}"),
                what=Sentence(f"{_article(name)} {name}"),
            ),
            hint=example,
        )


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
