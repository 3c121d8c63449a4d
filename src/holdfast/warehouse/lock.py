"""One writer at a time, and no change of files under those who read: the locks of a store."""

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


class Lock(Protocol):
    """What a store needs of a lock; it must be let go when its process dies."""

    def hold(self, timeout: float) -> AbstractContextManager[None]:
        """Hold the lock alone; raises Busy when it is not free within `timeout` seconds."""
        ...

    def share(self, timeout: float) -> AbstractContextManager[None]:
        """Hold the lock beside others who share it; raises Busy as `hold` does."""
        ...

    def confirm(self) -> None:
        """Say nothing where the lock that is held is still held; else raises what took it away."""
        ...


@dataclass(frozen=True)
class FileLock:
    """A lock on a file of this machine (flock); the kernel frees it when a process dies."""

    path: Path

    @contextmanager
    def hold(self, timeout: float) -> Iterator[None]:
        """Hold the lock alone; raises Busy when it is not free within `timeout` seconds."""
        with self.path.open("a") as file:
            _take(file.fileno(), fcntl.LOCK_EX, timeout)
            yield

    @contextmanager
    def share(self, timeout: float) -> Iterator[None]:
        """Hold the lock beside others who share it; raises Busy as `hold` does."""
        with self.path.open() as file:
            _take(file.fileno(), fcntl.LOCK_SH, timeout)
            yield

    def confirm(self) -> None:
        """The kernel takes no lock away from a process that lives."""


def _take(handle: int, how: int, timeout: float) -> None:
    give_up = time.monotonic() + timeout
    while not _taken(handle, how):
        if time.monotonic() >= give_up:
            raise taken_for(timeout)
        time.sleep(PAUSE_SECONDS)


def taken_for(timeout: float) -> Busy:
    """What is told where a lock was not free within `timeout` seconds."""
    return Busy(
        f"Another process has been using this workspace for more than {timeout:g} seconds.",
        hint="Wait until it is done and try again.",
    )


def _taken(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
