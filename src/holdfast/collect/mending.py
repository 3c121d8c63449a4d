"""Rejected rows out as a CSV to mend, and back in by the mapping they were first read with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb

from holdfast.collect.mapping import REJECT_COLUMNS, Mapping
from holdfast.collect.quoting import literal, name, pointer
from holdfast.errors import BadInput, Sentence
from holdfast.tables import Table
from holdfast.tables import table as table_called

_serial = count()


@dataclass(frozen=True)
class Mended:
    """Mended rows of one table and one mapping, in a file that `stage` can read.

    `ids` are the rejects that they answer, in the order of the file.
    """

    table: Table
    mapping: Mapping
    file: Path
    ids: tuple[str, ...]


def write_rejects(con: duckdb.DuckDBPyConnection, rejects: str, to: Path) -> int:
    """Writes the rejects of a relation as a CSV under their original headers; returns how many.

    `rejects` names a relation with the columns of the table `rejects`.
    """
    headers = _headers(con, rejects)
    told = ", ".join(
        f"{ours} AS {alias}"
        for ours, alias in zip(
            ("reject_id", "file", "row_number", "problem", "wanted"), REJECT_COLUMNS, strict=True
        )
    )
    cells = "".join(f", {_cell(header)} AS {name(header)}" for header in headers)
    con.execute(
        f"COPY (SELECT {told}{cells} FROM {rejects} ORDER BY file, row_number, reject_id) "
        f"TO {literal(str(to))} (FORMAT csv, HEADER)"
    )
    return _single(con, f"SELECT count(*) FROM {rejects}")


def mended(
    con: duckdb.DuckDBPyConnection, file: Path, rejects: str, folder: Path, mapping: Mapping | None = None
) -> list[Mended]:
    """The rows of a mended CSV, one file in `folder` for each table and mapping of `rejects`.

    They are read by `mapping`, where one is given, in place of the one they were first read with.
    Raises BadInput where the file does not say which rejects its rows are.
    """
    rows = f"mended_{next(_serial)}"
    with _opened(con, file, rows) as known:
        groups = _groups(con, rows, rejects)
        for place, _ in enumerate(groups):
            (folder / str(place)).mkdir()
        return [
            _group(con, rows, rejects, known, group, folder / str(place) / file.name, file.parent, mapping)
            for place, group in enumerate(groups)
        ]


def named_in(con: duckdb.DuckDBPyConnection, file: Path) -> list[str]:
    """The ids of the rejects that a CSV lists."""
    rows = f"named_{next(_serial)}"
    with _opened(con, file, rows):
        found = con.execute(f"SELECT DISTINCT reject_id FROM {rows} WHERE reject_id IS NOT NULL ORDER BY 1")
        return [row[0] for row in found.fetchall()]


@contextmanager
def _opened(con: duckdb.DuckDBPyConnection, file: Path, rows: str) -> Iterator[set[str]]:
    """A file of rejects as the temporary table `rows`; gives its columns."""
    if not file.is_file():
        raise BadInput(
            Sentence("No file is called {file!r}.", file=str(file)),
            hint=Sentence("Check the name and the folder."),
        )
    try:
        con.execute(
            f"CREATE TEMP TABLE {rows} AS SELECT * FROM "
            f"read_csv({literal(str(file))}, all_varchar=true, header=true)"
        )
        known = {row[0] for row in con.execute(f"DESCRIBE {rows}").fetchall()}
        if "reject_id" not in known:
            raise BadInput(
                Sentence("{file} has no column reject_id.", file=file.name),
                hint=Sentence("Mend the file that rejects wrote."),
            )
        yield known
    except duckdb.InvalidInputException as error:
        raise BadInput(
            Sentence("{file} cannot be read as CSV.", file=file.name),
            hint=Sentence("Save it with commas, as UTF-8."),
        ) from error
    finally:
        con.execute(f"DROP TABLE IF EXISTS {rows}")


def _groups(con: duckdb.DuckDBPyConnection, rows: str, rejects: str) -> list[tuple[str, str]]:
    return con.execute(
        f'SELECT DISTINCT "table", mapping FROM {rejects} SEMI JOIN {rows} USING (reject_id) ORDER BY 1, 2'
    ).fetchall()


def _group(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    rejects: str,
    known: set[str],
    group: tuple[str, str],
    to: Path,
    beside: Path,
    given: Mapping | None,
) -> Mended:
    table, mapping = group
    chosen = f'(SELECT * FROM {rejects} WHERE "table" = {literal(table)} AND mapping = {literal(mapping)})'
    headers = [header for header in _headers(con, chosen) if header in known]
    if not headers:
        raise BadInput(
            Sentence(
                "The mended file has none of the columns that the rows of {table} came with.", table=table
            ),
            hint=Sentence("Mend the file that has the rejected rows under their own headers."),
        )
    told = [column for column in REJECT_COLUMNS if column in known]
    columns = ", ".join(name(column) for column in dict.fromkeys([*told, *headers]))
    selected = f"SELECT {columns} FROM {rows} SEMI JOIN {chosen} USING (reject_id)"
    ids = con.execute(f"SELECT reject_id FROM ({selected})").fetchall()
    con.execute(f"COPY ({selected}) TO {literal(str(to))} (FORMAT csv, HEADER)")
    read_as = (given or Mapping.from_json(mapping)).for_replay(beside)
    return Mended(table_called(table), read_as, to, tuple(row[0] for row in ids))


def _headers(con: duckdb.DuckDBPyConnection, rejects: str) -> list[str]:
    """The original headers of rejects, in their order."""
    found = con.execute(
        f"""SELECT key FROM (
            SELECT unnest(json_keys("row")) AS key, generate_subscripts(json_keys("row"), 1) AS place
            FROM {rejects}) GROUP BY key ORDER BY min(place), key"""
    ).fetchall()
    return [row[0] for row in found if row[0] not in REJECT_COLUMNS]


def _cell(header: str) -> str:
    return f'json_extract_string("row", {literal(pointer(header))})'


def _single(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0
