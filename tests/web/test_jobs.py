"""Jobs: claimed by one, held under a lease, ended only by who holds them, tried again, and never lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pytest
from django.db import connection, transaction

from holdfast.errors import Busy, UsageError
from holdfast.flow.arrivals.loading import Loaded
from holdfast.flow.live import Live
from holdfast.periods import Calendar
from holdfast.web import worker as room
from holdfast.web.jobs import claims
from holdfast.web.jobs.models import Job
from holdfast.web.jobs.schedules import PULL, PULL_NOW, SCHEDULES, do_enter_next
from holdfast.web.notes.letters import MENTION
from tests.web.conftest import PATIENCE_SECONDS, environment, holdfast, wait

NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
SOON = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def empty(site: Path) -> Iterator[None]:
    Job.objects.all().delete()
    yield
    Job.objects.all().delete()


def enqueue(kind: str = "refresh", due_at: datetime = NOW, **more: Any) -> int:
    job = claims.do_enqueue(kind, due_at=due_at, **more)
    assert job is not None
    return job


def claimed(worker: str = "w1", now: datetime = NOW) -> claims.JobFacts:
    job = claims.do_claim(worker, now)
    assert job is not None
    return job


def state(job: int, now: datetime = NOW) -> str:
    return next(each.state for each in claims.jobs(now, everything=True) if each.id == job)


def test_what_is_due_for_longest_comes_first_and_what_is_not_due_waits() -> None:
    later, first = enqueue(due_at=NOW), enqueue(due_at=NOW - SOON)
    enqueue(due_at=NOW + SOON)
    assert [claimed().id, claimed().id] == [first, later]
    assert claims.do_claim("w1", NOW) is None


def test_a_job_is_entered_with_what_it_follows_from_or_not_at_all() -> None:
    with transaction.atomic():
        enqueue()
        transaction.set_rollback(True)
    assert claims.jobs(NOW) == []


def test_a_job_of_one_name_is_entered_once() -> None:
    enqueue(once="tick")
    assert claims.do_enqueue("refresh", due_at=NOW, once="tick") is None


def test_one_of_many_workers_wins_a_claim() -> None:
    for _ in range(20):
        enqueue()
    won: list[int] = []

    def work(name: str) -> None:
        while job := claims.do_claim(name, NOW):
            won.append(job.id)
        connection.close()

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 20
    assert len(set(won)) == 20


def test_a_lease_is_renewed_and_one_that_ran_out_is_anybody_s() -> None:
    enqueue()
    first = claimed("w1")
    assert claims.do_renew(first, NOW + claims.LEASE / 2)
    assert claims.do_claim("w2", NOW + claims.LEASE + SOON) is None
    second = claimed("w2", NOW + 2 * claims.LEASE)
    assert (second.id, second.attempt) == (first.id, 2)
    for end in (claims.do_renew, claims.do_finish, claims.do_hand_back):
        assert not end(first, NOW + 2 * claims.LEASE)
    assert not claims.do_fail(first, "late", NOW)
    assert claims.do_finish(second, NOW + 2 * claims.LEASE)
    assert state(second.id) == "done"


def test_a_failure_comes_again_after_longer_and_longer_until_it_is_given_up() -> None:
    job, now, pauses = enqueue(), NOW, []
    for _ in range(claims.MOST_ATTEMPTS):
        claims.do_fail(claimed(now=now), "no luck", now)
        due = Job.objects.get(pk=job).due_at
        pauses.append(due - now)
        now = due
    assert pauses[:5] == [timedelta(seconds=s) for s in (10, 60, 600, 3600, 3600)]
    assert state(job, now) == "failed"
    assert claims.counted()["failed"] == 1
    claims.do_retry(job, now)
    assert claimed(now=now).attempt == 1
    with pytest.raises(UsageError, match="has failed"):
        claims.do_retry(job, now)


def test_what_trying_again_cannot_help_fails_at_once() -> None:
    job = enqueue()
    claims.do_fail(claimed(), "never", NOW, permanent=True)
    assert state(job) == "failed"


def test_a_job_handed_back_is_due_and_has_lost_no_attempt() -> None:
    enqueue()
    claims.do_hand_back(claimed("w1"), NOW)
    assert claimed("w2").attempt == 1


def test_old_jobs_are_forgotten_and_open_ones_are_not() -> None:
    enqueue()
    done = enqueue(due_at=NOW - SOON)
    claims.do_finish(claimed(), NOW)
    assert claims.do_forget(NOW + SOON) == 1
    assert done not in [job.id for job in claims.jobs(NOW, everything=True)]
    assert len(claims.jobs(NOW)) == 1


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran", "America/Sao_Paulo"])
def test_a_schedule_is_due_every_day_by_the_workspace_s_clock(zone: str) -> None:
    calendar = Calendar(zone=zone)
    for schedule in SCHEDULES:
        now = NOW
        for _ in range(4):
            tick = schedule.after(now, calendar)
            assert now < tick <= now + timedelta(days=1)
            due = tick.replace(tzinfo=None)
            assert calendar.midnight(calendar.local_day(due)) == due - schedule.after_midnight
            now = tick


def test_ticks_missed_are_caught_up_on_by_one() -> None:
    calendar = Calendar()
    assert do_enter_next(NOW, calendar) == len(SCHEDULES)
    assert do_enter_next(NOW, calendar) == 0
    assert claims.do_claim("w", NOW) is None
    back = NOW + timedelta(days=9)
    assert do_enter_next(back, calendar) == 0
    kinds = []
    while job := claims.do_claim("w", back):
        kinds.append(job.kind)
        claims.do_finish(job, back)
    assert sorted(kinds) == sorted(schedule.kind for schedule in SCHEDULES)
    assert do_enter_next(back, calendar) == len(SCHEDULES)
    assert claims.overdue(back) == 0


@pytest.mark.parametrize(
    ("problem", "ends"),
    [
        (None, "done"),
        (OSError("gone"), "waiting"),
        (UsageError("wrong for ever"), "failed"),
    ],
)
def test_a_worker_does_a_job_and_keeps_what_came_of_it(
    site: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception | None, ends: str
) -> None:
    done: list[dict[str, Any]] = []

    def act(_folder: Path, facts: dict[str, Any]) -> None:
        if problem:
            raise problem
        done.append(facts)

    monkeypatch.setitem(room.ACTS, "refresh", act)
    job = enqueue(facts={"a": 1}, due_at=datetime.now(UTC) - SOON)
    worker = room.Worker(site, name="w1")
    worker.do_next()
    assert state(job, datetime.now(UTC)) == ends
    assert done == ([] if problem else [{"a": 1}])
    kept = next(each for each in claims.jobs(NOW, everything=True) if each.id == job)
    assert (str(problem) in kept.problem) if problem else not kept.problem


def test_a_long_pull_holds_up_no_other_job_and_no_source_is_pulled_twice_at_once(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pulls that never end take all lanes but one; a letter goes out beside them, a board waits."""
    pulled: list[str] = []
    refreshed, sent, over = threading.Event(), threading.Event(), threading.Event()

    def pull(_folder: Path, facts: dict[str, Any]) -> None:
        pulled.append(facts["source"])
        over.wait(PATIENCE_SECONDS)

    monkeypatch.setitem(room.ACTS, PULL, pull)
    monkeypatch.setitem(room.ACTS, PULL_NOW, pull)
    monkeypatch.setitem(room.ACTS, "refresh", lambda *_: refreshed.set())
    monkeypatch.setitem(room.ACTS, MENTION, lambda *_: sent.set())
    for kind, source in ((PULL, "shop"), (PULL_NOW, "shop"), (PULL, "crm"), (PULL, "desk")):
        enqueue(kind, facts={"source": source})
    worker = room.Worker(site, pause=0.01)
    lanes = [threading.Thread(target=worker._jobs, args=(but,)) for but in room.LANES]
    for lane in lanes:
        lane.start()
    try:
        wait(lambda: len(pulled) == 2, "two pulls to begin")
        enqueue("refresh", due_at=datetime.now(UTC) - SOON)
        enqueue(MENTION, due_at=datetime.now(UTC))
        assert sent.wait(PATIENCE_SECONDS)
        assert not refreshed.is_set()
    finally:
        worker.stop.set()
        over.set()
        for lane in lanes:
            lane.join()
    assert sorted(pulled) == ["crm", "shop"]


def test_a_kind_that_no_version_knows_fails_with_its_name(site: Path) -> None:
    job = enqueue("dance", due_at=datetime.now(UTC) - SOON)
    room.Worker(site, name="w1").do_next()
    assert state(job) == "failed"
    (shown,) = json.loads(holdfast("jobs", "--format", "json", "-w", str(site)))
    assert "No kind of job is called 'dance'" in shown["problem"]
    holdfast("jobs", "--retry", str(job), "-w", str(site))
    assert state(job, datetime.now(UTC)) == "due"


def test_a_job_whose_worker_was_killed_is_done_by_the_next(site: Path) -> None:
    code = """
import os, signal, sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from holdfast.web.opening import ready
ready(Path(sys.argv[1]))
from holdfast.web.jobs import claims
claims.do_claim("dead", datetime.fromisoformat(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""
    job = enqueue()
    command = [sys.executable, "-c", code, str(site), NOW.isoformat()]
    ran = subprocess.run(command, check=False, env=environment())
    assert ran.returncode == -9
    assert state(job) == "running"
    assert claims.do_claim("w2", NOW) is None
    assert claimed("w2", NOW + claims.LEASE + SOON).id == job


class Flaky(Live):
    """A workspace whose loads fail before they go well; the last one stops the worker."""

    problems: ClassVar[list[Exception]] = []
    worker: ClassVar[room.Worker]

    def load(self) -> Loaded | None:
        """Fail as is set down, then load."""
        if self.problems:
            raise self.problems.pop(0)
        self.worker.stop.set()
        return super().load()


def test_a_worker_outlives_what_may_pass(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "Live", Flaky)
    Flaky.problems = [duckdb.IOException("the disk is full"), Busy("another writes"), OSError("gone")]
    Flaky.worker = room.Worker(site, pause=0.01)
    Flaky.worker.run()
    assert Flaky.problems == []


def test_a_worker_that_meets_a_fault_of_ours_ends_and_says_so(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "Live", Flaky)
    Flaky.problems = [AssertionError("a fault of ours")]
    Flaky.worker = room.Worker(site, pause=0.01)
    with pytest.raises(AssertionError, match="fault of ours"):
        Flaky.worker.run()
    assert Flaky.worker.stop.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "jobs"]
