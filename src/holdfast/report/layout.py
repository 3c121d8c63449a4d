"""Columns that fit: what a narrow terminal has no room for is left away, least needed first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.align import Align
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from holdfast.report.look import Look

BETWEEN = 3


@dataclass(frozen=True)
class Column:
    """One column with all its cells; `rank` 0 always stays, the others join in the order of theirs.

    A column that gives a `least` width may be broken into lines down to it; no other is.
    """

    name: str
    header: str
    cells: Sequence[Text]
    rank: int = 0
    right: bool = False
    least: int | None = None

    @property
    def width(self) -> int:
        """How many columns of the terminal its widest cell takes."""
        return max([Text(self.header).cell_len, *(cell.cell_len for cell in self.cells)])

    @property
    def narrowest(self) -> int:
        """How far its width may shrink."""
        return self.width if self.least is None else min(self.least, self.width)


def telling(columns: Sequence[Column]) -> list[Column]:
    """The columns without those that may go and have nothing in any row."""
    return [column for column in columns if column.rank == 0 or any(column.cells)]


def fits(columns: Sequence[Column], width: int, *, broken: bool = False) -> bool:
    """Whether the columns stand side by side in `width`, with lines broken where they may be."""
    taken = [column.narrowest if broken else column.width for column in columns]
    return sum(taken) + BETWEEN * (len(columns) - 1) <= width


def fitted(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns that fit, in their order; those of rank 0 stay, others that say anything join by rank."""
    kept = [column for column in columns if column.rank == 0]
    for column in sorted(telling(columns), key=lambda each: each.rank):
        if column.rank > 0 and fits([*kept, column], width, broken=True):
            kept.append(column)
    return [column for column in columns if column in kept]


def table(columns: Sequence[Column], look: Look, breaks: Sequence[int] = ()) -> Table:
    """The columns as a table, with an empty line after each row numbered in `breaks`."""
    shown = Table(box=look.rule, pad_edge=False, show_edge=False, header_style="")
    columns = list(reversed(columns)) if look.mirrored else columns
    widths = _widths(columns, look.width)
    for column in columns:
        shown.add_column(
            look.placed(Text(column.header)),
            justify="right" if column.right != look.mirrored else "left",
            overflow="fold",
            no_wrap=column.rank > 0,
        )
    for place, cells in enumerate(zip(*(_cells(column, widths) for column in columns), strict=True)):
        shown.add_row(*(look.placed(cell) for cell in cells), end_section=place in breaks)
    return shown


def page(thing: RenderableType, look: Look) -> RenderableType:
    """`thing`, with its lines and tables at the edge of the terminal where reading begins."""
    if not look.mirrored:
        return thing
    if isinstance(thing, Group):
        return Group(*(page(part, look) for part in thing.renderables))
    if not isinstance(thing, Text):
        return Align.right(thing)
    lines = thing.wrap(Console(width=look.width), look.width)
    placed = look.placed(Text("\n".join(line.plain for line in lines), style=thing.style))
    placed.justify = "right"
    return placed


def _widths(columns: Sequence[Column], width: int) -> dict[str, int]:
    """How wide each column that may be broken becomes: what the others leave, shared out."""
    breakable = sorted((column for column in columns if column.least), key=lambda column: column.width)
    left = width - BETWEEN * (len(columns) - 1) - sum(column.width for column in columns if not column.least)
    widths = {}
    for place, column in enumerate(breakable):
        share = left // (len(breakable) - place)
        widths[column.name] = max(min(column.width, share), column.narrowest)
        left -= widths[column.name]
    return widths


def _cells(column: Column, widths: Mapping[str, int]) -> Sequence[Text]:
    width = widths.get(column.name, column.width)
    return column.cells if column.width <= width else [_broken(cell, width) for cell in column.cells]


def _broken(cell: Text, width: int) -> Text:
    return Text("\n".join(wrap(cell.plain, width, subsequent_indent="  ")), style=cell.style)
