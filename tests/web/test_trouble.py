"""Disks that are full or cannot be written: the right answer, nothing lost, and no hand to set it right."""

from __future__ import annotations

import contextlib
import subprocess
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from holdfast.flow import create
from tests.web.conftest import Served, serving, wait
from tests.web.test_team import status

SPOOL_SIZE, STORE_SIZE = "16m", "48m"
PAGES = 20_000
"""More bytes than what is left of the last page of a file."""


@contextmanager
def disk(place: Path, size: str) -> Iterator[Path]:
    """A small disk of its own; skips the test where this machine lets nobody mount one."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here; tests/collect/test_spool.py tries a limit on files instead")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@contextmanager
def full(place: Path) -> Iterator[None]:
    """Fill a disk to its last byte until the end of the block."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """A disk that takes no writing until the end of the block."""
    wait(lambda: _remounted(place, "ro"), "nobody to write")
    try:
        yield
    finally:
        assert _remounted(place, "rw")


def _remounted(place: Path, how: str) -> bool:
    return not subprocess.run(
        ["mount", "-o", f"remount,{how}", str(place)], capture_output=True, check=False
    ).returncode


def unready(served: Served) -> str:
    """Why a server says that it cannot take in."""
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{served.address}/readyz")  # noqa: S310 - of this machine
    assert refused.value.code == 503
    return refused.value.read().decode()


def test_a_disk_that_is_read_only_or_full_is_answered_with_503_and_taken_up_again(tmp_path: Path) -> None:
    acknowledged: list[str] = []

    def posted(name: str) -> tuple[int, str | None]:
        answer = status(served, served.key, name, PAGES)
        if answer[0] == 200:
            acknowledged.append(name)
        return answer

    with disk(tmp_path / "local", SPOOL_SIZE) as spool, disk(tmp_path / "store", STORE_SIZE) as store:
        folder = store / "space"
        create(folder).close()
        with serving(
            folder, log=tmp_path / "log", HOLDFAST_LOCAL=str(spool), HOLDFAST_MEMORY="500MB"
        ) as served:
            with read_only(spool):
                assert posted("while read-only") == (503, "5")
                assert "cannot be written" in unready(served)
            assert posted("after read-only") == (200, None)
            with full(spool):
                assert posted("while full") == (503, "5")
                assert "is full" in unready(served)
            assert posted("after full") == (200, None)
            served.loaded()
            with full(store):
                assert posted("while the store is full") == (200, None)
                wait(lambda: "loading rests" in (tmp_path / "log").read_text(), "a load to fail")
            served.loaded()
            stored = Counter(row["event_id"] for row in served.rows("events"))
    assert stored == Counter(acknowledged)
    assert len(acknowledged) == 3
