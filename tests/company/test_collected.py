"""The exports read back through the room `collect`: nothing lost, and each planted fault told as listed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from holdfast.collect import folder, stage
from holdfast.company import simulate, write_exports


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def test_every_file_reads_back_as_the_table_it_came_from(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    company = simulate(200, 5, seed=6)
    write_exports(company, tmp_path)
    tables = {**company.tables, "events": company.events()}
    seen = set()
    for feed in folder(tmp_path):
        staged = stage(con, feed.table, feed.files, feed.mapping)
        table = tables[feed.table.name]
        columns = ", ".join(f'"{name}"' for name in table.column_names)
        stored = con.execute(f"SELECT {columns} FROM {staged.good} ORDER BY row_number").to_arrow_table()
        assert staged.rejected == 0, feed.table.name
        assert rows(stored) == rows(table), feed.table.name
        seen.add(feed.table.name)
    assert seen == set(tables)


def test_every_planted_fault_that_an_import_can_see_is_rejected_as_listed(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    write_exports(simulate(200, 5, seed=6, faults=True), tmp_path)
    with (tmp_path / "truth" / "faults.csv").open(encoding="utf-8", newline="") as file:
        listed = [fault for fault in csv.DictReader(file) if fault["outcome"] == "rejected"]
    found = {}
    for feed in folder(tmp_path):
        staged = stage(con, feed.table, feed.files, feed.mapping)
        for name, number, column, problem in con.execute(
            f'SELECT file, row_number, "column", problem FROM {staged.bad}'
        ).fetchall():
            found[name, number, column] = problem
    wanted = {(fault["file"], int(fault["row"]), fault["column"]): fault["says"] for fault in listed}
    assert set(found) == set(wanted)
    assert all(says in found[place] for place, says in wanted.items())


def rows(table: pa.Table) -> list[dict[str, Any]]:
    return table.to_pylist()  # type: ignore[no-any-return]
