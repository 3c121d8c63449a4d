"""Questions in SQL over stable views, and the views as a file that other tools open.

Each question has a connection of its own, which reads one state of the workspace, sees the views
that the text names, and is sealed before the text is run.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from holdfast.errors import UsageError, unknown
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.sql.views import Views
from holdfast.tables import VIEWS, Table
from holdfast.timelines.money import DUCKDB
from holdfast.warehouse import Answer, Warehouse
from holdfast.warehouse.connect import quoted
from holdfast.warehouse.sealed import answered, seal, show
from holdfast.warehouse.vetting import views_in

SECONDS = 60.0
SUFFIX = ".duckdb"
ABOUT = "about"


@contextlib.contextmanager
def asked_in_sql(
    folder: Path, text: str, *, known_at: datetime | None = None, seconds: float = SECONDS
) -> Iterator[Answer]:
    """The answer to one SELECT over the views, while the context is open.

    Raises UsageError for any other statement, for what no view has and for whatever would reach
    another file; HoldfastError where time or memory do not suffice.
    """
    with _state(folder) as store:
        names = views_in(store.con, text, VIEWS)
        _shown(store, names, known_at)
        seal(store.con, store.folder)
        with answered(store.con, text, seconds) as answer:
            yield answer


def answer_to(
    folder: Path, text: str, *, known_at: datetime | None = None, seconds: float = SECONDS
) -> pa.Table:
    """All rows that answer one SELECT over the views, as an Arrow table."""
    with asked_in_sql(folder, text, known_at=known_at, seconds=seconds) as answer:
        return answer.table()


def export(
    folder: Path, to: Path, *, known_at: datetime | None = None, names: Sequence[str] = ()
) -> dict[str, int]:
    """Write the views named (all without) as tables of a new DuckDB file; gives the rows of each.

    The file is a copy: `about` in it says as known when. It takes its place only when whole.
    """
    if to.suffix != SUFFIX:
        raise UsageError(f"{to} cannot be exported to.", hint=f"A file that ends in {SUFFIX}.")
    if not to.parent.is_dir():
        raise UsageError(f"There is no folder {to.parent}.", hint="Make it, or name another file.")
    for name in names:
        if name not in VIEWS:
            raise unknown("view", name, VIEWS)
    half = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        with _state(folder) as store, duckdb.connect(half) as out:
            _shown(store, names or list(VIEWS), known_at)
            rows = {name: _copied(store, out, VIEWS[name]) for name in names or VIEWS}
            _write_about(out, store, known_at)
        half.replace(to)
    finally:
        half.unlink(missing_ok=True)
    return rows


@contextlib.contextmanager
def _state(folder: Path) -> Iterator[Warehouse]:
    with Warehouse.open(folder, read_only=True) as store:
        for statement in DUCKDB:
            store.con.execute(statement)
        with store.reading():
            yield store


def _shown(store: Warehouse, names: Sequence[str], known_at: datetime | None) -> None:
    views = Views(store, known_at)
    for name in names:
        show(store.con, store.ibis, VIEWS[name], views.rows(name))


def _copied(store: Warehouse, out: duckdb.DuckDBPyConnection, view: Table) -> int:
    rows = store.con.execute(f'from temp."{view.name}"').to_arrow_reader()
    out.register("arriving", rows)
    out.execute(f'create table "{view.name}" as from arriving')
    out.unregister("arriving")
    out.execute(f'comment on table "{view.name}" is {quoted(view.meaning)}')
    for column in view.columns:
        meaning = f"{column.meaning} Unit: {column.unit}." if column.unit else column.meaning
        out.execute(f'comment on column "{view.name}"."{column.name}" is {quoted(meaning)}')
    (count,) = out.execute(f'select count(*) from "{view.name}"').fetchone() or (0,)
    return int(count)


def _write_about(out: duckdb.DuckDBPyConnection, store: Warehouse, known_at: datetime | None) -> None:
    """What the file is a copy of, as rows of name and value."""
    calendar, newest = Knowledge(store).basis.calendar, store.known_at()
    facts = {
        "workspace": str(store.folder),
        "known_at": min(known_at, newest) if known_at and newest else known_at or newest,
        "exported_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        "zone": calendar.zone,
        "currency": Knowledge(store).basis.currency,
    }
    out.execute(f"create table {ABOUT} (name varchar, value varchar)")
    out.executemany(f"insert into {ABOUT} values (?, ?)", [[name, str(fact)] for name, fact in facts.items()])
