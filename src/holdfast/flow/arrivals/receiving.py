"""What services say of their objects: each message kept once, the rows of all it touches made anew.

Messages come in any order and again and again. The rows of an account are made from all that was
ever said of it, so that the same messages give the same tables however they came.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa

from holdfast.collect.sources import SOURCES, Message, Source, Told, Unused
from holdfast.errors import unknown
from holdfast.flow.arrivals import unusable
from holdfast.flow.arrivals.concerned import TOGETHER, Concerned
from holdfast.flow.arrivals.cursors import read_cursor, write_cursors
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.knowing.owned import as_batch, fresh_id, import_row, registered, write_rows
from holdfast.warehouse import NOTHING, Appended, Warehouse, Writing

MESSAGES = "source_messages"
SETTLED = "settled"
"""The cursor that says up to which message, by its recorded_at, rows are settled."""

LAG = timedelta(hours=1)
"""A table without news is said to be whole up to now no more often than this."""

TICK = timedelta(microseconds=1)


@dataclass
class Taken:
    """What came of messages or rows: messages new and known already, the rows of each table, the unused.

    `rejected` counts rows of a database that wait among the rejects.
    """

    new: int = 0
    repeated: int = 0
    rows: dict[str, Appended] = field(default_factory=dict)
    unused: list[Unused] = field(default_factory=list)
    rejected: int = 0

    def add(self, table: str, done: Appended) -> None:
        """Count what was appended to a table."""
        was = self.rows.get(table, NOTHING)
        sums = {name: getattr(was, name) + getattr(done, name) for name in Appended.__dataclass_fields__}
        self.rows[table] = Appended(**sums)


def source_of(name: str) -> Source:
    """The source called `name`; raises UsageError with the nearest right name."""
    if name not in SOURCES:
        raise unknown("source", name, SOURCES)
    return SOURCES[name]


def take(
    warehouse: Warehouse,
    name: str,
    messages: Sequence[Message],
    *,
    through: datetime | None = None,
    besides: Callable[[Writing], None] = lambda writing: None,
) -> Taken:
    """Keep messages of a source and bring the rows of all they touch up to date, in one transaction.

    `through` is up to when the source has told all; without it just after the newest message's time.
    `besides` writes in the same transaction, such as the place in a spool that was read up to.
    """
    source = source_of(name)
    with warehouse.write() as writing:
        besides(writing)
        return receive(warehouse, writing, source, messages, through)


def receive(
    warehouse: Warehouse,
    writing: Writing,
    source: Source,
    messages: Sequence[Message],
    through: datetime | None = None,
) -> Taken:
    """The same within a write of the caller's."""
    taken = Taken()
    keep(warehouse, writing, source, messages, taken)
    latest = max((message.at for message in messages), default=None)
    settle(warehouse, writing, source, taken, through or (latest and latest + TICK))
    return taken


def keep(
    warehouse: Warehouse, writing: Writing, source: Source, messages: Sequence[Message], taken: Taken
) -> None:
    """Keep the messages that are not kept yet; `settle` makes rows of them.

    Of what is about an object of an erased account only that it came is kept.
    """
    named = {each.message_id: each for each in reversed(messages)}
    erased = _erased(warehouse, source, {each.object_id for each in named.values()})
    rows = [_row(message, empty=message.object_id in erased) for message in named.values()]
    with registered(writing, MESSAGES, rows) as told:
        done = writing.append(MESSAGES, told, source=source.name, once=True)
    taken.new += done.new
    taken.repeated += len(messages) - done.new


def settle(
    warehouse: Warehouse, writing: Writing, source: Source, taken: Taken, through: datetime | None
) -> None:
    """Make the rows of every account that messages were kept of since it was last settled."""
    since = read_cursor(warehouse, source.name, SETTLED)
    import_id = fresh_id()
    with Concerned(warehouse, source, datetime.fromisoformat(since) if since else None) as concerned:
        if concerned.nothing:
            _keep_imports(warehouse, writing, source, import_id, taken, through)
            return
        shared = concerned.shared()
        if concerned.any_shared:
            _write(writing, source, source.of_shared(shared), taken)
        accounts = concerned.accounts()
        for first in range(0, len(accounts), TOGETHER):
            family = concerned.family(accounts[first : first + TOGETHER])
            told = source.of_accounts(family, shared)
            _write(writing, source, told, taken)
            unusable.keep(warehouse, writing, source.name, import_id, family, told.unused)
        if strays := concerned.strays():
            unused = source.of_accounts(strays, shared).unused
            taken.unused += unused
            unusable.keep(warehouse, writing, source.name, import_id, strays, unused)
    _keep_imports(warehouse, writing, source, import_id, taken, through)
    write_cursors(writing, source.name, {SETTLED: writing.recorded_at.isoformat()})


def settle_whole(
    warehouse: Warehouse, writing: Writing, source: Source, taken: Taken, also: Iterable[str] = ()
) -> None:
    """Make all rows of a source whose objects stand alone anew, such as after its declaration was mended.

    What is not made any more is buried, in the tables named in `also` too.
    """
    import_id = fresh_id()
    rows: dict[str, list[pa.Table]] = {table: [as_batch(table, [])] for table in (*source.parted, *also)}
    with Concerned(warehouse, source, None) as concerned:
        objects = concerned.accounts()
        for first in range(0, len(objects), TOGETHER):
            family = concerned.family(objects[first : first + TOGETHER])
            told = source.of_accounts(family, [])
            taken.unused += told.unused
            for table, made in told.rows.items():
                rows[table].append(as_batch(table, made, sum(each.num_rows for each in rows[table]) + 1))
            unusable.keep(warehouse, writing, source.name, import_id, family, told.unused)
    for table, batches in rows.items():
        with registered(writing, table, pa.concat_tables(batches)) as batch:
            taken.add(table, writing.append(table, batch, source=source.name, complete=True))
    _keep_imports(warehouse, writing, source, import_id, taken, None)
    write_cursors(writing, source.name, {SETTLED: writing.recorded_at.isoformat()})


def _write(writing: Writing, source: Source, told: Told, taken: Taken) -> None:
    """Append rows, and bury those of the same parts that are no longer true."""
    taken.unused += told.unused
    for table, rows in told.rows.items():
        column = source.parted[table]
        if column not in told.parts:
            with registered(writing, table, rows) as batch:
                taken.add(table, writing.append(table, batch, source=source.name))
            continue
        parts = [{column: part} for part in sorted(told.parts[column])]
        with registered(writing, table, rows) as batch, registered(writing, table, parts, "parts") as among:
            done = writing.append(table, batch, source=source.name, complete=True, among=(column, among))
        taken.add(table, done)


def _keep_imports(
    warehouse: Warehouse,
    writing: Writing,
    source: Source,
    import_id: str,
    taken: Taken,
    through: datetime | None,
) -> None:
    """Say what was imported into each table, and up to when each is whole."""
    marks = Knowledge(warehouse).watermarks()
    rows = []
    for table in source.parted:
        done = taken.rows.get(table, NOTHING)
        rejected = sum(each.table == table and not each.left_out for each in taken.unused)
        lags = through is not None and marks.get(table, datetime.min) + LAG <= through
        if done.new or done.changed or done.buried or rejected or lags:
            row = import_row(f"{import_id}-{table}", table, done, rejected=rejected, through=through)
            rows.append(row | {"files": f'["{source.name}"]'})
    write_rows(writing, "imports", rows)


def _erased(warehouse: Warehouse, source: Source, objects: set[str]) -> set[str]:
    """Those of some objects of which a message was emptied."""
    if not source.by_object:
        return set()
    rows = warehouse.records(MESSAGES)
    empty = rows.filter((rows.source == source.name) & rows.body.isnull())
    return objects & set(empty.select("object_id").distinct().to_pyarrow()["object_id"].to_pylist())


def _row(message: Message, *, empty: bool) -> dict[str, object]:
    row = dict(vars(message))
    row["body"] = (
        None if empty else json.dumps(message.body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    )
    return row
