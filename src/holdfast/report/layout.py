"""Columns that fit: what a narrow terminal has no room for is left away, least needed first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from holdfast.report.look import Look

BETWEEN = 3


@dataclass(frozen=True)
class Column:
    """One column with all its cells; `rank` 0 always stays, the others join in the order of theirs."""

    name: str
    header: str
    cells: Sequence[Text]
    rank: int = 0
    right: bool = False

    @property
    def width(self) -> int:
        """How many columns of the terminal its widest cell takes."""
        return max([Text(self.header).cell_len, *(cell.cell_len for cell in self.cells)])


def fits(columns: Sequence[Column], width: int) -> bool:
    """Whether the columns stand side by side in `width` without a broken line."""
    return sum(column.width + BETWEEN for column in columns) - BETWEEN <= width


def fitted(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns that fit, in their order; those of rank 0 stay, the others join by rank."""
    kept = [column for column in columns if column.rank == 0]
    for column in sorted(columns, key=lambda each: each.rank):
        if column.rank > 0 and fits([*kept, column], width):
            kept.append(column)
    return [column for column in columns if column in kept]


def table(columns: Sequence[Column], look: Look, breaks: Sequence[int] = ()) -> Table:
    """The columns as a table, with an empty line after each row numbered in `breaks`."""
    shown = Table(box=look.rule, pad_edge=False, show_edge=False, header_style="")
    for column in columns:
        shown.add_column(
            column.header,
            justify="right" if column.right else "left",
            overflow="fold",
            no_wrap=column.rank > 0,
        )
    for place, cells in enumerate(zip(*(column.cells for column in columns), strict=True)):
        shown.add_row(*(_in_signs(cell, look) for cell in cells), end_section=place in breaks)
    return shown


def _in_signs(cell: Text, look: Look) -> Text:
    return cell if not look.plain else Text(look.shown(cell.plain), style=cell.style)
