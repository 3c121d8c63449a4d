"""Whole numbers that an address or a form says."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.errors import UsageError


def whole(asked: Mapping[str, str], name: str, otherwise: int) -> int:
    """A whole number by its name, another one where nothing is said; raises UsageError for what is none."""
    text = asked.get(name, "").strip()
    if not text:
        return otherwise
    if not text.isdecimal() or len(text) > 4:
        raise UsageError(f"{name} cannot be {text!r}.", hint=f"A whole number such as {otherwise}.")
    return int(text)
