"""Pulls that come round: entered once a tick, done by the worker, let go when they are not wanted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from holdfast import flow
from holdfast.flow.live import Live
from holdfast.periods import Calendar, rhythm
from holdfast.web.jobs import claims
from holdfast.web.jobs.models import Job
from holdfast.web.jobs.schedules import PULL, do_enter_pulls
from holdfast.web.worker import Worker

NOW = datetime(2025, 6, 1, 10, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_jobs(site: Path) -> None:
    Job.objects.all().delete()


def test_a_pull_is_entered_once_a_tick_and_let_go_when_it_is_not_wanted() -> None:
    calendar, pulls = Calendar(), {"shop": rhythm("every 15 minutes"), "stripe": rhythm("at 03:00")}
    assert do_enter_pulls(NOW, calendar, pulls) == 2
    assert do_enter_pulls(NOW + timedelta(minutes=2), calendar, pulls) == 0
    found = {job.facts["source"]: job.due_at for job in claims.jobs(NOW)}
    assert found["shop"] == NOW.replace(minute=15)
    assert found["stripe"] == NOW.replace(day=2, hour=3, minute=0)
    assert do_enter_pulls(NOW, calendar, {"stripe": rhythm("at 03:00")}) == 0
    assert [job.facts["source"] for job in claims.jobs(NOW)] == ["stripe"]


def test_the_worker_pulls_what_is_due_and_says_why_it_could_not(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "fees.db"
    with closing(sqlite3.connect(file)) as con, con:
        con.execute("create table c as select 'p-pulled' as plan, 'Pro' as name")
    with flow.open(site) as space:
        space.sources.declare_database("fees", '[[table]]\nname = "plans"\nquery = "select * from c"\n')
        space.set("pulls", "fees every 1 minute")
    with Live(site) as live:
        do_enter_pulls(NOW, live.calendar, live.pulls())
        worker = Worker(site)
        assert worker.do_next()
        (job,) = claims.jobs(NOW)
        assert (job.kind, job.state) == (PULL, "failed")
        assert "HOLDFAST_SOURCE_FEES_URL" not in job.problem
        assert "no address for fees" in job.problem
        monkeypatch.setenv("HOLDFAST_SOURCE_FEES_URL", f"sqlite:///{file}")
        claims.do_retry(job.id, NOW)
        assert worker.do_next()
        assert claims.jobs(NOW) == []
        plans = live.records("plans")
        assert plans.filter(plans.plan == "p-pulled").count().to_pyarrow().as_py() == 1
