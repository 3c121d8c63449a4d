"""How far each service has been read: values under names, kept with what was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from holdfast.flow.knowing.owned import registered
from holdfast.warehouse import Warehouse, Writing

CURSORS = "source_cursors"


def read_cursor(warehouse: Warehouse, source: str, cursor: str) -> Any:
    """The value of a cursor of a source; None where it has none."""
    rows = warehouse.records(CURSORS)
    found = rows.filter((rows.source == source) & (rows.cursor == cursor)).value.to_pyarrow().to_pylist()
    return json.loads(found[0]) if found else None


def write_cursors(writing: Writing, source: str, cursors: Mapping[str, Any]) -> None:
    """Set cursors of a source within the caller's transaction."""
    rows = [{"cursor": cursor, "value": json.dumps(value)} for cursor, value in cursors.items()]
    with registered(writing, CURSORS, rows) as batch:
        writing.append(CURSORS, batch, source=source)


def all_cursors(warehouse: Warehouse, source: str) -> dict[str, Any]:
    """Every cursor of a source, by its name."""
    rows = warehouse.records(CURSORS)
    found = rows.filter(rows.source == source).select("cursor", "value").to_pyarrow().to_pylist()
    return {row["cursor"]: json.loads(row["value"]) for row in found}
