"""Small tables that a question brings itself."""

from __future__ import annotations

from holdfast.timelines.in_memory import in_memory

SCHEMA = {"name": "string", "days": "int64"}


def test_the_same_rows_are_one_table_and_others_another() -> None:
    rows = [{"name": "a", "days": 1}, {"name": "b", "days": 2}]
    table = in_memory(rows, SCHEMA)
    assert table.equals(in_memory(iter(rows), SCHEMA))
    assert table.to_pyarrow().to_pylist() == rows
    assert not table.equals(in_memory(rows[:1], SCHEMA))
    assert not table.equals(in_memory(rows, SCHEMA | {"days": "int32"}))


def test_there_may_be_no_rows() -> None:
    assert in_memory([], SCHEMA).to_pyarrow().num_rows == 0
