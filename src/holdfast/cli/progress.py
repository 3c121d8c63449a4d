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
        self._tasks: dict[str, TaskID] = {}

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
        """Move the bar of `step` to `done` of `total`."""
        if self._bar is None:
            return
        if step not in self._tasks or self._bar.tasks[self._tasks[step]].finished:
            self._tasks[step] = self._bar.add_task(step, total=total, told="")
        told = "" if total in {None, 1} else f"{done:,} of {total:,} rows"
        told += f", {rejected:,} not taken" if rejected else ""
        self._bar.update(self._tasks[step], completed=done, total=total, told=told)


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
