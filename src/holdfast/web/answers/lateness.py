"""Which answers of before a page was shown while newer ones were being made, so that it can say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_SHOWN: ContextVar[list[datetime] | None] = ContextVar("shown_late", default=None)
"""When the answers were made that the page at hand was shown late; None where it takes none of before."""


@contextmanager
def may_be_late() -> Iterator[None]:
    """Let what is asked inside be answered as it was, where to answer anew takes long."""
    mark = _SHOWN.set([])
    try:
        yield
    finally:
        _SHOWN.reset(mark)


def takes_late() -> bool:
    """Whether an answer of before will do."""
    return _SHOWN.get() is not None


def say_late(made_at: datetime) -> None:
    """Note that an answer made at an instant was shown while a newer one is being made."""
    shown = _SHOWN.get()
    if shown is not None:
        shown.append(made_at)


def late_answers() -> int:
    """How many answers of before were shown by now."""
    return len(_SHOWN.get() or ())


def late_since() -> datetime | None:
    """When the oldest of them was made; None where all is as new as can be."""
    return min(_SHOWN.get() or (), default=None)
