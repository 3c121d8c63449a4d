"""A workspace held open by the process that loads what is posted to it.

While nothing is posted and nothing is recorded, the store is hardly asked: how far the spool is loaded and
what the business set are remembered.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from holdfast.collect.spooled import waiting
from holdfast.errors import Busy
from holdfast.flow.arrivals.declaring import WEBHOOK, declared_sources
from holdfast.flow.arrivals.loading import Loaded, load, offsets_of, spool_of, tidy
from holdfast.flow.judging.risk import HORIZONS
from holdfast.flow.judging.told import has_to_tell, told
from holdfast.flow.workspace import Workspace
from holdfast.periods import Calendar, Rhythm, rhythm
from holdfast.warehouse import Warehouse

T = TypeVar("T")

HOLDS_SECONDS = 600.0
"""How long what was set is remembered at most: it may come into force without anything being recorded."""


class Live:
    """Loads the spool of one workspace; one object belongs to one thread."""

    def __init__(self, folder: Path) -> None:
        self._warehouse = Warehouse.open(folder)
        self._space = Workspace(self._warehouse)
        self.spool = spool_of(self._warehouse.folder)
        self._loaded: dict[str, int] | None = None
        self._said: dict[str, tuple[datetime | None, float, object]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._space.close()

    @property
    def calendar(self) -> Calendar:
        """The workspace's zone, week and year."""
        return self._remembered("calendar", lambda: self._space.calendar)

    def load(self) -> Loaded | None:
        """Load some of what waits; None where nothing does, or another process loads. See `loading.load`."""
        if self._loaded is not None and not self.waiting(self._loaded):
            tidy(self.spool, self._loaded)
            return None
        self._loaded = None
        done = load(self._warehouse, self.spool)
        self._loaded = dict(done.offsets) if done else offsets_of(self._warehouse, self.spool)
        return done

    def catch_up(self) -> None:
        """Bring kept timelines up to date with what was loaded."""
        self._space.catch_up()

    def compact(self) -> None:
        """Merge the small files that loads left, where nobody reads or writes just now."""
        with contextlib.suppress(Busy):
            self._warehouse.compact(timeout=0, lightly=True)

    def mark(self) -> str:
        """What is known, and which local day and hour it is: with another of these figures may be others."""
        now = datetime.now(UTC).replace(tzinfo=None)
        return f"{self._warehouse.known_at()} {self.calendar.to_local(now):%Y-%m-%dT%H}"

    def untold(self) -> str:
        """What is known, where the chances to leave are to be told of it anew; empty where they are not."""
        known_at = self._warehouse.known_at()
        last = self._remembered("told", lambda: told(self._warehouse, HORIZONS[0]))
        now = datetime.now(UTC).replace(tzinfo=None)
        rests = last is not None and (last.known_at == known_at or not last.has_rested(now))
        if known_at is None or rests or not self._remembered("to tell", lambda: has_to_tell(self._warehouse)):
            return ""
        return str(known_at)

    def records(self, table: str) -> Any:
        """The rows of a table in force now, as an Ibis table."""
        return self._warehouse.records(table)

    def webhooks(self) -> dict[str, str]:
        """The webhooks that the business declared: name and TOML."""
        return self._remembered("webhooks", self._webhooks)

    def _webhooks(self) -> dict[str, str]:
        return {name: each.declaration for name, each in declared_sources(self._warehouse, WEBHOOK).items()}

    def pulls(self) -> dict[str, Rhythm]:
        """The sources that are to be pulled by themselves, each with its rhythm."""
        return self._remembered("pulls", self._pulls)

    def _pulls(self) -> dict[str, Rhythm]:
        told = (text.partition(" ") for text in self._space.settings()["pulls"])
        return {name: rhythm(rest) for name, _, rest in told}

    def _remembered(self, what: str, ask: Callable[[], T]) -> T:
        """What was answered while nothing has been recorded since, and not for too long."""
        until, now = self._warehouse.known_at(), time.monotonic()
        said = self._said.get(what)
        if said is None or said[0] != until or now - said[1] > HOLDS_SECONDS:
            said = self._said[what] = until, now, ask()
        return cast(T, said[2])

    def offsets(self) -> dict[str, int]:
        """How far each segment of the spool is loaded, in bytes."""
        return offsets_of(self._warehouse, self.spool) if self._loaded is None else self._loaded

    def waiting(self, offsets: dict[str, int]) -> int:
        """How many bytes of the spool are not loaded, where it is loaded so far."""
        return waiting(self.spool, offsets)
