"""What the terminal at hand can show, decided once per command."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast.cli.options import Format

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console, RenderableType

    from holdfast.report import Look

UNTOLD_WIDTH, HEIGHT = 132, 40
IN_ASCII = {"en", "id"}
"""Languages that a terminal without UTF-8 can show; the others are then said in English."""


@dataclass(frozen=True)
class Terminal:
    """Where a command writes: answers to standard output, the rest to standard error."""

    quiet: bool = False
    language: str = "en"

    @property
    def look(self) -> Look:
        """What can be shown here: the width, whether only ASCII, and in which language."""
        from holdfast.report import Look

        plain = is_plain()
        return Look(width(), plain, self.language if not plain or self.language in IN_ASCII else "en")

    def show(self, thing: RenderableType) -> None:
        """Print an answer."""
        from holdfast.report.layout import page

        self._console().print(page(thing, self.look), highlight=False)

    def write(self, text: str) -> None:
        """Write an answer as it is: JSON, CSV."""
        sys.stdout.write(text)

    def rows(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], form: Format) -> None:
        """Write an answer as JSON, or as CSV with these columns."""
        from holdfast.report.rows import as_csv, as_json

        self.write(as_json(rows, plain=is_plain()) if form is Format.JSON else as_csv(rows, columns))

    def say(self, text: str) -> None:
        """Tell a person something besides the answer, unless they asked for quiet."""
        if not self.quiet:
            sys.stdout.write(f"{text}\n")

    def say_beside(self, text: str) -> None:
        """The same where the answer is read by a program: on standard error, out of its way."""
        if not self.quiet:
            sys.stderr.write(f"{text}\n")

    def _console(self) -> Console:
        from rich.console import Console

        # Without a height too, Rich writes 80 columns for a terminal that says it is dumb.
        return Console(file=sys.stdout, width=width(), height=HEIGHT, soft_wrap=False)


def width() -> int:
    """The columns of the terminal; plenty where there is none, as in a file or a pipe."""
    return max(shutil.get_terminal_size((UNTOLD_WIDTH, HEIGHT)).columns, 20)


def is_plain() -> bool:
    """Whether only ASCII should be written.

    Python turns a bare C locale into UTF-8 for its streams, but a person who set it, or a
    terminal that says it is dumb, has no other signs.
    """
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    if encoding != "utf8" or (os.environ.get("TERM") == "dumb" and sys.stdout.isatty()):
        return True
    told = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return told in {"C", "POSIX"}


def prepare_streams() -> None:
    """Make sure that a sign the terminal lacks is written as a question mark, not an error."""
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", None) or "").lower().replace("-", "")
        if encoding != "utf8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
