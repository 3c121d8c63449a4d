"""One file per format, each giving the same `Source`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from holdfast.collect.mapping import Mapping
from holdfast.collect.readers.delimited import read_delimited
from holdfast.collect.readers.excel import read_excel
from holdfast.collect.readers.json_lines import read_json_lines
from holdfast.collect.readers.parquet import read_parquet
from holdfast.collect.readers.source import Mode, Source, SourceFault
from holdfast.errors import BadInput, Sentence

FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "excel",
}

__all__ = ["FORMATS", "Mode", "Source", "SourceFault", "bare_name", "format_of", "headers_of", "open_source"]


def bare_name(path: Path) -> str:
    """A file's name without its format: `events-2024.csv.gz` is `events-2024`."""
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    return plain.stem


def format_of(path: Path) -> str | None:
    """csv, json, parquet or excel, or None for any other file."""
    plain = path.with_suffix("") if path.suffix == ".gz" else path
    found = FORMATS.get(plain.suffix.lower())
    return None if path.suffix == ".gz" and found in ("parquet", "excel") else found


def open_source(
    con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, known: Iterable[str], mode: Mode
) -> Source:
    """The file at `path` as a source; raises BadInput where it cannot be one."""
    if not path.is_file():
        raise BadInput(
            Sentence("No file is called {file!r}.", file=str(path)),
            hint=Sentence("Check the name and the folder."),
        )
    kind = format_of(path)
    if kind == "csv":
        return read_delimited(con, path, mapping, known, mode)
    if kind == "json":
        return read_json_lines(con, path, mapping, mode)
    if kind == "parquet":
        return read_parquet(con, path)
    if kind == "excel":
        return read_excel(con, path, mapping.sheet)
    raise BadInput(
        Sentence("{file} has no format that is read here.", file=path.name),
        hint=Sentence(
            "Name it by its format: {names}, the text formats also with .gz.", names=", ".join(FORMATS)
        ),
    )


def headers_of(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping | None = None) -> tuple[str, ...]:
    """The headers of a file, as a mapping may name them."""
    source = open_source(con, path, mapping or Mapping(), (), Mode.DIRECT)
    source.close()
    return source.headers
