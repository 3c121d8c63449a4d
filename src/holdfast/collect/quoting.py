"""Names and texts written into SQL."""

from __future__ import annotations

from collections.abc import Iterable


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """`identifier` as a quoted SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def pointer(key: str) -> str:
    """A JSON pointer to a member of an object; unlike a path it can name any key."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def literals(texts: Iterable[str]) -> str:
    """Several SQL strings with commas between them."""
    return ", ".join(literal(text) for text in texts)
