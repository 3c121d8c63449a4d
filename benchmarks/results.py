"""The rows of the printed table, and the page that keeps them."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.sizes import Size


@dataclass(frozen=True)
class Row:
    """One ratio: what Holdfast took, what it is held against, and the bar where there is one.

    `ratio` is ours over theirs, in time or another `unit`; `most` is the greatest that meets the bar.
    """

    what: str
    ours: float
    against: str
    theirs: float
    most: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Ours over theirs."""
        return self.ours / self.theirs

    @property
    def verdict(self) -> str:
        """Whether the bar is met, and else by how much it is missed."""
        if self.most is None:
            return ""
        if self.ratio <= self.most:
            return "met"
        return f"missed {self.ratio / self.most:.1f}x"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        bar = "" if self.most is None else f"≤ {self.most:g}"
        ours, theirs = (f"{value:.2f} {self.unit}" for value in (self.ours, self.theirs))
        ratio = f"{self.ratio:.3g}"
        return self.what, ours, self.against, theirs, ratio, bar, self.verdict


HEADINGS = ("what", "ours", "against", "theirs", "ratio", "bar", "")


def show(rows: Iterable[Row], notes: Sequence[str]) -> None:
    """Print the table and the notes."""
    table = Table(*HEADINGS)
    for row in rows:
        table.add_row(*row.cells)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    for note in notes:
        console.print(note, highlight=False, markup=False)


def page(size: Size, rows: Iterable[Row], notes: Sequence[str], command: str) -> str:
    """The page docs/benchmarks.md."""
    lines = [
        "# Benchmarks",
        "",
        "Written by the command below; ratios count, since seconds are those of one machine at one time.",
        "",
        *(f"- {name}: {value}" for name, value in _circumstances(size, command).items()),
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "|" + " --- |" * len(HEADINGS),
        *("| " + " | ".join(row.cells) + " |" for row in rows),
        "",
        "Ratio: ours over that of the other side, each the median of runs in turn.",
        "",
        *(f"- {note}" for note in notes),
    ]
    return "\n".join(lines) + "\n"


def _circumstances(size: Size, command: str) -> Mapping[str, str]:
    events = int(size.accounts * size.events_per_account)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}",
        "with": f"Python {platform.python_version()}, DuckDB {duckdb.__version__}",
        "size": f"{size.name}: {size.accounts:,} accounts, {size.months} months, about {events:,} events",
        "command": f"`{command}`",
    }


def _commit() -> str:
    here = Path(__file__).parent
    asked = ["git", "-C", str(here), "describe", "--always", "--dirty", "--abbrev=10"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"
