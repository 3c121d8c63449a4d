"""Every message that was answered with 200 is there once, whoever is killed and whenever."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.flow import create
from tests.postgres import cluster
from tests.web.conftest import Served, new_key, serving

SENDERS, EACH = 3, 20


class Sender(threading.Thread):
    """Posts batches over and over, again where it was not answered, and remembers what was acknowledged."""

    def __init__(self, name: str, pause: float = 0.02) -> None:
        super().__init__(name=name, daemon=True)
        self.pause = pause
        self.served: Served | None = None
        self.acknowledged: set[str] = set()
        self.over = threading.Event()

    def run(self) -> None:
        """Send until it is over; a batch that was not acknowledged is sent again as it was."""
        number = 0
        while not self.over.is_set():
            ids = [f"{self.name}-{number}-{n}" for n in range(EACH)]
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            body = {"batch": [_message(each, stamp) for each in ids]}
            while not (taken := self._post(json.dumps(body).encode())) and not self.over.is_set():
                time.sleep(0.05)
            if taken:
                self.acknowledged |= set(ids)
            number += 1
            time.sleep(self.pause)

    def _post(self, body: bytes) -> bool:
        served = self.served
        if served is None:
            return False
        basic = b64encode(f"{served.key}:".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 - of this machine
            f"{served.address}/v1/batch", body, {"Authorization": f"Basic {basic}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError, ValueError):
            return False


def _message(name: str, stamp: str) -> dict[str, Any]:
    return {"type": "track", "messageId": name, "userId": "u", "event": "e", "timestamp": stamp}


def family(pid: int) -> dict[str, list[int]]:
    """The processes of a server, by what they are."""
    found: dict[str, list[int]] = {"all of it": [pid], "web": [], "worker": []}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            line = (entry / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent == pid and b"resource_tracker" not in line:
            found["worker" if b"\0work\0" in line else "web"].append(int(entry.name))
    return found


def kill_some(served: Served, kills: Counter[str], count: int, chance: random.Random) -> None:
    """Kill one or another of a server's processes at random moments, and now and then all of it."""
    for _ in range(count):
        time.sleep(chance.random())
        kind = chance.choice(["web", "worker", "worker"])
        for pid in family(served.process.pid)[kind]:
            os.kill(pid, signal.SIGKILL)
            kills[kind] += 1
        if served.process.poll() is not None:
            return
    if chance.random() < 0.5:
        served.process.kill()
        served.process.wait()
        kills["all of it"] += 1


@pytest.fixture(params=["folder", "postgresql"])
def storage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What a server is told of where its catalog and its own rows are."""
    if request.param == "folder":
        yield {}
        return
    with cluster() as postgres:
        address = postgres.new_database()
        monkeypatch.setenv("HOLDFAST_DATABASE_URL", address)
        yield {"HOLDFAST_DATABASE_URL": address}


@pytest.mark.trial
def test_kill_9_loses_nothing_and_doubles_nothing(
    tmp_path: Path,
    storage: dict[str, str],
    sized: Callable[[Any, Any], Any],
    record_property: Callable[[str, object], None],
) -> None:
    chance, folder = random.Random(3), tmp_path / "space"
    create(folder).close()
    senders = [Sender(f"s{n}") for n in range(SENDERS)]
    kills: Counter[str] = Counter()
    rounds = sized(5, 60) if storage else sized(20, 200)
    key = ""
    for sender in senders:
        sender.start()
    while sum(kills.values()) < rounds:
        with serving(folder, None, **storage) as served:
            served.key = key = key or new_key(folder, **storage)
            for sender in senders:
                sender.served = served
            kill_some(served, kills, min(rounds - sum(kills.values()), 8), chance)
    with serving(folder, None, **storage) as served:
        for sender in senders:
            sender.over.set()
            sender.join()
        served.loaded()
        stored = Counter(row["event_id"] for row in served.rows("events"))
    acknowledged = set().union(*(sender.acknowledged for sender in senders))
    record_property("kills", dict(kills))
    record_property("acknowledged", len(acknowledged))
    assert len(acknowledged) > 0
    assert acknowledged - set(stored) == set()
    assert {name: count for name, count in stored.items() if count > 1} == {}
