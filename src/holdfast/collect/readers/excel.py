"""XLSX through DuckDB's excel extension: cells as text, days as the serial numbers they are."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import duckdb

from holdfast import extensions
from holdfast.collect.quoting import literal, name
from holdfast.collect.readers.delimited import prepare
from holdfast.collect.readers.parquet import first_line
from holdfast.collect.readers.source import Source
from holdfast.errors import BadInput, Sentence

# Days from the workbook's day 0 to 1970-01-01: Windows counts from 1899-12-30, old Macs from 1904.
_SINCE_1900, _SINCE_1904 = 25569, 24107


def read_excel(con: duckdb.DuckDBPyConnection, path: Path, sheet: str | None) -> Source:
    """The first sheet of a workbook, or the one told, as a source; its header is row 1."""
    extensions.load(con, "excel")
    plain = prepare(path, "utf-8", (), "", 1)
    which = f", sheet={literal(sheet)}" if sheet else ""
    scan = f"read_xlsx({literal(str(plain.path))}, all_varchar=true, header=true, stop_at_empty=false{which})"
    try:
        serials = _SINCE_1904 if _counts_from_1904(path) else _SINCE_1900
        described = con.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    except (duckdb.Error, zipfile.BadZipFile, KeyError) as error:
        raise BadInput(
            Sentence("{file} cannot be read: {error}", file=path.name, error=first_line(error)),
            hint=Sentence("Save it as .xlsx."),
        ) from None
    names = [str(row[0]) for row in described]
    selected = ", ".join(f"{name(header)} AS r{i}" for i, header in enumerate(names))
    relation = f"(SELECT {selected}, row_number() OVER () + 1 AS _n FROM {scan})"
    cells = ", ".join(f"r{i}" for i in range(len(names)))
    return Source(
        path,
        relation,
        {header.strip(): (f"r{i}", "VARCHAR") for i, header in enumerate(names)},
        number="_n",
        blank=f"coalesce({cells}) IS NULL",
        serials=serials,
        close=plain.close,
    )


def _counts_from_1904(path: Path) -> bool:
    with zipfile.ZipFile(path) as book:
        return re.search(rb'date1904="(1|true)"', book.read("xl/workbook.xml")) is not None
