"""JSON lines: one object a line, keys as columns. A key first seen late rejects its row."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb

from holdfast.collect.mapping import Mapping
from holdfast.collect.quoting import literals, pointer
from holdfast.collect.readers.delimited import LINES, prepare, scanned
from holdfast.collect.readers.source import Mode, Source, SourceFault
from holdfast.collect.readers.textfile import decode, encoding_of, head
from holdfast.errors import BadInput, Sentence


def read_json_lines(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, mode: Mode) -> Source:
    """A file of JSON objects, one a line, as a source."""
    sample = head(path)
    encoding = encoding_of(sample, mapping.encoding)
    text = decode(sample, encoding)
    if text.lstrip().startswith("["):
        raise BadInput(
            Sentence("{file} is one JSON array.", file=path.name),
            hint=Sentence("Write one object a line: {command}.", command="jq -c '.[]' FILE"),
        )
    keys = _keys(text)
    if not keys:
        raise BadInput(
            Sentence("{file} holds no JSON objects.", file=path.name),
            hint=Sentence("One object a line: {example}", example='{"account_id": "a1"}'),
        )
    known = list(dict.fromkeys([*keys, *mapping.reads]))
    scan = prepare(path, encoding, ("line",), LINES, 1, mark=mode is Mode.TOLERANT)
    average = len(sample) / max(1, text.count("\n"))
    estimate = None if path.suffix == ".gz" else int(path.stat().st_size / average)
    lines = scanned(con, scan, path, {"line": ("line", "VARCHAR")}, mode, estimate)
    return _taken_apart(lines, known)


def _taken_apart(lines: Source, known: list[str]) -> Source:
    paths = literals(pointer(key) for key in known)
    is_object = "coalesce(CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' END, false)"
    relation = f"""(
        SELECT *, CASE WHEN _object THEN json_extract_string(line, [{paths}]) END AS parts,
               CASE WHEN _object THEN NOT list_has_all([{literals(known)}], json_keys(line)) END AS _more
        FROM (SELECT *, {is_object} AS _object FROM {lines.relation}))"""
    strange = f"[key for key in json_keys(line) if NOT list_contains([{literals(known)}], key)]"
    return replace(
        lines,
        relation=relation,
        columns={key: (f"parts[{place}]", "VARCHAR") for place, key in enumerate(known, start=1)},
        blank="line IS NULL",
        whole_row="CASE WHEN _object THEN line ELSE json_object('(line)', line) END",
        faults=(
            SourceFault("NOT _object", "line is not a JSON object", "one JSON object a line", "line"),
            SourceFault(
                "_more",
                "line has a key that the lines before it lack",
                "the same keys; or say in the mapping: ignore = [...]",
                f"array_to_string({strange}, ', ')",
            ),
        ),
    )


def _keys(text: str) -> list[str]:
    found: dict[str, None] = {}
    for line in text.splitlines():
        try:
            given = json.loads(line)
        except ValueError:
            continue
        if isinstance(given, dict):
            found |= dict.fromkeys(given)
    return list(found)
