"""How much memory the engine may take, and what to say where that does not suffice."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from holdfast.errors import HoldfastError, UsageError

SHARE_OF_MEMORY = 0.5
VARIABLE = "HOLDFAST_MEMORY"
SIZE = re.compile(r"\d+(\.\d+)?\s*[KMGT]i?B", re.IGNORECASE)
LIMIT_OF_CONTAINER = Path("/sys/fs/cgroup/memory.max")


def allowed() -> str:
    """DuckDB's limit: HOLDFAST_MEMORY, such as 2GB, else half of the machine's or container's memory."""
    told = os.environ.get(VARIABLE, "").strip()
    if not told:
        return f"{int(_at_hand() * SHARE_OF_MEMORY / 2**20)}MiB"
    if not SIZE.fullmatch(told):
        raise UsageError(f"{VARIABLE} cannot be {told!r}.", hint="A size such as 2GB or 800MiB.")
    return told


@contextlib.contextmanager
def sufficing(what: str) -> Iterator[None]:
    """Says in words where memory does not suffice for `what`."""
    try:
        yield
    except duckdb.OutOfMemoryException as problem:
        first = str(problem).strip().splitlines()[0]
        raise HoldfastError(
            f"Memory does not suffice for {what}: {first}",
            hint=f"Free memory, allow more with {VARIABLE}=4GB, or import the files in parts.",
        ) from problem


def _at_hand() -> int:
    size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):
        size = min(size, int(LIMIT_OF_CONTAINER.read_text()))
    return size
