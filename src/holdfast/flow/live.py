"""A workspace held open by the process that loads what is posted to it."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

from holdfast.collect.spooled import waiting
from holdfast.flow.arrivals.declaring import WEBHOOK, declared_sources
from holdfast.flow.arrivals.loading import Loaded, load, offsets_of, spool_of
from holdfast.flow.workspace import Workspace
from holdfast.periods import Calendar, Rhythm, rhythm
from holdfast.warehouse import Warehouse


class Live:
    """Loads the spool of one workspace; one object belongs to one thread."""

    def __init__(self, folder: Path) -> None:
        self._warehouse = Warehouse.open(folder)
        self._space = Workspace(self._warehouse)
        self.spool = spool_of(self._warehouse.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._space.close()

    @property
    def calendar(self) -> Calendar:
        """The workspace's zone, week and year."""
        return self._space.calendar

    def load(self) -> Loaded | None:
        """Load some of what waits; None where nothing does, or another process loads. See `loading.load`."""
        return load(self._warehouse, self.spool)

    def catch_up(self) -> None:
        """Bring kept timelines up to date with what was loaded."""
        self._space.catch_up()

    def records(self, table: str) -> Any:
        """The rows of a table in force now, as an Ibis table."""
        return self._warehouse.records(table)

    def webhooks(self) -> dict[str, str]:
        """The webhooks that the business declared: name and TOML."""
        return {name: each.declaration for name, each in declared_sources(self._warehouse, WEBHOOK).items()}

    def pulls(self) -> dict[str, Rhythm]:
        """The sources that are to be pulled by themselves, each with its rhythm."""
        told = (text.partition(" ") for text in self._space.settings()["pulls"])
        return {name: rhythm(rest) for name, _, rest in told}

    def offsets(self) -> dict[str, int]:
        """How far each segment of the spool is loaded, in bytes."""
        return offsets_of(self._warehouse, self.spool)

    def waiting(self, offsets: dict[str, int]) -> int:
        """How many bytes of the spool are not loaded, where it is loaded so far."""
        return waiting(self.spool, offsets)
