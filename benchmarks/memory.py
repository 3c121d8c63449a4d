"""How much memory this process has held at most, by what it was doing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
GIB = 2**20
"""Kibibytes."""


class Peaks:
    """The greatest resident memory of each kind of work, in GiB; nothing where the system does not tell."""

    def __init__(self) -> None:
        self.found: dict[str, float] = {}

    @contextmanager
    def of(self, work: str) -> Iterator[None]:
        """Watch a stretch of one kind of work."""
        if not CLEAR.exists():
            yield
            return
        CLEAR.write_text("5", encoding="ascii")
        yield
        self.found[work] = max(self.found.get(work, 0.0), _highest())


def _highest() -> float:
    (line,) = [row for row in STATUS.read_text(encoding="ascii").splitlines() if row.startswith("VmHWM:")]
    return int(line.split()[1]) / GIB
