"""Figures and tables as JSON and CSV, exact to the last digit; docs/output.md names each column."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure, Number

COLUMNS = (
    "metric",
    "variant",
    "grain",
    "period_start",
    "period_end",
    "segment",
    "of",
    "value",
    "unit",
    "numerator",
    "denominator",
    "n",
    "low",
    "high",
    "status",
    "reason",
    "today",
)


def figures_as_rows(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """One row per figure with the columns of `COLUMNS`."""
    return [{name: getattr(figure, name) for name in COLUMNS} for figure in figures]


def as_json(rows: Sequence[Mapping[str, Any]], *, plain: bool = False) -> str:
    """An array of objects; decimals are numbers with every digit, instants end in Z.

    `plain` writes everything outside ASCII as an escape, for a stream that has no other signs.
    """
    if not rows:
        return "[]\n"
    text = "[\n" + ",\n".join(f"  {json_of(row)}" for row in rows) + "\n]\n"
    return text if not plain else "".join(_escaped(sign) for sign in text)


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, head: bool = True) -> str:
    """A header line and one line per row; objects are JSON text, nothing is an empty field."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    if head:
        lines.writerow(columns)
    lines.writerows([as_field(row.get(column)) for column in columns] for row in rows)
    return written.getvalue()


def instant(moment: datetime) -> str:
    """A naive UTC instant as ISO 8601 with its Z."""
    return f"{moment.isoformat()}Z" if moment.tzinfo is None else moment.isoformat()


def exact(number: Number) -> str:
    """A number with every digit that counts and none besides."""
    if isinstance(number, float):
        if not math.isfinite(number):
            raise ValueError(f"{number} is no figure")
        return repr(number)
    text = f"{number:f}" if isinstance(number, Decimal) else str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_of(value: object) -> str:
    """One value as JSON in a line, by the same rules."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_text(str(name))}: {json_of(each)}" for name, each in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(json_of(each) for each in value)}]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float | Decimal):
        return exact(value)
    return _text(_plain(value))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _escaped(sign: str) -> str:
    return sign if sign.isascii() else json.dumps(sign)[1:-1]


def as_field(value: object) -> str:
    """A value as it stands in a field: nothing is empty, an object is JSON, a number exact."""
    if value is None:
        return ""
    if isinstance(value, Mapping | list | tuple):
        return json_of(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return exact(value)
    return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else str(value)
