"""A report as Parquet: the same figures as in JSON, with types."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq

from holdfast.report.columns import SCHEMA, write_parquet
from holdfast.report.rows import COLUMNS
from tests.report.made_up import a_year


def test_the_columns_are_those_of_json_with_types(tmp_path: Path) -> None:
    figures = [*a_year(), replace(a_year()[0], value=Decimal("123456789012345678901234.123456789123"))]
    write_parquet(figures, tmp_path / "figures.parquet")
    table = pq.read_table(tmp_path / "figures.parquet")
    assert table.schema.equals(SCHEMA)
    assert set(COLUMNS) <= set(table.column_names)
    for row, figure in zip(table.to_pylist(), figures, strict=True):
        assert row["period_start"].replace(tzinfo=None) == figure.period_start
        assert row["exact_value"] == (None if figure.value is None else str(figure.value))
        assert json.loads(row["of"]) == dict(figure.of)
        assert row["reason"] == figure.reason
    assert table["value"].to_pylist()[-1] == Decimal("123456789012345678901234.123456789")
