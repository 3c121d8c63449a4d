"""Any rows as a table: the columns wanted, as far as they fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.report.rows import as_field

if TYPE_CHECKING:
    from rich.table import Table

    from holdfast.report.look import Look


def listing(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], look: Look) -> Table:
    """One line per row; the last two columns always stay, for they say what is the matter."""
    made = []
    for place, name in enumerate(columns):
        cells = [Text(as_field(row.get(name))) for row in rows]
        rank = 0 if place >= len(columns) - 2 or place < 2 else place
        made.append(Column(name, name.replace("_", " "), cells, rank))
    return table(fitted(made, look.width), look)
