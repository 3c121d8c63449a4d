"""How far an import is: rows, rows not taken, time left; on standard error, for people only."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from holdfast.cli.terminal import Terminal, is_plain

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """A bar that an import moves by calling it with the step, how far it is and what was rejected.

    Nothing is drawn where nobody looks: under `--quiet`, in a file or a pipe.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._shown = not terminal.quiet and sys.stderr.isatty()
        self._bar: Bar | None = None
        self._step = ""
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._shown:
            self._bar = _bar()
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, step: str, done: int, total: int | None, rejected: int = 0) -> None:
        """Say that `step` has done so many of `total` rows; another step begins the bar anew."""
        if self._bar is None:
            return
        if self._task is None or step != self._step:
            self._begin(self._bar, step)
        if self._task is not None:
            self._bar.update(self._task, completed=done, total=total, told=_told(done, total, rejected))

    def _begin(self, bar: Bar, step: str) -> None:
        if self._task is not None:
            bar.remove_task(self._task)
        self._step, self._task = step, bar.add_task(step, total=None, told="")


def _told(done: int, total: int | None, rejected: int) -> str:
    if max(done, total or 0) <= 1:
        return ""
    rows = f"{done:,} rows" if total is None else f"{done:,} of {total:,} rows"
    return f"{rows}, {rejected:,} not taken" if rejected else rows


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = [] if is_plain() else [BarColumn(bar_width=24)]
    return Bar(
        TextColumn("{task.description}"),
        *bar,
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )
