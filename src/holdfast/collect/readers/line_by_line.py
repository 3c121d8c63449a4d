"""CSV that the strict reader refuses, read line by line.

What can be told is a row, the rest is set aside; every line is one or the other.

DuckDB's own way of passing over errors is not used: inside quoted newlines its parallel
reader invents rows, a quote left open at the end of the file drops the rest of it without
a word, and the lines it keeps are cut at 10,000 characters.

A line with an odd number of quotes may open a field that goes on over the next lines. It is
joined with the lines down to the next such line if the whole then has the right fields, and
stands for itself if not; so one stray quote costs one line.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import duckdb

from holdfast.collect.mapping import LINE
from holdfast.collect.quoting import literal

UNREADABLE = "\ufffd"
_LONGEST_RECORD = 1000
_serial = count()


@dataclass(frozen=True)
class Dialect:
    """How the fields of a line are told from each other."""

    delimiter: str
    quote: str
    escape: str
    fields: int

    @property
    def pattern(self) -> str:
        """A delimiter and the field after it, as a regular expression."""
        sign, quote = _escaped(self.delimiter), _escaped(self.quote)
        inside = rf"(?:[^{quote}]|{quote}{quote})*"
        if self.escape != self.quote:
            inside = rf"(?:[^{quote}{_escaped(self.escape)}]|{_escaped(self.escape)}.)*"
        return rf"{sign}(?:{quote}{inside}{quote}|[^{quote}{sign}\n][^{sign}\n]*|)"

    def parts(self, text: str) -> str:
        """SQL for the fields of a text, each with its delimiter before it."""
        return f"regexp_extract_all({literal(self.delimiter)} || {text}, {literal('(?s)' + self.pattern)})"

    def fits(self, text: str) -> str:
        """SQL: whether the text is the right fields and nothing else."""
        return f"(len({self.parts(text)}) = {self.fields} AND {self.covered(text)})"

    def covered(self, text: str) -> str:
        """SQL: whether the fields are the whole text, with nothing between them."""
        return f"(list_sum(list_transform({self.parts(text)}, lambda f: length(f))) = length({text}) + 1)"

    def values(self, text: str) -> str:
        """SQL for the fields of a text that fits, unquoted, NULL where empty."""
        body = "substr(f, 3, length(f) - 3)"
        escaped = literal(self.escape + self.quote)
        plain = f"replace({body}, {escaped}, {literal(self.quote)})"
        quoted = f"CASE WHEN substr(f, 2, 1) = {literal(self.quote)} THEN {plain} ELSE substr(f, 2) END"
        return f"list_transform({self.parts(text)}, lambda f: nullif({quoted}, ''))"


@dataclass(frozen=True)
class Lines:
    """What was read: rows `r0 ... rN` with `_n`, lines set aside, and the tables to drop after."""

    relation: str
    malformed: str
    tables: tuple[str, ...]


def read_lines(
    con: duckdb.DuckDBPyConnection, scan: str, header_lines: int, headers: tuple[str, ...], dialect: Dialect
) -> Lines:
    """Reads `scan`, a table function of one column `line`, into rows and lines set aside."""
    serial = next(_serial)
    lines, records = f"lines_{serial}", f"records_{serial}"
    con.execute(f"CREATE TEMP TABLE {lines} AS SELECT line FROM {scan}")
    con.execute(f"CREATE TEMP TABLE {records} AS {_records(lines, header_lines, dialect)}")
    fields = ", ".join(f"fields[{i + 1}] AS r{i}" for i in range(dialect.fields))
    relation = (
        f"(SELECT {fields}, _n FROM (SELECT {dialect.values('text')} AS fields, place + 1 AS _n "
        f"FROM {records} WHERE fits))"
    )
    return Lines(relation, _malformed(records, headers, dialect), (lines, records))


def _records(lines: str, header_lines: int, dialect: Dialect) -> str:
    quote = literal(dialect.quote)
    odd = f"(length(line) - length(replace(line, {quote}, ''))) % 2 = 1"
    return f"""
        WITH below AS (
            SELECT rowid AS place, coalesce(line, '') AS line FROM {lines} WHERE rowid >= {header_lines}
        ), opening AS (
            SELECT place, lead(place) OVER (ORDER BY place) AS last, row_number() OVER (ORDER BY place) AS k
            FROM below WHERE {odd}
        ), reach AS (
            SELECT k, place, last, unnest(range(place, last + 1)) AS member
            FROM opening WHERE last - place < {_LONGEST_RECORD}
        ), joined AS (
            SELECT k, reach.place, last, string_agg(line, chr(10) ORDER BY member) AS text
            FROM reach JOIN below ON below.place = member GROUP BY ALL
        ), fitting AS (
            SELECT *, k - row_number() OVER (ORDER BY k) AS run FROM joined WHERE {dialect.fits("text")}
        ), taken AS (
            SELECT * FROM fitting
            QUALIFY row_number() OVER (PARTITION BY run ORDER BY k) % 2 = 1
        ), found AS (
            SELECT place, text FROM taken
            UNION ALL
            SELECT place, line FROM below
            WHERE line <> '' AND place NOT IN (SELECT unnest(range(place, last + 1)) FROM taken)
        )
        SELECT place, text, NOT contains(text, {literal(UNREADABLE)}) AND {dialect.fits("text")} AS fits
        FROM found"""


def _malformed(records: str, headers: tuple[str, ...], dialect: Dialect) -> str:
    quote = literal(dialect.quote)
    members = ", ".join(f"{literal(header)}, cut[{i}]" for i, header in enumerate(headers, start=1))
    return f"""(
        SELECT place + 1 AS row_number, text AS value,
            CASE WHEN contains(text, {literal(UNREADABLE)})
                    THEN 'line has bytes that its encoding does not know'
                WHEN quoted THEN 'line has a quote that is not closed, or text beside one'
                WHEN fields < {dialect.fields} THEN 'line has ' || fields || ' fields, too few'
                ELSE 'line has ' || fields || ' fields, too many' END AS problem,
            CASE WHEN contains(text, {literal(UNREADABLE)})
                    THEN 'UTF-8, or say in the mapping: encoding = "cp1252"'
                WHEN quoted THEN 'quotes around the whole field, and doubled inside it'
                ELSE '{dialect.fields} fields; a field that holds a delimiter stands in quotes' END AS wanted,
            CAST(json_object({members}, {literal(LINE)}, text) AS VARCHAR) AS row
        FROM (SELECT *, string_split(text, {literal(dialect.delimiter)}) AS cut,
                     len({dialect.parts("text")}) AS fields,
                     contains(text, {quote}) AND NOT {dialect.covered("text")} AS quoted
              FROM {records} WHERE NOT fits))"""


def _escaped(sign: str) -> str:
    return "\\t" if sign == "\t" else "\\" + sign if not sign.isalnum() else sign
