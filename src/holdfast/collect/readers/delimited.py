"""CSV and TSV: the dialect found from the head, the rows by DuckDB.

DuckDB reads strictly and in parallel, which is fast and fails loudly. Only where it fails,
the file is read again line by line.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import duckdb

from holdfast.collect.mapping import Mapping
from holdfast.collect.quoting import literal
from holdfast.collect.readers.line_by_line import UNREADABLE, Dialect, read_lines
from holdfast.collect.readers.source import Mode, Source
from holdfast.collect.readers.textfile import (
    copy_as_utf8,
    decode,
    encoding_of,
    head,
    is_separator_line,
    lines_to_skip,
)
from holdfast.errors import BadInput, Sentence

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_LINE = 1 << 24
LINES = "header=false, delim='\x01', quote='', escape=''"
_serial = count()


@dataclass(frozen=True)
class Scan:
    """How DuckDB is to read a text file."""

    path: Path
    names: tuple[str, ...]
    options: str
    first_row: int
    folder: tempfile.TemporaryDirectory[str] | None

    def sql(self, extra: str = "") -> str:
        """The table function."""
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self.names)
        fixed = f"auto_detect=false, max_line_size={_LONGEST_LINE}"
        return f"read_csv({literal(str(self.path))}, {fixed}, {self.options}, columns={{{columns}}}{extra})"

    def close(self) -> None:
        """Removes what was written beside."""
        if self.folder is not None:
            self.folder.cleanup()


def read_delimited(
    con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, known: Iterable[str], mode: Mode
) -> Source:
    """A CSV or TSV file as a source; `known` are the headers that would be understood."""
    sample = head(path)
    encoding = encoding_of(sample, mapping.encoding)
    text = decode(sample, encoding)
    if not text.strip():
        raise BadInput(
            Sentence("{file} is empty.", file=path.name),
            hint=Sentence("A file needs a header line and its rows below it."),
        )
    skip = lines_to_skip(text)
    delimiter = mapping.delimiter or _delimiter(text, skip, path, set(known), mapping.quote)
    header, height = _header(text, skip, delimiter, mapping.quote)
    options = (
        f"header=true, skip={skip}, delim={literal(delimiter)}, "
        f"quote={literal(mapping.quote)}, escape={literal(mapping.escape)}"
    )
    columns = {name: (f"r{i}", "VARCHAR") for i, name in enumerate(header)}
    if mode is Mode.TOLERANT:
        dialect = Dialect(delimiter, mapping.quote, mapping.escape, len(header))
        return _line_by_line(con, path, encoding, columns, skip + height, dialect)
    scan = prepare(path, encoding, tuple(f"r{i}" for i in range(len(header))), options, skip + 2)
    average = len(sample) / max(1, text.count("\n"))
    estimate = None if path.suffix == ".gz" else int(path.stat().st_size / average)
    return scanned(con, scan, path, columns, mode, estimate)


def prepare(
    path: Path, encoding: str, names: tuple[str, ...], options: str, first_row: int, *, mark: bool = False
) -> Scan:
    """The scan of a text file, copied to UTF-8 or to a name without wildcards if need be."""
    plain = encoding in ("utf-8", "ascii") and not mark
    if plain and not set("*?[]{}") & set(str(path)):
        return Scan(path, names, options, first_row, None)
    folder = tempfile.TemporaryDirectory(prefix="holdfast-")
    copy = Path(folder.name) / ("file.gz" if plain and path.suffix == ".gz" else "file")
    if plain:
        copy.symlink_to(path.resolve())
    else:
        copy_as_utf8(path, encoding, copy, mark=UNREADABLE if mark else None)
    return Scan(copy, names, options, first_row, folder)


def scanned(
    con: duckdb.DuckDBPyConnection,
    scan: Scan,
    path: Path,
    columns: dict[str, tuple[str, str]],
    mode: Mode,
    estimate: int | None,
) -> Source:
    """The source of a scan: at once, or kept raw first so that its rows have numbers."""
    source = Source(path, scan.sql(), columns, scan.first_row, estimate=estimate, close=scan.close)
    if mode is Mode.DIRECT:
        return source
    raw = f"raw_{next(_serial)}"
    con.execute(f"CREATE TEMP TABLE {raw} AS SELECT * FROM {scan.sql()}")
    relation = f"(SELECT *, rowid + {scan.first_row} AS _n FROM {raw})"
    return replace(source, relation=relation, number="_n", close=_dropping(con, (raw,), scan))


def _line_by_line(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    encoding: str,
    columns: dict[str, tuple[str, str]],
    header_lines: int,
    dialect: Dialect,
) -> Source:
    folder = tempfile.TemporaryDirectory(prefix="holdfast-")
    copy = Path(folder.name) / "lines"
    copy_as_utf8(path, encoding, copy, mark=UNREADABLE)
    scan = Scan(copy, ("line",), LINES, 1, folder)
    lines = read_lines(con, scan.sql(), header_lines, tuple(columns), dialect)
    return Source(
        path,
        lines.relation,
        columns,
        number="_n",
        malformed=lines.malformed,
        close=_dropping(con, lines.tables, scan),
    )


def _dropping(con: duckdb.DuckDBPyConnection, tables: tuple[str, ...], scan: Scan) -> Callable[[], None]:
    def close() -> None:
        for table in tables:
            con.execute(f"DROP TABLE IF EXISTS {table}")
        scan.close()

    return close


def _delimiter(text: str, skip: int, path: Path, known: set[str], quote: str) -> str:
    for line in text.splitlines()[:skip]:
        if is_separator_line(line):
            return line.strip()[-1]
    return max(_DELIMITERS, key=lambda sign: _fit(_header(text, skip, sign, quote)[0], known, sign, path))


def _fit(header: list[str], known: set[str], sign: str, path: Path) -> tuple[int, bool, int]:
    understood = sum(1 for name in header if name in known)
    return understood, len(header) > 1 and sign == "\t" and ".tsv" in path.name, len(header)


def _header(text: str, skip: int, delimiter: str, quote: str) -> tuple[list[str], int]:
    """The names in the header, and how many lines it takes."""
    below = "".join(text.splitlines(keepends=True)[skip:])
    reader = csv.reader(below.splitlines(keepends=True), delimiter=delimiter, quotechar=quote)
    names = next(reader, [])
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        plain = name.strip() or f"(column {place})"
        found.append(plain if plain not in found else f"{plain} ({place})")
    return found, reader.line_num
