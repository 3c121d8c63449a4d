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


LEAST = 18


def listing(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], look: Look, *, told: Sequence[str] = ()
) -> Table:
    """One line per row; `columns` in the order in which they are needed, those `told` always and in lines."""
    made = []
    for place, name in enumerate((*columns, *told)):
        cells = [Text(as_field(row.get(name))) for row in rows]
        least = LEAST if name in told else None
        made.append(Column(name, name.replace("_", " "), cells, 0 if least else place + 1, least=least))
    return table(fitted(made, look.width), look)
