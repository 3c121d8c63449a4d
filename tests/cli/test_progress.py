"""Progress is drawn for people, and for nobody else."""

from __future__ import annotations

import io
import sys

import pytest

from holdfast.cli.progress import Progress
from holdfast.cli.terminal import Terminal


class Screen(io.StringIO):
    """A standard error that somebody looks at."""

    def __init__(self, *, watched: bool) -> None:
        super().__init__()
        self._watched = watched

    def isatty(self) -> bool:
        return self._watched


def drawn(monkeypatch: pytest.MonkeyPatch, *, watched: bool, quiet: bool = False) -> str:
    screen = Screen(watched=watched)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    with Progress(Terminal(quiet)) as progress:
        progress("counting", 0, None, 0)
        progress("counting", 1, 1, 0)
        progress("reading", 500, 2_000, 3)
        progress("reading", 2_000, 2_000, 7)
    return screen.getvalue()


def test_the_step_its_rows_and_those_not_taken_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = drawn(monkeypatch, watched=True)
    assert "2,000 of 2,000 rows, 7 not taken" in seen
    assert "reading" in seen


def test_nothing_is_drawn_into_a_pipe_or_when_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(monkeypatch, watched=False) == ""
    assert drawn(monkeypatch, watched=True, quiet=True) == ""
