"""Parquet: typed columns as they are, so that what already fits costs nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb

from holdfast.collect.quoting import literal, name
from holdfast.collect.readers.delimited import prepare
from holdfast.collect.readers.source import Source
from holdfast.errors import BadInput, Sentence


def read_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> Source:
    """A Parquet file as a source; its rows are counted from 1, as it has no header line."""
    plain = prepare(path, "utf-8", (), "", 1)
    file = literal(str(plain.path))
    scan = f"read_parquet({file}, file_row_number=true, binary_as_string=true, hive_partitioning=false)"
    try:
        described = con.execute(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {scan}").fetchall()
        rows = con.execute(f"SELECT num_rows FROM parquet_file_metadata({file})").fetchall()
    except duckdb.Error as error:
        raise BadInput(
            Sentence("{file} is not a Parquet file: {error}", file=path.name, error=first_line(error)),
            hint=Sentence("Write it anew."),
        ) from None
    selected = [f"{name(row[0])} AS r{i}" for i, row in enumerate(described)]
    relation = f"(SELECT {', '.join([*selected, 'file_row_number + 1 AS _n'])} FROM {scan})"
    columns = {row[0]: (f"r{i}", str(row[1])) for i, row in enumerate(described)}
    return Source(path, relation, columns, number="_n", estimate=rows[0][0], close=plain.close)


def first_line(error: Exception) -> str:
    """The first line of an engine's message, without its class."""
    return str(error).splitlines()[0].split("Error: ", 1)[-1].rstrip(".") + "."
