"""What the reader's terminal can show: how wide it is, and which signs it has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rich import box
from rich.text import Text

from holdfast.words import RIGHT_TO_LEFT, spoken

BLOCKS = "▁▂▃▄▅▆▇█"
LETTERS = "_.-=+*%#"
FROM_LEFT, FROM_RIGHT, END = "\u2066", "\u2067", "\u2069"
"""The isolates of Unicode's bidirectional algorithm (UAX 9): what stands inside orders nothing outside."""

WORD = r"[+-]{0,2}[A-Za-z0-9_][A-Za-z0-9_.:/@%+-]*"
FOREIGN = re.compile(rf"{WORD}(?: {WORD})*|[+-]?\d(?:[\d٬٫.,]*\d)?[%٪]?")
"""What is read from the left inside a line that is read from the right: Latin names, numbers."""

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

        So a terminal that orders letters by direction keeps every column where it is, whichever way
        it takes the line to run; one that does not shows the letters in the order of writing.
        """
        if self.plain:
            return Text(self.shown(text.plain), style=text.style)
        if not self.mirrored or not text.plain.strip():
            return text
        if text.spans:
            return Text.assemble(FROM_RIGHT, text, END)
        lines = FOREIGN.sub(rf"{FROM_LEFT}\g<0>{END}", text.plain).split("\n")
        return Text("\n".join(f"{FROM_RIGHT}{line}{END}" for line in lines), style=text.style)
