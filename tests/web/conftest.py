"""A workspace with Django over it in this process, and a server as a user starts it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import pytest
from django.test import Client

from holdfast import flow
from holdfast.flow import create
from holdfast.web.opening import SETTINGS, ready
from tests.walls.source import ROOT

PATIENCE_SECONDS = 90.0

PLACE = tempfile.TemporaryDirectory(prefix="holdfast-site-")
SITE = Path(PLACE.name).resolve() / "space"
"""The workspace that Django serves in this process: one, because Django is set up once, and before
the tests of what it keeps are imported."""

with pytest.MonkeyPatch.context() as only_now:
    only_now.setenv("HOLDFAST_WORKSPACE", str(SITE))
    only_now.setenv("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


@pytest.fixture(scope="session")
def site() -> Iterator[Path]:
    """The workspace that Django serves in this process, made once by whichever folder asks first."""
    if not SITE.exists():
        create(SITE).close()
    with pytest.MonkeyPatch.context() as only_then:
        only_then.setenv("HOLDFAST_WORKSPACE", str(SITE))
        yield ready(SITE)


@pytest.fixture
def client(site: Path) -> Client:
    """A client without a server, and with what goes wrong as an answer."""
    return Client(raise_request_exception=False)


@dataclass
class Served:
    """A server at work."""

    folder: Path
    address: str
    key: str
    process: subprocess.Popen[str]

    def metrics(self) -> dict[str, float]:
        """What Prometheus would read."""
        with urllib.request.urlopen(f"{self.address}/metrics") as answer:  # noqa: S310 - of this machine
            lines = [line.rpartition(" ") for line in answer.read().decode().splitlines()]
        return {name: float(value) for name, _, value in lines if not name.startswith("#")}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table in force, read beside the server."""
        with flow.open(self.folder, read_only=True) as space:
            found: list[dict[str, Any]] = space.records(table).to_pyarrow().to_pylist()
        return found

    def loaded(self) -> None:
        """Wait until all that was taken in is loaded."""
        wait(lambda: self.metrics()["holdfast_spool_waiting_bytes"] == 0, "all to be loaded")


def wait(until: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again; fails after some patience."""
    give_up = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            if until():
                return
        assert time.monotonic() < give_up, f"waited too long for {what}"
        time.sleep(0.05)


def environment(**more: str) -> dict[str, str]:
    """What a process of its own needs to find the program, and nothing of Holdfast's settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HOLDFAST_", "DJANGO_"))
    }
    return {**kept, "PYTHONPATH": str(ROOT / "src"), **more}


def holdfast(*arguments: str, ends: int = 0, settings: Mapping[str, str] | None = None) -> str:
    """What a command prints on standard output, where the installation is set so."""
    command = [sys.executable, "-m", "holdfast", *arguments]
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment(**(settings or {}))
    )
    assert ran.returncode == ends, ran.stderr
    return ran.stdout


def refused(*arguments: str, **settings: str) -> str:
    """What a command says on standard error that ends as a mistake."""
    command = [sys.executable, "-m", "holdfast", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment(**settings))
    assert ran.returncode in {2, 3, 4, 7}, (ran.returncode, ran.stderr)
    assert "Traceback" not in ran.stderr
    return ran.stderr


def new_key(folder: Path, **settings: str) -> str:
    return holdfast("keys", "create", "intake", "--quiet", "-w", str(folder), settings=settings).strip()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(
    folder: Path, log: Path | None = None, arguments: Sequence[str] = (), **settings: str
) -> Iterator[Served]:
    """Run `holdfast serve` until the end of the block, and stop it as a terminal would."""
    port, log = free_port(), log or folder.with_name(f"{folder.name}.log")
    command = [sys.executable, "-m", "holdfast", "serve", "-w", str(folder), "--port", str(port)]
    command += arguments
    with log.open("a") as said:
        process = subprocess.Popen(
            command,
            stdout=said,
            stderr=said,
            text=True,
            env=environment(
                **{"HOLDFAST_LOAD_SECONDS": "0.2", "HOLDFAST_ANSWER_SECONDS": "3000", **settings}
            ),
        )
    served = Served(folder, f"http://127.0.0.1:{port}", "", process)
    try:
        wait(lambda: bool(served.metrics()), f"the server to answer: {log.read_text()}")
        found = re.search(r"hfw_\S+", log.read_text())
        served.key = found[0] if found else new_key(folder, **settings)
        yield served
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a workspace of its own."""
    folder = tmp_path_factory.mktemp("served") / "space"
    create(folder).close()
    with serving(folder) as served:
        yield served
