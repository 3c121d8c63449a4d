"""Names and texts written into SQL."""

from __future__ import annotations

from collections.abc import Iterable


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """`identifier` as a quoted SQL name."""
    return '"' + identifier.replace('"', '""') + '"'


def literals(texts: Iterable[str]) -> str:
    """Several SQL strings with commas between them."""
    return ", ".join(literal(text) for text in texts)
