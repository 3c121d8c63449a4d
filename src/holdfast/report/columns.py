"""Figures as a Parquet file: typed columns that other tools read without guessing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, localcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure, Number

PLACES = Decimal("1e-9")
_NUMBER, _INSTANT = pa.decimal128(38, 9), pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("metric", pa.string()),
        ("variant", pa.string()),
        ("grain", pa.string()),
        ("period_label", pa.string()),
        ("period_start", _INSTANT),
        ("period_end", _INSTANT),
        ("segment", pa.string()),
        ("of", pa.string()),
        ("value", _NUMBER),
        ("exact_value", pa.string()),
        ("unit", pa.string()),
        ("numerator", _NUMBER),
        ("denominator", _NUMBER),
        ("n", pa.int64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("today", _NUMBER),
    ]
)
"""Sums and values as decimals of 9 places; `exact_value` has every digit, objects are JSON text."""


def write_parquet(figures: Sequence[Figure], file: Path) -> None:
    """Write one row a figure."""
    pq.write_table(pa.Table.from_pylist([_row(each) for each in figures], schema=SCHEMA), file)


def _row(figure: Figure) -> dict[str, Any]:
    told = {name: getattr(figure, name, None) for name in SCHEMA.names}
    return told | {
        "segment": json.dumps(dict(figure.segment), ensure_ascii=False, sort_keys=True),
        "of": json.dumps(dict(figure.of), ensure_ascii=False, sort_keys=True),
        "exact_value": None if figure.value is None else str(figure.value),
        "low": None if figure.low is None else float(figure.low),
        "high": None if figure.high is None else float(figure.high),
        **{name: _placed(getattr(figure, name)) for name in ("value", "numerator", "denominator", "today")},
    }


def _placed(number: Number | None) -> Decimal | None:
    if number is None:
        return None
    with localcontext(prec=80):
        return Decimal(str(number)).quantize(PLACES)
