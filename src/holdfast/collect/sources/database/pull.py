"""Reading a table of a database from a cursor on, in batches that bound the memory it takes.

The drivers are those of Arrow Database Connectivity: rows come as Arrow batches, and where the engine
can, as a stream. Each batch is in the order of the cursor, so that what was kept of it can be gone on from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyarrow as pa

from holdfast.collect.sources.brought import brought
from holdfast.collect.sources.database.declaration import OVERLAP, Pulled
from holdfast.errors import BadInput, HoldfastError, Sentence, Unreachable, UsageError, unknown

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi

DRIVERS = {
    "postgresql": "adbc_driver_postgresql.dbapi",
    "postgres": "adbc_driver_postgresql.dbapi",
    "sqlite": "adbc_driver_sqlite.dbapi",
    "duckdb": "adbc_driver_duckdb.dbapi",
}
"""The drivers that are installed with Holdfast, by the scheme of an address."""

OTHERS = ("snowflake", "bigquery", "flightsql")
"""Drivers that are used where they are installed, as adbc-driver-NAME."""

READ_ONLY = "options=-c%20default_transaction_read_only%3Don"

Place = dict[str, Any]
"""Where a reading stopped, as JSON: the text of the cursor's value and what kind of value that is."""


@dataclass(frozen=True)
class Batch:
    """Some rows in the order of the cursor, and the place of the last of them."""

    rows: pa.Table
    place: Place | None


@dataclass(frozen=True)
class Asker:
    """A connection to a database; what it says of a fault never holds the password."""

    connection: dbapi.Connection
    secret: str

    @classmethod
    @contextmanager
    def at(cls, url: str) -> Iterator[Asker]:
        """Connect to the database at an address; raises UsageError, or Unreachable."""
        driver, address, secret = _driver(url)
        try:
            connection = driver.connect(address)
        except _adbc().Error as problem:
            raise Unreachable(
                Sentence("The database cannot be reached: {error}.", error=_said(problem, secret)),
                hint="Look at its address (docs/databases.md says where it stands), or try again later.",
            ) from None
        try:
            yield cls(connection, secret)
        finally:
            connection.close()

    @contextmanager
    def answer(self, query: str) -> Iterator[pa.RecordBatchReader]:
        """The answer to a query as a stream; raises BadInput where the database refuses it."""
        with self.connection.cursor() as cursor:
            try:
                cursor.execute(query)
            except _adbc().OperationalError as problem:
                raise _broken_off(problem, self.secret) from None
            except _adbc().Error as problem:
                raise BadInput(f"The database refuses the query: {_said(problem, self.secret)}.") from None
            try:
                yield cursor.fetch_record_batch()
            except HoldfastError:
                raise  # of whoever keeps the rows; some are errors of the system as well
            except (_adbc().Error, pa.ArrowException, OSError) as problem:
                raise _broken_off(problem, self.secret) from None


def batches(asker: Asker, pulled: Pulled, place: Place | None, rows: int) -> Iterator[Batch]:
    """The rows of a table from a place on (None: all), at least `rows` of them at once but in the last.

    Rows whose cursor is empty have no place and are not read; `unplaced` counts them.
    """
    with asker.answer(query_of(pulled, place)) as stream:
        _refuse_without_cursor(pulled, stream.schema)
        waiting: list[pa.RecordBatch] = []
        for batch in stream:
            waiting.append(batch)
            if sum(each.num_rows for each in waiting) >= rows:
                yield _batch(pulled, stream.schema, waiting)
                waiting = []
        yield _batch(pulled, stream.schema, waiting)


def unplaced(asker: Asker, pulled: Pulled) -> int:
    """How many rows have an empty cursor."""
    if pulled.cursor is None:
        return 0
    query = f"select count(*) from ({pulled.query}\n) as pulled where {_quoted(pulled.cursor)} is null"
    with asker.answer(query) as stream:
        return int(stream.read_all()[0][0].as_py())


def query_of(pulled: Pulled, place: Place | None) -> str:
    """The query for the rows from a place on, in the order of the cursor; ties at it are read again."""
    if pulled.cursor is None:
        return pulled.query
    column = _quoted(pulled.cursor)
    since = f"{column} >= {_literal(_before(place, pulled.overlap))}" if place else f"{column} is not null"
    return f"select * from ({pulled.query}\n) as pulled where {since} order by {column}"


def place_of(value: Any) -> Place:
    """A value of a cursor as a place."""
    if isinstance(value, bool) or value is None:
        raise BadInput("A cursor is a time or a number.", hint='cursor = "updated_at"')
    if isinstance(value, int | float | Decimal):
        return {"value": str(value), "kind": "number"}
    if isinstance(value, datetime | date):
        return {"value": value.isoformat(), "kind": "time"}
    return {"value": str(value), "kind": "text"}


def _before(place: Place, overlap: timedelta | float | None) -> Place:
    """A place so far before another; texts that are no times stay."""
    value, kind = place["value"], place["kind"]
    if kind == "number":
        back = Decimal(str(overlap)) if isinstance(overlap, int | float) else 0
        return place | {"value": str(Decimal(value) - back)}
    back_by = overlap if isinstance(overlap, timedelta) else OVERLAP
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return place
    if len(value) == len("2025-04-30"):
        return place | {"value": (at - max(back_by, timedelta(days=1))).date().isoformat()}
    return place | {"value": (at - back_by).isoformat(sep=value[10])}


def _literal(place: Place) -> str:
    text = str(place["value"])
    return text if place["kind"] == "number" else "'" + text.replace("'", "''") + "'"


def _batch(pulled: Pulled, schema: pa.Schema, batches_: list[pa.RecordBatch]) -> Batch:
    rows = _plain(pa.Table.from_batches(batches_, schema))
    if pulled.cursor is None or not rows.num_rows:
        return Batch(rows, None)
    return Batch(rows, place_of(rows.column(pulled.cursor)[-1].as_py()))


def _plain(rows: pa.Table) -> pa.Table:
    """The rows with the storage of types that are the driver's own, such as the text of a numeric."""
    for number, column in enumerate(rows.schema):
        if isinstance(column.type, pa.BaseExtensionType):
            stored = pa.chunked_array(
                [chunk.storage for chunk in rows.column(number).chunks], column.type.storage_type
            )
            rows = rows.set_column(number, column.name, stored)
    return rows.replace_schema_metadata(None)


def _refuse_without_cursor(pulled: Pulled, schema: pa.Schema) -> None:
    if pulled.cursor is not None and pulled.cursor not in schema.names:
        raise unknown(f"column of the query of {pulled.table}", pulled.cursor, schema.names)


def _broken_off(problem: Exception, secret: str) -> Unreachable:
    said = f"The database broke off: {_said(problem, secret)}."
    return Unreachable(said, hint="Run it again: it goes on where it stopped.")


def _adbc() -> Any:
    """The errors of all drivers."""
    return brought("adbc_driver_manager.dbapi")


def _driver(url: str) -> tuple[Any, str, str]:
    """The driver of an address, the address as the driver wants it, and the password in it."""
    parts = urlsplit(url)
    name = parts.scheme.lower()
    module = DRIVERS.get(name) or (f"adbc_driver_{name}.dbapi" if name in OTHERS else None)
    if module is None:
        raise unknown("kind of database", name, [*DRIVERS, *OTHERS])
    try:
        driver = brought(module)
    except ImportError:
        hint = f"pip install adbc-driver-{name}"
        raise UsageError(f"The driver of {name} is not installed.", hint=hint) from None
    if name in ("sqlite", "duckdb"):
        return driver, parts.path if parts.netloc == "" else f"{parts.netloc}{parts.path}", ""
    if module == DRIVERS["postgresql"] and "options=" not in parts.query:
        url += ("&" if parts.query else "?") + READ_ONLY
    return driver, url, parts.password or ""


def _said(problem: Exception, secret: str) -> str:
    """The first line of what a driver says, without the password."""
    line = str(problem).strip().split("\n")[0].rstrip(".")
    return line.replace(secret, "...") if secret else line


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
