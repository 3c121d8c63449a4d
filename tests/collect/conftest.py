"""A connection, and one call that writes a file and stages it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from holdfast import collect
from holdfast.periods import Calendar
from holdfast.tables import table


@dataclass
class Read:
    """What staging a file gave, as Python values."""

    staged: collect.Staged
    good: list[dict[str, Any]]
    bad: list[dict[str, Any]]

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.good]


Reader = Callable[..., Read]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 2}) as opened:
        opened.execute("SET TimeZone = 'UTC'")
        yield opened


def rows(con: duckdb.DuckDBPyConnection, relation: str) -> list[dict[str, Any]]:
    found = con.execute(f"SELECT * FROM {relation} ORDER BY row_number")
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture
def read(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Reader:
    def call(
        name: str,
        content: str | bytes | Path,
        mapping: str = "",
        *,
        into: str = "",
        zone: str = "UTC",
        now: datetime = datetime(2030, 1, 1),
    ) -> Read:
        path = content if isinstance(content, Path) else tmp_path / name
        if not isinstance(content, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        staged = collect.stage(
            con,
            table(into or path.name.split(".")[0]),
            [path],
            collect.Mapping.from_toml(mapping, "test.toml"),
            Calendar(zone),
            now=now,
        )
        result = Read(staged, rows(con, staged.good), rows(con, staged.bad))
        assert staged.rows == len(result.good) + len(result.bad) + staged.left_out
        assert staged.rejected == len(result.bad)
        staged.drop(con)
        return result

    return call


NOTES = "note_id,account_id,at,kind,text\n"


def note(number: int, text: str = "x", at: str = "2024-01-01") -> str:
    return f"{number},a,{at},crm,{text}\n"
