"""The spool: what clients posted, on disk before they are answered, until it is loaded.

A segment is a file of JSON lines that one process writes; it holds a lock on the file while it does.
Many requests share one fsync. Readers are in `spooled`.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from holdfast.errors import HoldfastError

SUFFIX = ".jsonl"
NAME = "name"
SEGMENT_BYTES = 32 * 2**20
SEGMENT_SECONDS = 60.0
"""A segment is closed when it is this large or this old, so that what is loaded can be removed."""

LOOK_SECONDS = 1.0
"""How often a writer looks at how much waits."""


class CannotKeep(HoldfastError):
    """The spool cannot keep a body now: the disk is full or fails, or too much waits to be loaded."""

    code = "cannot_keep"
    permanent = False


@dataclass(eq=False)
class _Waiting:
    line: bytes
    kept: bool = False
    problem: CannotKeep | None = None


@dataclass
class Spool:
    """Where one process appends; its threads share segments and fsyncs.

    `most` is how many bytes may wait before more are refused.
    """

    folder: Path
    most: int = 2**30
    _queue: list[_Waiting] = field(default_factory=list)
    _gate: threading.Lock = field(default_factory=threading.Lock)
    _disk: threading.Lock = field(default_factory=threading.Lock)
    _file: int | None = None
    _size: int = 0
    _begun: float = 0.0
    _looked: float = -LOOK_SECONDS
    _depth: int = 0

    def append(self, line: bytes) -> None:
        """Keep one line; it is on disk when this returns. Raises CannotKeep where it may not be.

        Whoever gets to the disk writes what all others wait for, so that they share its fsync.
        """
        mine = _Waiting(line + b"\n")
        with self._gate:
            self._queue.append(mine)
        with self._disk:
            if not mine.kept and mine.problem is None:
                with self._gate:
                    waiting, self._queue = self._queue, []
                self._keep(waiting)
        if mine.problem is not None:
            raise mine.problem

    def rest(self) -> None:
        """Close a segment that is old, so that it can be removed once it is loaded."""
        with self._disk:
            if self._file is not None and time.monotonic() - self._begun > SEGMENT_SECONDS:
                self._close()

    def close(self) -> None:
        """Close the segment; a later append begins another."""
        with self._disk:
            self._close()

    def _keep(self, waiting: list[_Waiting]) -> None:
        try:
            self._refuse_flood()
            self._write(b"".join(each.line for each in waiting))
        except (OSError, CannotKeep) as problem:
            # What a failed fsync left in the file is unknown: nothing more is written behind it.
            with contextlib.suppress(OSError):
                self._close()
            told = problem if isinstance(problem, CannotKeep) else _told(problem, self.folder)
            for each in waiting:
                each.problem = told
        else:
            for each in waiting:
                each.kept = True

    def _write(self, data: bytes) -> None:
        if self._file is None or self._size >= SEGMENT_BYTES or self._is_old():
            self._begin()
        assert self._file is not None  # noqa: S101 - begun above
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]
        os.fsync(self._file)
        self._size += len(data)
        self._depth += len(data)

    def _is_old(self) -> bool:
        return time.monotonic() - self._begun > SEGMENT_SECONDS

    def _begin(self) -> None:
        self._close()
        self.folder.mkdir(exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}-{secrets.token_hex(3)}{SUFFIX}"
        unlocked = self.folder / f"{name}.new"
        file = os.open(unlocked, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        # Only under its lock does it get the name by which a loader could take it for left behind.
        unlocked.rename(self.folder / name)
        self._file, self._size, self._begun = file, 0, time.monotonic()
        _sync_folder(self.folder)

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _refuse_flood(self) -> None:
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked, self._depth = now, sum(size for _, size in sizes(self.folder))
        if self._depth >= self.most:
            raise CannotKeep(
                f"{self._depth:,} bytes wait to be loaded, and no more than {self.most:,} may.",
                hint="Is a worker running? `holdfast jobs` says.",
            )


def name_of(folder: Path) -> str:
    """The name of a spool, given to it when it is first asked for; empty where it cannot be kept."""
    file = folder / NAME
    with contextlib.suppress(OSError):
        if not file.exists():
            folder.mkdir(exist_ok=True)
            half = folder / f"{NAME}.{secrets.token_hex(8)}"
            half.write_text(half.suffix[1:], encoding="ascii")
            with contextlib.suppress(FileExistsError):
                os.link(half, file)
            half.unlink()
        return file.read_text(encoding="ascii").strip()
    return ""


def sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """The segments of a spool with their sizes in bytes, the oldest first."""
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in found:
        if entry.name.endswith(SUFFIX):
            with contextlib.suppress(FileNotFoundError):
                yield entry.name, entry.stat().st_size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _told(problem: OSError, folder: Path) -> CannotKeep:
    full = problem.errno in {errno.ENOSPC, errno.EDQUOT}
    what = "The disk is full" if full else f"The disk fails: {problem.strerror}"
    return CannotKeep(f"{what}; nothing can be kept in {folder}.", hint="Nothing was answered with 200.")
