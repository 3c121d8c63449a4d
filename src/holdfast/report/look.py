"""What the reader's terminal can show: how wide it is, and which signs it has."""

from __future__ import annotations

from dataclasses import dataclass

from rich import box
from rich.text import Text

from holdfast.words import RIGHT_TO_LEFT, spoken
from holdfast.words.order import END, RIGHT, line_from_right

BLOCKS = "▁▂▃▄▅▆▇█"
LETTERS = "_.-=+*%#"

PLAIN_HEAD = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


@dataclass(frozen=True)
class Look:
    """How to show: `plain` keeps to ASCII, `width` is the number of columns."""

    width: int = 100
    plain: bool = False
    language: str = "en"

    @property
    def mirrored(self) -> bool:
        """Whether lines are read from the right: columns begin there, and what is Latin is isolated."""
        return not self.plain and spoken(self.language) in RIGHT_TO_LEFT

    @property
    def dash(self) -> str:
        """What stands where a figure is undefined."""
        return "-" if self.plain else "–"

    @property
    def mark(self) -> str:
        """The sign of a provisional figure."""
        return "*"

    @property
    def steps(self) -> str:
        """The signs of a sparkline, from low to high."""
        return LETTERS if self.plain else BLOCKS

    @property
    def gap(self) -> str:
        """What a sparkline shows where the figure is undefined."""
        return " " if self.plain else "·"

    @property
    def rule(self) -> box.Box:
        """The lines of a table: one under its head and nothing else."""
        return PLAIN_HEAD if self.plain else box.SIMPLE_HEAD

    def shown(self, text: str) -> str:
        """`text` in signs that the terminal has; what it lacks becomes a question mark."""
        return text.encode("ascii", "replace").decode() if self.plain else text

    def placed(self, text: Text) -> Text:
        """`text` as it stands in a cell or a line of its own: each of its lines isolated where mirrored.

        So every column stays where it is, whichever way the terminal takes the line to run.
        """
        if self.plain:
            return Text(self.shown(text.plain), style=text.style)
        if not self.mirrored or not text.plain.strip():
            return text
        if text.spans:
            return Text.assemble(RIGHT, text, END)
        return Text("\n".join(map(line_from_right, text.plain.split("\n"))), style=text.style)
