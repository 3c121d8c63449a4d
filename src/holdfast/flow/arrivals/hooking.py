"""Webhooks of a workspace: declared, tried on a sample, and what was kept read anew when one is mended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from holdfast.collect.sources import Unused
from holdfast.collect.sources.webhook import source_of_webhook, webhook
from holdfast.collect.sources.webhook.receive import RECEIVED
from holdfast.errors import BadInput
from holdfast.flow.arrivals.cursors import read_cursor
from holdfast.flow.arrivals.declaring import WEBHOOK, Declared, declared_sources, refuse_name, write_declared
from holdfast.flow.arrivals.receiving import SETTLED, Taken, settle_whole
from holdfast.warehouse import Warehouse


@dataclass(frozen=True)
class Tried:
    """What a webhook would make of a body: its messages, rows by table, and what does not fit."""

    messages: list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    unused: list[Unused] = field(default_factory=list)


def try_out(name: str, declaration: str, sample: bytes, *, now: datetime | None = None) -> Tried:
    """What a declaration would make of the body of a delivery; nothing is kept.

    Raises BadInput where the declaration or the form of the body is wrong.
    """
    source = source_of_webhook(webhook(name, declaration))
    received = (now or datetime.now(UTC)).replace(tzinfo=None)
    messages = source.messages(sample, {RECEIVED: received.isoformat()})
    told = source.of_accounts(messages, [])
    shown = [
        {
            "message_id": each.message_id,
            "object": each.object_id,
            "at": each.at,
            "account_id": each.account_id,
        }
        for each in messages
    ]
    return Tried(shown, told.rows, told.unused)


def declare(warehouse: Warehouse, name: str, declaration: str, by: str | None = None) -> Taken:
    """Keep what a webhook is; where messages of it were kept before, make all their rows anew.

    Raises UsageError for a name that cannot be, BadInput for a declaration that cannot.
    """
    refuse_name(name)
    before = declared_sources(warehouse)
    if name in before and before[name].kind != WEBHOOK:
        raise BadInput(f"{name} is declared as a {before[name].kind}.", hint="Name the file otherwise.")
    source, taken = source_of_webhook(webhook(name, declaration)), Taken()
    was = webhook(name, before[name].declaration).tables if name in before else []
    with warehouse.write() as writing:
        write_declared(writing, Declared(name, WEBHOOK, declaration, by))
        if read_cursor(warehouse, name, SETTLED) is not None:
            settle_whole(warehouse, writing, source, taken, was)
    return taken
