"""What clients posted and could not be used, taken again, such as after a newer version."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from holdfast.collect.sources import POSTED
from holdfast.collect.sources.delivery import Delivery
from holdfast.collect.spooled import delivery_of
from holdfast.flow.arrivals.live_rows import append
from holdfast.flow.arrivals.loading import Loaded, heard, translated
from holdfast.flow.arrivals.profiles import keep_profiles
from holdfast.flow.arrivals.receiving import receive
from holdfast.flow.arrivals.visiting import keep_events
from holdfast.timelines.identity import OWN
from holdfast.warehouse import Warehouse

A_BATCH = {"segment": "/v1/batch", "posthog": "/batch"}


def take_again(warehouse: Warehouse) -> Loaded:
    """Read every posted message that waits once more; what can be used now is kept and waits no longer."""
    rejects = warehouse.records("rejects")
    waits = rejects.filter((rejects.source == OWN) & (rejects.state == "open") & rejects.mapping.isnull())
    rows: list[dict[str, Any]] = waits.to_pyarrow().to_pylist()
    given = {row["reject_id"]: delivery for row in rows if (delivery := _delivery(row)) is not None}
    told = translated(each for each in given.values() if each.source in POSTED)
    services = heard(warehouse, (each for each in given.values() if each.source not in POSTED))
    unfit = {unused.delivery.id for unused in told.unused} | {each.id for each, _ in services.unfit}
    taken = [
        row | {"state": "replayed"}
        for row in rows
        if row["reject_id"] in given and given[row["reject_id"]].id not in unfit
    ]
    if not taken:
        return Loaded(rejected=len(rows))
    with warehouse.write() as writing:
        came = keep_events(warehouse, writing, told)
        keep_profiles(warehouse, writing, told)
        for name, messages in services.messages.items():
            receive(warehouse, writing, services.known[name], messages)
        append(writing, "rejects", [_stored(row) for row in taken])
    messages_read = told.messages + services.count
    return Loaded(len(given), messages_read, came.new, came.repeated, came.erased, len(rows) - len(taken))


def _delivery(row: dict[str, Any]) -> Delivery | None:
    """The body that a reject stands for: its message alone, or the whole line of the spool."""
    try:
        kept = json.loads(row["row"] or "null")
        if isinstance(kept, str):
            return delivery_of(kept.encode())
    except (ValueError, msgspec.MsgspecError):
        return None
    if row["file"] not in POSTED or kept is None:
        return None
    body = json.dumps({"batch": [kept]}).encode()
    return Delivery(row["reject_id"], row["file"], row["recorded_at"], body, {":path": A_BATCH[row["file"]]})


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"source", "recorded_at"}}
