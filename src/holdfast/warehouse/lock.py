"""One writer at a time: the lock that stands around each write."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from holdfast.errors import Busy

PAUSE_SECONDS = 0.01


class WriteLock(Protocol):
    """What a store needs of a lock; it must be let go when its process dies."""

    def hold(self, timeout: float) -> AbstractContextManager[None]:
        """Hold the lock; raises Busy when it is not free within `timeout` seconds."""
        ...


@dataclass(frozen=True)
class FileLock:
    """A lock on a file of this machine (flock); the kernel frees it when a process dies."""

    path: Path

    @contextmanager
    def hold(self, timeout: float) -> Iterator[None]:
        """Hold the lock; raises Busy when it is not free within `timeout` seconds."""
        with self.path.open("a") as file:
            _take(file.fileno(), timeout)
            yield


def _take(handle: int, timeout: float) -> None:
    give_up = time.monotonic() + timeout
    while not _taken(handle):
        if time.monotonic() >= give_up:
            raise Busy(
                f"Another process has been writing to this workspace for more than {timeout:g} seconds.",
                hint="Wait until it is done and try again.",
            )
        time.sleep(PAUSE_SECONDS)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
