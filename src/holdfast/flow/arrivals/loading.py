"""Loading the spool: what clients posted becomes records, once each, in the order in which it came.

Rows and the spool's offsets are kept in one transaction, so that a load is done or not begun.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from holdfast.collect import spooled
from holdfast.collect.sources import POSTED, SOURCES, Message, Source
from holdfast.collect.sources.delivery import Delivery
from holdfast.collect.sources.told import Told, Unused
from holdfast.collect.sources.webhook.receive import RECEIVED
from holdfast.collect.spool import sizes
from holdfast.collect.spooled import Chunk, Unreadable
from holdfast.errors import BadInput
from holdfast.flow.arrivals.declaring import messaging
from holdfast.flow.arrivals.live_rows import append
from holdfast.flow.arrivals.profiles import keep_profiles, told_of
from holdfast.flow.arrivals.receiving import receive
from holdfast.flow.arrivals.visiting import keep_events
from holdfast.flow.knowing.owned import fresh_id, write_rows
from holdfast.installation import local
from holdfast.warehouse import Warehouse

SPOOL = "spool"
"""The spool's folder, on a disk of the host that takes in."""

CHUNK_BYTES = 64 * 2**20
"""How much is loaded in one transaction at most: what a transaction costs besides is shared where much
waits. Some hundreds of megabytes of memory are needed for it."""

INSTANT = timedelta(microseconds=1)

POISON = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, duckdb.DataError)
"""What a body can cause that the same body will cause again."""


@dataclass(frozen=True)
class Loaded:
    """What a load did: bodies and messages read; events new, repeated, erased; what was rejected.

    `offsets` says how far each segment is loaded with it, in bytes.
    """

    deliveries: int = 0
    messages: int = 0
    events: int = 0
    repeated: int = 0
    erased: int = 0
    rejected: int = 0
    offsets: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def counts(self) -> dict[str, int]:
        """Everything that is counted, by name."""
        return {name: count for name, count in vars(self).items() if name != "offsets"}


def load(warehouse: Warehouse, folder: Path, *, most: int = CHUNK_BYTES) -> Loaded | None:
    """Load about `most` bytes of what waits in the spool `folder`; None where nothing waits.

    Raises Busy where another process loads, or writes for long. A body that makes a load fail by
    itself is set aside as a reject, so that it holds up no other.
    """
    with spooled.only_loader(folder) as alone:
        if not alone:
            return None
        offsets = offsets_of(warehouse, folder)
        chunk = spooled.read(folder, offsets, most)
        done = _loaded(warehouse, folder, offsets, chunk) if chunk.lines else None
        reached = offsets | chunk.offsets
        spooled.remove_loaded(folder, reached)
        return replace(done, offsets=reached) if done else None


def tidy(folder: Path, offsets: Mapping[str, int]) -> None:
    """Remove the segments of a spool that are loaded and that nobody writes any more."""
    with spooled.only_loader(folder) as alone:
        if alone:
            spooled.remove_loaded(folder, offsets)


def spool_of(folder: Path) -> Path:
    """Where this host keeps what was posted to the workspace in `folder`."""
    return local(folder) / SPOOL


def offsets_of(warehouse: Warehouse, folder: Path) -> dict[str, int]:
    """How far each segment that is there is loaded, in bytes."""
    names = [name for name, _ in sizes(folder)]
    rows = warehouse.records("spool_offsets")
    found = rows.filter(rows.segment.isin(names)).select("segment", "loaded").to_pyarrow()
    return dict(zip(found["segment"].to_pylist(), found["loaded"].to_pylist(), strict=True))


def _loaded(warehouse: Warehouse, folder: Path, offsets: dict[str, int], chunk: Chunk) -> Loaded:
    """Load a chunk; where that fails, its first half, down to the one body that is at fault."""
    while True:
        try:
            return _keep(warehouse, chunk)
        except POISON as problem:
            if chunk.lines == 1:
                return _keep(warehouse, _set_aside(chunk), fault=str(problem))
            smaller = spooled.read(folder, offsets, CHUNK_BYTES, lines=chunk.lines // 2)
            chunk.deliveries, chunk.unreadable = smaller.deliveries, smaller.unreadable
            chunk.offsets = smaller.offsets


def _set_aside(chunk: Chunk) -> Chunk:
    lines = [Unreadable(delivery.id, 0, spooled.line_of(delivery)) for delivery in chunk.deliveries]
    return Chunk([], [*lines, *chunk.unreadable], chunk.offsets)


def translated(deliveries: Iterable[Delivery]) -> Told:
    """What deliveries of clients tell, each by its own source."""
    told = Told()
    for delivery in deliveries:
        POSTED[delivery.source].translate(delivery, told)
    return told


@dataclass
class Services:
    """What services said: their messages by source, and the deliveries that are not as they should be."""

    known: Mapping[str, Source]
    messages: dict[str, list[Message]] = field(default_factory=dict)
    unfit: list[tuple[Delivery, str]] = field(default_factory=list)

    def hear(self, delivery: Delivery) -> None:
        """Add what one delivery says."""
        source = self.known.get(delivery.source)
        if source is None:
            self.unfit.append((delivery, f"no source is called {delivery.source!r} any more"))
            return
        headers = {**delivery.headers, RECEIVED: delivery.received_at.isoformat()}
        try:
            found = source.messages(delivery.body, headers)
        except BadInput as problem:
            self.unfit.append((delivery, problem.message))
        else:
            self.messages.setdefault(source.name, []).extend(found)

    @property
    def count(self) -> int:
        """How many messages there are."""
        return sum(map(len, self.messages.values()))


def heard(warehouse: Warehouse, deliveries: Iterable[Delivery]) -> Services:
    """What services said in some deliveries."""
    given = list(deliveries)
    ours = all(each.source in SOURCES for each in given)
    services = Services(SOURCES if ours else messaging(warehouse))
    for delivery in given:
        services.hear(delivery)
    return services


def _keep(warehouse: Warehouse, chunk: Chunk, fault: str = "") -> Loaded:
    told = translated(each for each in chunk.deliveries if each.source in POSTED)
    services = heard(warehouse, (each for each in chunk.deliveries if each.source not in POSTED))
    import_id = fresh_id()
    rejects = [_reject(import_id, each) for each in told.unused]
    rejects += [_unread(import_id, each, fault) for each in chunk.unreadable]
    rejects += [_unheard(import_id, delivery, why) for delivery, why in services.unfit]
    with warehouse.write() as writing:
        came = keep_events(warehouse, writing, told)
        keep_profiles(warehouse, writing, told)
        append(writing, "rejects", rejects)
        for name, messages in services.messages.items():
            receive(warehouse, writing, services.known[name], messages)
        done = Loaded(
            deliveries=chunk.lines,
            messages=told.messages + len(chunk.unreadable) + services.count,
            events=came.new,
            repeated=came.repeated,
            erased=came.erased,
            rejected=len(rejects),
        )
        if told.messages or chunk.unreadable:
            whole = told_of(warehouse, told)
            write_rows(writing, "imports", _imports(import_id, chunk, done, came.restated, whole))
        rows = [{"segment": name, "loaded": end} for name, end in chunk.offsets.items()]
        write_rows(writing, "spool_offsets", rows)
    return done


def _imports(
    import_id: str, chunk: Chunk, done: Loaded, restated: int, whole: list[str]
) -> list[dict[str, Any]]:
    """What was loaded as rows of `imports`: of events, and of the tables that are `whole` up to then too."""
    events = _import(import_id, chunk, done, restated)
    return [events, *(_also_whole(table, events) for table in whole)]


def _import(import_id: str, chunk: Chunk, done: Loaded, restated: int) -> dict[str, Any]:
    """The row of `imports` that says what was loaded; events are whole up to the last arrival."""
    arrived = [each.received_at for each in chunk.deliveries if each.source in POSTED]
    return {
        "import_id": import_id,
        "table": "events",
        "files": json.dumps(sorted(chunk.offsets)),
        "rows": done.messages,
        "new": done.events,
        "changed": restated,
        "unchanged": done.repeated,
        "buried": 0,
        "rejected": done.rejected,
        "through": max(arrived) + INSTANT if arrived else None,
        "complete": False,
        "by": "live",
    }


def _also_whole(table: str, events: dict[str, Any]) -> dict[str, Any]:
    """The row of `imports` that says up to when a table is whole that live calls tell of besides events."""
    counts = dict.fromkeys(("rows", "new", "changed", "unchanged", "rejected"), 0)
    return events | counts | {"import_id": f"{events['import_id']}-{table}", "table": table}


def _reject(import_id: str, unused: Unused) -> dict[str, Any]:
    return {
        "reject_id": f"{unused.delivery.id}-{unused.place}",
        "import_id": import_id,
        "table": "events",
        "file": unused.delivery.source,
        "row_number": unused.place,
        "column": unused.column or None,
        "value": unused.value or None,
        "problem": unused.problem,
        "wanted": unused.wanted,
        "row": unused.message,
        "state": "open",
    }


def _unread(import_id: str, unread: Unreadable, fault: str) -> dict[str, Any]:
    return {
        "reject_id": f"{unread.segment}-{unread.at}",
        "import_id": import_id,
        "table": "events",
        "file": unread.segment,
        "row_number": unread.at,
        "problem": f"it could not be loaded: {fault}" if fault else "the line of the spool cannot be read",
        "wanted": "a version of Holdfast that can; then: holdfast rejects --again",
        "row": json.dumps(unread.text.decode("utf-8", "replace")),
        "state": "open",
    }


def _unheard(import_id: str, delivery: Delivery, why: str) -> dict[str, Any]:
    """The row of `rejects` for a body of a service that is not as the service, or its declaration, has it."""
    return {
        "reject_id": delivery.id,
        "import_id": import_id,
        "table": "source_messages",
        "file": delivery.source,
        "problem": why,
        "wanted": "a declaration that fits; then: holdfast rejects --again",
        "row": json.dumps(spooled.line_of(delivery).decode("utf-8", "replace")),
        "state": "open",
    }
