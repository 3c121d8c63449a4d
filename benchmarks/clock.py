"""Timing: runs of two or more sides in turn, medians, and where the time of one run goes."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from types import FrameType, TracebackType
from typing import Self, TypeVar

T = TypeVar("T")

EVERY_SECONDS = 0.003
DUCKDB, COMPILING = "DuckDB", "compiling in Ibis"
BUILDING, PYTHON = "building Ibis expressions", "other Python"


def say(text: str) -> None:
    """One line of progress."""
    print(f"  {text}", file=sys.stderr, flush=True)


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """How many seconds `work` took, and what it gave."""
    start = perf_counter()
    found = work()
    return perf_counter() - start, found


def in_turn(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median seconds of each side, timed one after the other in every round.

    What else the machine does then weighs on all sides alike. A side times itself.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(1, rounds + 1):
        for name, side in sides.items():
            seconds[name].append(side())
        latest = ", ".join(f"{name} {taken[-1]:.2f} s" for name, taken in seconds.items())
        say(f"round {number} of {rounds}: {latest}")
    return {name: median(taken) for name, taken in seconds.items()}


@dataclass
class Watch:
    """Samples the calling thread while it works: shares of time by kind, without slowing it."""

    shares: dict[str, float]

    def __init__(self) -> None:
        self.shares = {}
        self._seen: Counter[str] = Counter()
        self._done = threading.Event()
        self._thread = threading.get_ident()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._sampler.join()
        total = sum(self._seen.values()) or 1
        self.shares = {name: count / total for name, count in self._seen.most_common()}

    def _sample(self) -> None:
        while not self._done.is_set():
            frame = sys._current_frames().get(self._thread)
            if frame is not None:
                self._seen[_kind(frame)] += 1
            sleep(EVERY_SECONDS)


def _kind(top: FrameType) -> str:
    file = top.f_code.co_filename
    if file.endswith("ibis/backends/duckdb/__init__.py") or "/holdfast/warehouse/" in file:
        return DUCKDB
    frame: FrameType | None = top
    inside_ibis = False
    while frame is not None:
        file = frame.f_code.co_filename
        if "/ibis/" in file or "/sqlglot/" in file:
            inside_ibis = True
            if frame.f_code.co_name == "compile":
                return COMPILING
        frame = frame.f_back
    return BUILDING if inside_ibis else PYTHON


def read_speed(file: Path) -> float:
    """Bytes a second at which `file` is read from end to end, past the system's cache where it can be."""
    with file.open("rb", buffering=0) as opened:
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        start, size = perf_counter(), 0
        while piece := opened.read(1 << 24):
            size += len(piece)
    return size / (perf_counter() - start)
