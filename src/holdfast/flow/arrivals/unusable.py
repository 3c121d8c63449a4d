"""What of a source could not be used, among the rejects while it waits for something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from holdfast.collect.sources import Message, Unused
from holdfast.flow.knowing.owned import registered
from holdfast.warehouse import Warehouse, Writing

REJECTS = "rejects"


def keep(
    warehouse: Warehouse,
    writing: Writing,
    source: str,
    import_id: str,
    looked_at: Iterable[Message],
    unused: Sequence[Unused],
) -> None:
    """Keep what of the objects looked at could not be used; what waited and can be used now waits no longer.

    What a source was only asked to leave out is counted, not kept.
    """
    now = {row["reject_id"]: row for row in (_row(import_id, each) for each in unused if not each.left_out)}
    objects = {message.object_id for message in looked_at}
    waiting = {row["reject_id"]: row for row in _waiting(warehouse, source) if row["value"] in objects}
    rows = [row for name, row in now.items() if _said(waiting.get(name)) != _said(row)]
    rows += [row | {"state": "replayed"} for name, row in waiting.items() if name not in now]
    if rows:
        with registered(writing, REJECTS, rows) as batch:
            writing.append(REJECTS, batch, source=source)


def _waiting(warehouse: Warehouse, source: str) -> list[dict[str, Any]]:
    rows = warehouse.records(REJECTS)
    mine = rows.filter((rows.source == source) & (rows.state == "open"))
    found: list[dict[str, Any]] = mine.drop("source", "recorded_at").to_pyarrow().to_pylist()
    return found


def _row(import_id: str, unused: Unused) -> dict[str, Any]:
    return {
        "reject_id": f"{unused.object_id}/{unused.table}/{unused.problem}",
        "import_id": f"{import_id}-{unused.table}",
        "table": unused.table,
        "file": unused.object,
        "value": unused.object_id,
        "problem": unused.problem,
        "wanted": unused.wanted or None,
        "state": "open",
    }


def _said(row: dict[str, Any] | None) -> tuple[Any, ...] | None:
    return None if row is None else (row["problem"], row["wanted"])
