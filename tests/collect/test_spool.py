"""The spool: what is appended is there, whole and once, whatever happens to who appends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from holdfast.collect import spool as spools
from holdfast.collect.spool import CannotKeep, Spool, sizes
from holdfast.collect.spooled import Chunk, line_of, oldest, only_loader, read, remove_loaded, waiting
from tests.posting import NOON, batch, call

EVERYTHING = 10**9


def ids(chunk: Chunk) -> list[str]:
    return [delivery.id for delivery in chunk.deliveries]


def test_a_delivery_comes_back_as_it_went_in(tmp_path: Path) -> None:
    spool, given = Spool(tmp_path / "spool"), batch(call("track", "Grüße\n", userId="u"))
    spool.append(line_of(given))
    (back,) = read(spool.folder, {}, EVERYTHING).deliveries
    assert back == given


def test_many_threads_share_segments_and_fsyncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def counting(file: int) -> None:
        synced.append(file)
        fsync(file)

    monkeypatch.setattr(os, "fsync", counting)
    spool = Spool(tmp_path / "spool")
    given = [batch(call("track", "a")) for _ in range(400)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda each: spool.append(line_of(each)), given))
    assert sorted(ids(read(spool.folder, {}, EVERYTHING))) == sorted(each.id for each in given)
    assert len(list(sizes(spool.folder))) == 1
    assert len(synced) < 400


def test_reading_goes_on_where_it_ended(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    given = [batch(call("track", "a")) for _ in range(9)]
    for each in given:
        spool.append(line_of(each))
        if each is given[4]:
            spool.close()
    offsets: dict[str, int] = {}
    seen = []
    while (chunk := read(spool.folder, offsets, 300)).lines:
        offsets |= chunk.offsets
        seen += ids(chunk)
    assert seen == [each.id for each in given]
    assert waiting(spool.folder, offsets) == 0
    assert oldest(spool.folder, offsets) is None
    assert oldest(spool.folder, {}) == NOON
    assert len(ids(read(spool.folder, {}, EVERYTHING, lines=7))) == 7


def test_a_line_longer_than_a_chunk_is_read_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(line_of(batch(call("track", "x" * 1500))))
    assert read(spool.folder, {}, 10).lines == 1


def test_what_a_dead_writer_left_without_an_end_was_never_answered(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(line_of(batch(call("track", "a"))))
    (name, _), *_ = sizes(spool.folder)
    with (spool.folder / name).open("ab") as file:
        file.write(b'{"id": "torn')
    chunk = read(spool.folder, {}, EVERYTHING)
    assert chunk.lines == 1
    assert read(spool.folder, chunk.offsets, EVERYTHING).lines == 0
    assert remove_loaded(spool.folder, chunk.offsets) == []
    spool.close()
    assert remove_loaded(spool.folder, {}) == []
    assert remove_loaded(spool.folder, chunk.offsets) == [name]


def test_a_line_that_is_none_of_ours_spoils_no_other(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.append(b"\x00 nonsense \r more")
    spool.append(line_of(batch(call("track", "a"))))
    chunk = read(spool.folder, {}, EVERYTHING)
    assert (len(chunk.deliveries), len(chunk.unreadable)) == (1, 1)


def test_a_segment_that_is_old_or_large_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "spool")
    monkeypatch.setattr(spools, "SEGMENT_BYTES", 1)
    spool.append(b"{}")
    spool.append(b"{}")
    assert len(list(sizes(spool.folder))) == 2
    spool.rest()
    assert len(remove_loaded(spool.folder, dict(sizes(spool.folder)))) == 1
    monkeypatch.setattr(spools, "SEGMENT_SECONDS", -1.0)
    spool.rest()
    assert len(remove_loaded(spool.folder, dict(sizes(spool.folder)))) == 1


def test_a_flood_is_refused_until_some_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "LOOK_SECONDS", 0.0)
    spool = Spool(tmp_path / "spool", most=100)
    spool.append(b"x" * 120)
    with pytest.raises(CannotKeep, match="wait to be loaded"):
        spool.append(b"y")
    remove_loaded(spool.folder, dict(sizes(spool.folder)))
    spool.append(b"z")


def test_a_full_disk_is_told_and_nothing_goes_behind_what_failed(tmp_path: Path) -> None:
    """A limit on the size of files stands for a disk that is full: the write fails in the middle."""
    code = """
import json, resource, signal, sys
from pathlib import Path
from holdfast.collect.spool import CannotKeep, Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spool = Spool(Path(sys.argv[1]))
spool.append(b'{"kept": 1}')
resource.setrlimit(resource.RLIMIT_FSIZE, (50, resource.RLIM_INFINITY))
try:
    spool.append(b"x" * 100)
except CannotKeep as told:
    problem = told
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
spool.append(b'{"kept": 2}')
print(problem.message, problem.permanent)
"""
    folder = tmp_path / "spool"
    ran = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=False)
    assert "The disk fails: File too large" in ran.stdout, ran.stderr
    assert "False" in ran.stdout
    whole = [line for name, _ in sizes(folder) for line in (folder / name).read_text().splitlines()]
    assert [json.loads(line)["kept"] for line in whole if line.startswith("{")] == [1, 2]
    assert len(list(sizes(folder))) == 2


def test_one_process_loads_at_a_time(tmp_path: Path) -> None:
    with only_loader(tmp_path / "spool") as first, only_loader(tmp_path / "spool") as second:
        assert (first, second) == (True, False)
    with only_loader(tmp_path / "spool") as again:
        assert again
