"""Small tables that a question brings itself: its periods, ids that are one, features declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import ibis


def in_memory(rows: Iterable[Mapping[str, Any]], schema: Mapping[str, str]) -> Any:
    """Rows as a table of these columns and types; the same rows are the same table.

    A board names its periods dozens of times. As one table they are handed to the engine once,
    and expressions over them are equal where they ask the same.
    """
    return _table(tuple(schema.items()), tuple(tuple(row[name] for name in schema) for row in rows))


@lru_cache(maxsize=64)
def _table(schema: tuple[tuple[str, str], ...], rows: tuple[tuple[Any, ...], ...]) -> Any:
    names = [name for name, _ in schema]
    return ibis.memtable([dict(zip(names, row, strict=True)) for row in rows], schema=dict(schema))
