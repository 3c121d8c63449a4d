"""ClickHouse over the same records and derived tables, by its best SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from chdb.session import Session

from benchmarks.by_hand import statements
from benchmarks.figures import Answers, answers_of
from benchmarks.stored import ORDERS

HERE = Path(__file__).parent
MAY_LACK = {
    "end_at", "due_at", "paid_at", "solved_at", "reopened_at", "quantity", "interval_count", "attempt_no",
    "topic", "discount_amount", "discount_kind", "discount_cycles", "bot_solved", "agent_replies", "spam",
    "merged_into", "ends_at",
}  # fmt: skip
"""Columns that may be null; the others are told to be none, which is quicker."""


class ClickHouse:
    """A session with every table loaded into its own format."""

    def __init__(self, files: Mapping[str, Path], as_of: datetime, folder: Path) -> None:
        make: Callable[[str], Any] = Session  # brings no types
        self._session = make(str(folder))
        self._as_of = f"toDateTime64('{as_of}', 6)"
        self._run("create database if not exists bench")
        self._run("use bench")
        for table, file in files.items():
            order = ORDERS.get(table, "tuple()")
            key = f"({order})" if order != "tuple()" else order
            rows = f"select {_columns(file)} from file('{file}', Parquet)"
            self._run(f"create table {table} engine = MergeTree order by {key} as {rows}")

    def from_records(self) -> Answers:
        """The figures with everything that they stand on laid out anew."""
        return self._asked("build", "raw", "records")

    def from_derived(self) -> Answers:
        """The figures over what Holdfast keeps derived, and records where it keeps nothing."""
        return self._asked("derived", "records")

    def close(self) -> None:
        """Let the session go."""
        self._session.close()

    def _asked(self, *files: str) -> Answers:
        found: Answers = {}
        for name in files:
            for _, query in statements(HERE / f"{name}.sql", {"as_of": self._as_of}):
                if name == "build":
                    self._run(query)
                else:
                    found.update(answers_of(self._run(query, "ArrowTable").to_pylist()))
        return found

    def _run(self, query: str, form: str = "CSV") -> Any:
        return self._session.query(query, form)


def _columns(file: Path) -> str:
    names = pq.read_schema(file).names
    return ", ".join(name if name in MAY_LACK else f"assumeNotNull({name}) as {name}" for name in names)
