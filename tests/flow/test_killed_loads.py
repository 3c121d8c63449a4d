"""Whoever is killed, appending or loading: all that was acknowledged is there once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from holdfast.flow import create
from holdfast.flow.live import Live

APPENDER = """
import itertools, json, os, sys, time
from datetime import datetime
from pathlib import Path
from holdfast.collect.sources.delivery import Delivery
from holdfast.collect.spool import Spool
from holdfast.collect.spooled import line_of
spool = Spool(Path(sys.argv[1]))
for n in itertools.count():
    ids = [f"{os.getpid()}-{n}-{k}" for k in range(10)]
    stamp = datetime.utcnow()
    act = {"type": "track", "event": "e", "userId": "u", "context": {"groupId": "g"}}
    calls = [{**act, "messageId": each, "timestamp": stamp.isoformat() + "Z"} for each in ids]
    body = json.dumps({"batch": calls}).encode()
    spool.append(line_of(Delivery(ids[0], "segment", stamp, body, {":path": "/v1/batch"})))
    print(*ids, flush=True)
    time.sleep(0.03)
"""

LOADER = """
import sys
from pathlib import Path
from holdfast.flow.live import Live
with Live(Path(sys.argv[1])) as live:
    print("begun", flush=True)
    while True:
        live.load()
"""


def started(code: str, argument: Path, out: int | IO[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-c", code, str(argument)]
    return subprocess.Popen(command, stdout=out, text=True)


def appending(folder: Path, said: Path) -> subprocess.Popen[str]:
    """An appender that writes what was acknowledged to a file of its own, which is cut where it is killed."""
    with (said / str(len(list(said.iterdir())))).open("w") as out:
        return started(APPENDER, folder / "spool", out)


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


@pytest.mark.trial
def test_kill_9_of_appenders_and_loaders_loses_nothing_and_doubles_nothing(
    tmp_path: Path, sized: Callable[[Any, Any], Any], record_property: Callable[[str, object], None]
) -> None:
    chance, folder, said = random.Random(5), tmp_path / "space", tmp_path / "acknowledged"
    create(folder).close()
    said.mkdir()
    appenders = [appending(folder, said) for _ in range(2)]
    for _ in range(sized(10, 200)):
        loader = started(LOADER, folder, subprocess.PIPE)
        assert loader.stdout is not None
        assert loader.stdout.readline() == "begun\n"
        time.sleep(chance.random() * 2.5)
        loader.kill()
        loader.communicate()
        if chance.random() < 0.3:
            end(appenders.pop(0))
            appenders.append(appending(folder, said))
    for appender in appenders:
        end(appender)
    with Live(folder) as live:
        while live.load() is not None:
            pass
        kept = live.records("events").select("event_id").to_pyarrow()["event_id"].to_pylist()
        assert list(live.spool.glob("*.jsonl")) == []
    stored = Counter(kept)
    told = [file.read_text() for file in said.iterdir()]
    acknowledged = {name for text in told for name in text[: text.rfind("\n") + 1].split()}
    record_property("acknowledged", len(acknowledged))
    assert acknowledged
    assert acknowledged - set(stored) == set()
    assert [name for name, count in stored.items() if count > 1] == []
