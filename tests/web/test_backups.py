"""A workspace is lost with its disk, under load: what was acknowledged before its backup is there once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
from collections import Counter
from pathlib import Path

import pytest

from holdfast.flow import create
from holdfast.flow.upkeep.backups import MANIFEST, Backup, back_up, restore
from tests.posting import batch, call, post
from tests.web.conftest import holdfast, serving, wait
from tests.web.test_killed import Sender, family


def test_what_was_acknowledged_before_a_backup_survives_the_disk(tmp_path: Path) -> None:
    folder, kept = tmp_path / "space", tmp_path / "kept"
    create(folder).close()
    post(folder, batch(call("track", "e", userId="u", messageId="loaded")))
    senders = [Sender(f"s{number}", pause=0.25) for number in range(2)]
    with serving(folder, HOLDFAST_LOAD_SECONDS="3000") as served:
        wait(lambda: served.metrics().get("holdfast_events_loaded_total", 0) == 1, "the first event")
        for sender in senders:
            sender.served = served
            sender.start()
        wait(lambda: all(sender.acknowledged for sender in senders), "some to be taken in, and wait")
        before = set().union(*(sender.acknowledged for sender in senders))
        holdfast("backup", str(kept), "-w", str(folder))
        wait(lambda: all(len(sender.acknowledged - before) > 0 for sender in senders), "more to come in")
        for pid in [pid for pids in family(served.process.pid).values() for pid in pids]:
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder)
    holdfast("restore", str(kept), "-w", str(folder))
    with serving(folder) as served:
        for sender in senders:
            sender.over.set()
            sender.join()
        served.loaded()
        stored = Counter(row["event_id"] for row in served.rows("events"))
        holdfast("backup", str(tmp_path / "again"), "-w", str(folder))
        listed = json.loads(holdfast("keys", "list", "--format", "json", "-w", str(folder)))
    assert len(before) > 0
    assert {"loaded", *before} - set(stored) == set()
    assert {name: count for name, count in stored.items() if count > 1} == {}
    assert "made by holdfast serve" in {row["label"] for row in listed}


def nothing(_file: Path) -> None:
    """Stands for the rows of a server that was never started."""
    _file.touch()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workspace with something in its spool, and a backup of it."""
    place = tmp_path_factory.mktemp("backups")
    create(place / "space").close()
    post(place / "space", batch(call("track", "e", userId="u")))
    (place / "space" / "secrets.toml").write_text('[stripe]\nkey = "rk_secret"\n')
    (place / "space" / "erasure.key").write_text("abc")
    back_up(place / "space", place / "kept", rows=nothing)
    return place / "space", place / "kept"


def test_a_backup_holds_no_credentials_unless_asked(kept: tuple[Path, Path], tmp_path: Path) -> None:
    folder, plain = kept
    assert not any(b"rk_secret" in file.read_bytes() for file in plain.rglob("*") if file.is_file())
    assert (plain / "erasure.key").read_text() == "abc"
    assert stat.S_IMODE(plain.stat().st_mode) == 0o700
    back_up(folder, tmp_path / "all", rows=nothing, secrets=True)
    assert "rk_secret" in (tmp_path / "all" / "secrets.toml").read_text()


def test_a_damaged_or_unfinished_backup_is_refused_before_anything_is_written(
    kept: tuple[Path, Path], tmp_path: Path
) -> None:
    for damage, told in ((_shorten, "is not what"), (_lose, "is missing"), (_stop, "is no backup")):
        bad = shutil.copytree(kept[1], tmp_path / damage.__name__)
        damage(bad)
        with pytest.raises(ValueError, match=told):
            restore(bad, tmp_path / "again", rows=nothing)
        assert not (tmp_path / "again").exists()


def _shorten(backup: Path) -> None:
    (segment,) = (backup / "spool").glob("*.jsonl")
    segment.write_bytes(segment.read_bytes()[:-3])


def _lose(backup: Path) -> None:
    next((backup / "data").rglob("*.parquet")).unlink()


def _stop(backup: Path) -> None:
    (backup / MANIFEST).unlink()


def test_a_place_that_is_taken_is_left_as_it_is(kept: tuple[Path, Path], tmp_path: Path) -> None:
    folder, backup = kept
    with pytest.raises(ValueError, match="already holds a workspace"):
        restore(backup, folder, rows=nothing)
    with pytest.raises(ValueError, match="is there already"):
        back_up(folder, backup, rows=nothing)
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "web.sqlite").touch()
    with pytest.raises(ValueError, match="has keys and jobs"):
        restore(backup, tmp_path / "half", rows=nothing)


def test_a_restore_that_was_stopped_is_begun_again(kept: tuple[Path, Path], tmp_path: Path) -> None:
    """The catalog comes last: until then there is no workspace, and what was written is written again."""

    def die(_file: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(kept[1], tmp_path / "again", rows=die)
    done = restore(kept[1], tmp_path / "again", rows=nothing)
    assert done == Backup.read(kept[1])
    assert [file.name for file in (tmp_path / "again" / "spool").glob("*.jsonl")]
