"""Servers to post to, each over a workspace of its own, and what they take of the machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import holdfast

PATIENCE_SECONDS = 120.0
APPLICATION = "benchmarks.otherwise:application"
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    port: int
    key: str
    folder: Path
    pid: int

    def metric(self, name: str) -> float:
        """One of its counters."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            lines = answer.read().decode().splitlines()
        return float(next((line.split()[1] for line in lines if line.startswith(f"holdfast_{name} ")), "0"))

    def resident(self) -> float:
        """MiB of memory that it and all its processes hold."""
        return sum(map(_resident, [self.pid, *_below(self.pid)])) / 2**20


@contextmanager
def answering(scratch: Path, keeps: str | None = None, database: str = "") -> Iterator[Server]:
    """A web process alone, which keeps in the spool, or otherwise."""
    more = {"BENCH_KEEPS": keeps, "BENCH_DATABASE": database} if keeps else {}
    command = ["granian", "--interface", "wsgi", "--blocking-threads", "32", "--workers", "1", "--no-log"]
    with _started(scratch, [*command, "--port", "{port}", APPLICATION], more) as server:
        yield server


@contextmanager
def serving(scratch: Path, **settings: str) -> Iterator[Server]:
    """`holdfast serve`: a web process and a worker."""
    with _started(scratch, ["holdfast", "serve", "--quiet", "--port", "{port}"], settings) as server:
        yield server


@contextmanager
def _started(scratch: Path, command: list[str], settings: dict[str, str]) -> Iterator[Server]:
    folder = scratch / "served"
    shutil.rmtree(folder, ignore_errors=True)
    holdfast.create(folder).close()
    with serving_of(folder, command, settings) as server:
        yield server


@contextmanager
def serving_of(
    folder: Path, command: list[str] | None = None, settings: dict[str, str] | None = None
) -> Iterator[Server]:
    """`holdfast serve`, or what `command` says, over a workspace that is there."""
    command = command or ["holdfast", "serve", "--quiet", "--port", "{port}"]
    around = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "HOLDFAST_WORKSPACE": str(folder),
        "HOLDFAST_KEY_RATE": "0",
        "HOLDFAST_LOG_LEVEL": "ERROR",
        "HOLDFAST_SPOOL_BYTES": str(2**33),
        **(settings or {}),
    }
    made = [sys.executable, "-m", "holdfast", "keys", "create", "intake", "--quiet"]
    key = subprocess.run(made, env=around, capture_output=True, text=True, check=True).stdout.strip()
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", *(part.format(port=port) for part in command)], env=around, cwd=folder.parent
    )
    try:
        _wait(port, process)
        yield Server(port, key, folder, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz"):
            return
        time.sleep(0.1)
    raise SystemExit("The server did not begin to answer.")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _below(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *_below(child)]
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
