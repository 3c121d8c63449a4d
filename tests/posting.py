"""Bodies as clients post them, put into a spool without a server."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from holdfast.collect.sources.delivery import Delivery, one_line
from holdfast.collect.spool import Spool
from holdfast.collect.spooled import line_of

NOON = datetime(2025, 6, 2, 12)
_serial = count(1)

Message = dict[str, Any]


def delivery(body: Any, source: str = "segment", path: str = "/v1/batch", at: datetime = NOON) -> Delivery:
    """A body that came in, under an id of its own."""
    text = one_line(json.dumps(body).encode())
    return Delivery(f"d{next(_serial)}", source, at, text, {":path": path})


def batch(*messages: Message, at: datetime = NOON, **more: Any) -> Delivery:
    """A batch of Segment's calls."""
    return delivery({"batch": list(messages), **more}, at=at)


def call(kind: str, name: str | None = None, **more: Any) -> Message:
    """One of Segment's calls, stamped at noon and with an id of its own."""
    event = {"event": name} if name else {}
    return {
        "type": kind,
        "messageId": f"m{next(_serial)}",
        "timestamp": NOON.isoformat() + "Z",
        **event,
        **more,
    }


def post(workspace: Path, *deliveries: Delivery) -> None:
    """Put deliveries into the spool of a workspace."""
    spool = Spool(workspace / "spool")
    for each in deliveries:
        spool.append(line_of(each))
    spool.close()
