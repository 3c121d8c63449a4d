"""One command that runs everything: it ends when told, keeps what it took, and goes on where it was."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from holdfast.flow import create
from holdfast.web.opening import bring_up_to_date
from tests.posting import call
from tests.web.conftest import PATIENCE_SECONDS, Served, environment, holdfast, serving, wait


def post(served: Served, *names: str) -> int:
    """Post events by Basic authorization; the status."""
    body = json.dumps({"batch": [call("track", name, userId="u") for name in names]}).encode()
    basic = b64encode(f"{served.key}:".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - of this machine
        f"{served.address}/v1/batch", body, {"Authorization": f"Basic {basic}"}
    )
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_server_that_is_stopped_ends_well_and_the_next_goes_on(tmp_path: Path) -> None:
    """A first server takes in more than it may load, and is told to stop; what it took is there after all."""
    folder = tmp_path / "space"
    create(folder).close()
    with serving(folder, HOLDFAST_LOAD_SECONDS="3000") as first:
        key = first.key
        wait(lambda: first.metrics().get("holdfast_worker_seen_seconds", -1) >= 0, "the worker")
        assert post(first, "one", "two") == 200
    assert first.process.returncode == 0
    log = folder.with_name("space.log").read_text()
    assert "Stopped; what was taken in is kept." in log
    assert "a worker ended" in log
    assert "Traceback" not in log
    with serving(folder) as second:
        second.key = key
        assert post(second, "three") == 200
        second.loaded()
        wait(lambda: len(second.rows("events")) == 3, "the events")
    assert key not in folder.with_name("space.log").read_text().split("Write key")[-1].split("\n", 8)[-1]


def test_a_worker_alone_loads_what_servers_without_one_take_in(tmp_path: Path) -> None:
    folder = tmp_path / "space"
    create(folder).close()
    with serving(folder, arguments=("--processes", "2", "--no-worker")) as served:
        assert post(served, "one") == 200
        assert "holdfast_worker_seen_seconds" not in served.metrics()
        assert served.metrics()["holdfast_spool_waiting_bytes"] > 0
        with working(folder) as worker:
            served.loaded()
            wait(lambda: len(served.rows("events")) == 1, "the event")
            assert post(served, "two") == 200
            wait(lambda: len(served.rows("events")) == 2, "the event that came meanwhile")
        assert worker.returncode == 0
        assert post(served, "three") == 200
    assert served.process.returncode == 0
    assert len(served.rows("events")) == 2


@contextmanager
def working(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `holdfast work` until the end of the block."""
    command = [sys.executable, "-m", "holdfast", "work", "-w", str(folder)]
    worker = subprocess.Popen(command, env=environment(HOLDFAST_LOAD_SECONDS="0.2"))
    yield worker
    worker.send_signal(signal.SIGTERM)
    worker.wait(PATIENCE_SECONDS)


def test_a_server_that_may_keep_no_more_refuses_and_takes_again_when_it_has_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "space"
    create(folder).close()
    with serving(folder, HOLDFAST_SPOOL_BYTES="1") as served:
        wait(lambda: post(served, "a") == 503, "the spool to be full")
    with serving(folder) as served:
        assert post(served, "b") == 200


def test_where_there_is_no_workspace_the_command_says_so(tmp_path: Path) -> None:
    for command in (("serve",), ("work",), ("keys", "list"), ("jobs",)):
        holdfast(*command, "-w", str(tmp_path), ends=4)


def test_a_setting_that_is_wrong_stops_the_command(site: Path) -> None:
    command = [sys.executable, "-m", "holdfast", "jobs", "-w", str(site)]
    around = environment(HOLDFAST_SPOOL_BYTES="lots")
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=around)
    assert ran.returncode == 2
    assert ran.stderr.startswith("Error: HOLDFAST_SPOOL_BYTES cannot be 'lots'.")


@pytest.mark.usefixtures("site")
def test_the_database_is_copied_before_it_is_changed(site: Path) -> None:
    """A database of before the last step is brought up to date, beside a copy of how it was."""
    file = site / "web.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("delete from django_migrations where app = 'jobs'")
        database.execute("drop table jobs_job")
        database.execute("drop table jobs_progress")
    bring_up_to_date()
    (copy,) = site.glob("web.sqlite.before-*")
    with closing(sqlite3.connect(copy)) as database:
        tables = {row[0] for row in database.execute("select name from sqlite_master")}
    assert "workspaces_key" in tables
    assert "jobs_job" not in tables
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("select count(*) from jobs_job").fetchone() == (0,)
