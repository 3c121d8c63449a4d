"""A workspace that grows part by part of a simulated company's exports, and what is asked of it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import holdfast
from benchmarks.clock import timed
from benchmarks.exports import Exports
from benchmarks.figures import TWELVE
from benchmarks.intake import Steps
from benchmarks.memory import Peaks
from benchmarks.sizes import Size
from holdfast.company import DECLARED
from holdfast.flow import Workspace
from holdfast.metrics import Figure, defaults
from holdfast.periods import Period
from holdfast.warehouse import Warehouse

WITHOUT_DATA = ("theme_share",)
"""Default metrics whose records the simulated company does not have: nobody tags its feedback."""

BOARD = tuple(metric.full_name for metric in defaults() if metric.full_name not in WITHOUT_DATA)
ENGINE_MEMORY = "3GB"
"""So that the process stays under what it may have; SQL by hand on the same connection has the same."""

UNUSED_RULE = "rules.new_again_after_days"
"""Part of what kept timelines stand on; over so many days that no figure follows it."""


@dataclass(frozen=True)
class Turn:
    """Seconds of bringing files in, of bringing timelines up to date and of the board after it.

    `twelve` are those of the board that twelve figures took, asked first, where they were.
    """

    importing: float
    refresh: float
    board: float
    figures: Sequence[Figure] = ()
    twelve: float = 0.0

    @property
    def whole(self) -> float:
        """All three."""
        return self.importing + self.refresh + self.board

    def __str__(self) -> str:
        return f"import {self.importing:.2f} s, timelines {self.refresh:.2f} s, board {self.board:.2f} s"


class Company:
    """A workspace that grows by parts of the exports; asks for the board after each."""

    def __init__(self, size: Size, exports: Exports, scratch: Path, kpis: Sequence[str] = BOARD) -> None:
        self.size, self.exports, self.kpis = size, exports, kpis
        self.folder = scratch / "workspace"
        shutil.rmtree(self.folder, ignore_errors=True)
        holdfast.create(self.folder, currency=exports.currency).close()
        self.open()
        self.peaks = Peaks()
        self.reached: datetime | None = None
        self.turns: list[Turn] = []
        self._away = 36_500

    def open(self) -> None:
        """Have the workspace again."""
        self.warehouse = Warehouse.open(self.folder, memory=ENGINE_MEMORY)
        self.space = Workspace(self.warehouse)

    def close(self) -> None:
        """Let the workspace go."""
        self.space.close()

    @property
    def periods(self) -> list[Period]:
        """Every month of the company's time."""
        return self.space.calendar.periods("month", self._first, f"{self.exports.stops[-2]:%Y-%m}")

    @property
    def _first(self) -> str:
        return f"{self.exports.start:%Y-%m}"

    def board(self, names: Sequence[str] = (), by: Sequence[str] = (), *, anew: bool = True) -> list[Figure]:
        """Its KPIs, or those named, over every month of the company's time; remembered, or counted `anew`."""
        last = f"{self.exports.stops[-2]:%Y-%m}"
        return self.space.kpis(names or self.kpis, first=self._first, last=last, by=by, anew=anew)

    def board_after_news(self) -> list[Figure]:
        """Its KPIs as a person gets them: what still holds is remembered."""
        return self.board(anew=False)

    def grow(self, until: datetime) -> Turn:
        """Import the parts up to an instant one after the other; gives the last of them, with its board."""
        turn = Turn(0.0, 0.0, 0.0)
        for stop in self.exports.stops:
            if (self.reached is None or stop > self.reached) and stop <= until:
                turn = self._bring(stop, asked=stop == until)
        return turn

    def _bring(self, stop: datetime, *, asked: bool) -> Turn:
        """Import a part, bring timelines up to date, ask for the board."""
        is_last = stop == self.exports.end
        if is_last:
            self.board(TWELVE, anew=False)
        steps = Steps()
        with self.peaks.of("import and timelines"):
            everything, _ = timed(
                lambda: self.space.import_folder(self.exports.part(stop), through=stop, progress=steps)
            )
        if self.reached is None:
            self.space.set_all(DECLARED)
        self.reached = stop
        importing = steps.committed
        with self.peaks.of("board"):
            twelve = timed(lambda: self.board(TWELVE, anew=False))[0] if is_last else 0.0
            board, figures = timed(self.board_after_news) if asked else (0.0, [])
        turn = Turn(importing, everything - importing, twelve + board, figures, twelve)
        self.turns.append(turn)
        return turn

    def start_over(self) -> tuple[float, float, list[Figure]]:
        """Seconds to make all timelines anew from the records in store, and of the board; its figures."""
        refresh = self.relay()
        board, figures = timed(self.board)
        return refresh, board, figures

    def relay(self) -> float:
        """Seconds to make all that is kept derived anew: a rule that it stands on has changed."""
        self._away += 1
        return timed(lambda: self.space.set(UNUSED_RULE, self._away))[0]
