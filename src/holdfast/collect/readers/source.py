"""What every reader gives: a relation with text or typed columns, and how to count its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Mode(Enum):
    """How a text file is read.

    At once; kept raw first, so that its rows have numbers; or line by line, with the
    malformed ones set aside.
    """

    DIRECT = "direct"
    NUMBERED = "numbered"
    TOLERANT = "tolerant"


@dataclass(frozen=True)
class SourceFault:
    """A test over the relation that rejects a row before its columns are read."""

    when: str
    problem: str
    wanted: str
    value: str


@dataclass(frozen=True)
class Source:
    """One file as SQL can read it.

    `relation` stands after FROM and `columns` gives each header its SQL over it, with its
    type. `number` is SQL for the row's number in the file, or None where the rows come in
    order and the first of them has the number `first_row`. `blank` holds for rows that are
    no rows. `malformed` is a relation (row_number, value, problem, wanted, row) of lines
    that could not be taken apart.
    """

    path: Path
    relation: str
    columns: dict[str, tuple[str, str]]
    first_row: int = 1
    number: str | None = None
    blank: str = "false"
    whole_row: str | None = None
    serials: int | None = None
    estimate: int | None = None
    faults: tuple[SourceFault, ...] = ()
    malformed: str | None = None
    close: Callable[[], None] = lambda: None

    @property
    def headers(self) -> tuple[str, ...]:
        """Their names for the columns, in the order of the file."""
        return tuple(self.columns)
