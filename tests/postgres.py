"""A PostgreSQL server of the tests' own: Debian's programs, a temporary folder, an unprivileged user."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name))
OWNER = "holdfast"


@dataclass
class Cluster:
    """One server, and how to stop and start it."""

    folder: Path
    port: int
    password: str

    def address(self, database: str = "postgres") -> str:
        """The address of one of its databases, with the password."""
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The address of a database that nobody else uses."""
        name = f"d{secrets.token_hex(6)}"
        with psycopg.connect(self.address(), autocommit=True) as con:
            con.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        return self.address(name)

    def start(self) -> None:
        """Start the server; it answers when this returns."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        _run(
            "pg_ctl",
            "-D",
            str(self.folder / "data"),
            "-w",
            "-l",
            str(self.folder / "log"),
            "-o",
            options,
            "start",
        )

    def stop(self, how: str = "immediate") -> None:
        """Stop the server: at once and without a word to anybody, or as pg_ctl names it."""
        _run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", how, "stop")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server until the end of the block; skips the test where there is none, but not in CI."""
    if not PROGRAMS:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is not installed: .ci/run brings it.")
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with tempfile.TemporaryDirectory(prefix="holdfast-postgres-") as place:
        folder = Path(place)
        here = Cluster(folder, _free_port(), secrets.token_urlsafe(12))
        (folder / "password").write_text(here.password)
        _give(folder, folder / "password")
        _run(
            "initdb", "-D", str(folder / "data"), "-U", OWNER, "--auth=scram-sha-256", "--no-sync",
            f"--pwfile={folder / 'password'}", "-E", "UTF8", "--locale=C",
        )  # fmt: skip
        here.start()
        try:
            yield here
        finally:
            here.stop()


def _run(program: str, *arguments: str) -> None:
    """Run one of its programs, which refuse to work for root."""
    who = _unprivileged()
    command = [str(PROGRAMS[-1] / program), *arguments]
    log = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE  # a server would hold on to a pipe
    ran = subprocess.run(command, stdout=log, stderr=log, check=False, user=who, cwd="/")
    assert ran.returncode == 0, f"{program}: {(ran.stderr or b'').decode()}"


def _unprivileged() -> int | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return names.get("postgres", names["nobody"])


def _give(*paths: Path) -> None:
    who = _unprivileged()
    for path in paths:
        if who is not None:
            shutil.chown(path, who)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
