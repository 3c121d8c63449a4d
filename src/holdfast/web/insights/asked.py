"""Whole numbers that an address or a form says."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.errors import Sentence, UsageError


def whole(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number by its name, another one where nothing is said; raises UsageError for what is none."""
    text = asked.get(name, "").strip()
    if not text:
        return otherwise
    if not text.isdecimal() or len(text) > 4:
        raise UsageError(
            Sentence("{option} cannot be {text!r}.", option=name, text=text),
            hint=Sentence("A whole number such as {number}.", number=otherwise),
        )
    return int(text)
