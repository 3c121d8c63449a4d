"""`holdfast serve`: one command that runs web processes and a worker, and ends with all of them.

The web processes are granian's, the worker is a process of its own: the engine of the one takes no
time from the answers of the other, and each may die without the other.
"""

from __future__ import annotations

import multiprocessing
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from granian.constants import Interfaces
from granian.server import Server

from holdfast.errors import UsageError

APPLICATION = "holdfast.web.wsgi:application"
THREADS = 32
GRACE_SECONDS = 30
AGAIN_SECONDS = 1.0


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens on; raises UsageError where ten are taken."""
    for port in range(first, first + 10):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise UsageError(f"Ports {first} to {first + 9} are taken.", hint="Name another: HOLDFAST_PORT=9000.")


@dataclass
class KeptWorker:
    """A worker process that is started again when it dies, until it is let go."""

    folder: Path
    _leave: threading.Event = field(default_factory=threading.Event)
    _process: subprocess.Popen[bytes] | None = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the worker and watch over it."""
        self._thread = threading.Thread(target=self._watch, name="worker", daemon=True)
        self._thread.start()

    def let_go(self) -> None:
        """Ask the worker to finish what it is at, and wait until it has."""
        self._leave.set()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        if self._thread is not None:
            self._thread.join(GRACE_SECONDS)

    def _watch(self) -> None:
        while not self._leave.is_set():
            begun = time.monotonic()
            command = [sys.executable, "-m", "holdfast", "work", "--workspace", str(self.folder), "--quiet"]
            # In a session of its own, so that Ctrl-C reaches it through us, after the last answers.
            self._process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - ourselves
            self._process.wait()
            if time.monotonic() - begun < AGAIN_SECONDS:
                self._leave.wait(AGAIN_SECONDS)


def serve(folder: Path, host: str, port: int, processes: int, *, worker: bool) -> None:
    """Answer requests, and work where a `worker` is wanted, until stopped by a signal and all has ended."""
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_enabled=False,
        workers_kill_timeout=GRACE_SECONDS,
    )
    if worker:
        kept = KeptWorker(folder)
        server.on_startup(kept.start)
        server.on_shutdown(kept.let_go)
    server.serve()
