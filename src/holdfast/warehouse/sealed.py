"""A connection that answers questions of others: views to read, and every other way closed.

DuckDB is told to leave files, extensions and settings alone; memory, disk and time are bounded.
What DuckDB cannot be told is refused before, from the text (`vetting`).
"""

from __future__ import annotations

import contextlib
import json
import select
import signal
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa

from holdfast.errors import HoldfastError, UsageError
from holdfast.tables import Table, sql_type
from holdfast.warehouse.connect import DATA, quoted
from holdfast.warehouse.derived import compiled
from holdfast.warehouse.layout import quote
from holdfast.warehouse.vetting import place

MOST_SPILLED = "8GiB"
BATCH_ROWS = 10_000
AGAIN_SECONDS = 0.1
STOPPED = "Query interrupted"
"""What DuckDB says, as a RuntimeError, where the keyboard stopped it."""


@dataclass(frozen=True)
class Answer:
    """The rows of a SELECT: its columns, and its rows a batch at a time, to be read once."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]

    def table(self) -> pa.Table:
        """All rows at once."""
        return pa.Table.from_batches(self.batches, self.schema)


def show(con: duckdb.DuckDBPyConnection, backend: ibis.BaseBackend, view: Table, rows: ibis.Table) -> None:
    """Make a temp view of the declared columns of `view`, in its order and of its types."""
    columns = ", ".join(
        f"cast({quote(column.name)} as {sql_type(column.kind)}) as {quote(column.name)}"
        for column in view.columns
    )
    con.execute(f"create temp view {quote(view.name)} as select {columns} from ({compiled(backend, rows)})")


def seal(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Close every way but reading what is there; nothing opens it again on this connection."""
    for setting in (
        f"allowed_directories=[{quoted(f'{folder / DATA}/')}]",
        f"max_temp_directory_size={quoted(MOST_SPILLED)}",
        "errors_as_json=true",
        "python_enable_replacements=false",
        "autoload_known_extensions=false",
        "enable_external_access=false",
        "lock_configuration=true",
    ):
        con.execute(f"set {setting}")


@contextlib.contextmanager
def answered(con: duckdb.DuckDBPyConnection, text: str, seconds: float) -> Iterator[Answer]:
    """The answer to a SELECT, for so many seconds; raises UsageError where DuckDB refuses it."""
    with _at_most(con, seconds):
        with _told(text, seconds):
            reader = con.execute(text).to_arrow_reader(BATCH_ROWS)
        schema = reader.schema
        unique = pa.schema([f.with_name(n) for f, n in zip(schema, _unique(schema.names), strict=True)])
        yield Answer(unique, _batches(reader, unique, text, seconds))


@contextlib.contextmanager
def _at_most(con: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Interrupt what the connection does once the time is over or the keyboard asks, until this is left.

    Again and again: DuckDB forgets an interruption that comes just before a statement begins, and looks
    at the keyboard only between two pieces of work.
    """
    done = threading.Event()
    woken, waking = socket.socketpair()
    waking.setblocking(False)

    def watch() -> None:
        select.select([woken], [], [], seconds)
        while not done.is_set():
            con.interrupt()
            done.wait(AGAIN_SECONDS)

    clock = threading.Thread(target=watch, daemon=True)
    clock.start()
    with woken, waking, _keyboard_wakes(waking):
        try:
            yield
        except BaseException:
            waking.send(b".")
            _let_go(con)
            raise
        finally:
            done.set()
            waking.send(b".")
            clock.join()


def _let_go(con: duckdb.DuckDBPyConnection) -> None:
    """Wait for a query that was left, which goes on until the connection is used again.

    However often the keyboard asks meanwhile: what is interrupted here has not waited.
    """
    while True:
        try:
            con.execute("rollback")
        except KeyboardInterrupt:
            continue
        except RuntimeError as stop:
            if str(stop) != STOPPED:
                raise
            continue
        except duckdb.Error:
            pass
        return


@contextlib.contextmanager
def _keyboard_wakes(waking: socket.socket) -> Iterator[None]:
    """Write to `waking` as soon as a signal comes; only the main thread hears of them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)


def _batches(
    reader: pa.RecordBatchReader, schema: pa.Schema, text: str, seconds: float
) -> Iterator[pa.RecordBatch]:
    with _told(text, seconds):
        for batch in reader:
            yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)


@contextlib.contextmanager
def _told(text: str, seconds: float) -> Iterator[None]:
    """Turn what DuckDB says into what a person can mend."""
    try:
        yield
    except RuntimeError as stop:
        if str(stop) != STOPPED:
            raise
        raise KeyboardInterrupt from stop
    except (duckdb.Error, OSError) as problem:
        raise _problem(str(problem), text, seconds) from problem


def _problem(told: str, text: str, seconds: float) -> HoldfastError:
    start = told.find("{")
    try:
        facts = json.loads(told[start:])
    except ValueError:
        return UsageError(told.splitlines()[0])
    kind, message = facts["exception_type"], facts["exception_message"].splitlines()[0]
    if kind == "INTERRUPT":
        return HoldfastError(f"No answer within {seconds:g} seconds.", hint="Ask for less, or --seconds 600.")
    if kind == "Out of Memory":
        return HoldfastError(
            f"Memory does not suffice: {message}",
            hint="Ask for fewer rows or columns, or allow more with HOLDFAST_MEMORY=4GB.",
        )
    position = int(facts["position"]) if "position" in facts else None
    near = facts.get("candidates", "")
    hint = f"Did you mean {near.replace(',', ', ')}?" if near else None
    return UsageError(f"{place(text, position)}{message.rstrip('!')}.", hint=hint)


def _unique(names: list[str]) -> list[str]:
    """The names of columns, those that stand twice numbered: `a`, `a_2`."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return made
