"""The worker: loads what was posted, and does the jobs that are due. Above all rooms of the web."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from holdfast import flow
from holdfast.collect.spool import name_of
from holdfast.errors import HoldfastError, unknown
from holdfast.flow.arrivals.loading import Loaded
from holdfast.flow.live import Live
from holdfast.web.alerts.telling import (
    ALERT_LETTER,
    ALERT_MESSAGE,
    ALERTS,
    do_enter_alerts,
    judge_alerts,
    send_alert_letter,
    send_alert_message,
)
from holdfast.web.digests.sending import make_digest, send_letter
from holdfast.web.digests.turns import DIGEST, LETTER, do_enter_digests
from holdfast.web.jobs.claims import (
    LEASE,
    JobFacts,
    do_claim,
    do_fail,
    do_finish,
    do_forget,
    do_hand_back,
    do_renew,
)
from holdfast.web.jobs.progress import do_forget_spools, do_say
from holdfast.web.jobs.schedules import PULL, PULL_NOW, TELL, do_enter_next, do_enter_pulls, do_enter_telling
from holdfast.web.making import REPORT, make_asked
from holdfast.web.notes.letters import MENTION, send_mention
from holdfast.web.persons.asking import DISCLOSE, ERASE
from holdfast.web.persons.doing import do_let_files_go, erase_person, write_data
from holdfast.web.uploads import IMPORT, REPLAY, import_uploaded, replay_uploaded
from holdfast.web.webhooks.known import do_copy
from holdfast.web.workspaces.members import do_forget_attempts

LOG = logging.getLogger("holdfast.worker")
KEPT = timedelta(days=30)
SEEN_SECONDS = 5.0
SLOWEST_SECONDS = 30.0
SHARE = 3
"""Timelines are brought up to date at most one part in so many of the time, while more comes in."""

LOADS = 50
"""After so many loads the files that they left are merged and the store is opened anew: what the engine keeps
in memory of each state of the catalog goes with it."""

BOARDS = ("refresh", "compact", REPORT, DIGEST, ALERTS, TELL)
LONG = (*BOARDS, PULL, PULL_NOW, IMPORT, REPLAY, DISCLOSE, ERASE)
"""Kinds of job that may take long, for what a service or a file holds, or a whole board."""

LANES: tuple[Collection[str], ...] = ((), (), LONG)
"""How many jobs a worker does at once, and which kinds each leaves to the others: one is always free for what
is short."""

MAY_PASS = (HoldfastError, duckdb.Error, DatabaseError, OSError, MemoryError)
"""What may go by itself, or with a fresh connection: a lock held for long, a full disk, an engine's fault."""


def name_of_this_worker() -> str:
    """A name that no other process has at the same time."""
    return f"{socket.gethostname()}-{os.getpid()}"


def _refresh(folder: Path, _facts: dict[str, Any]) -> None:
    with flow.open(folder) as space:
        space.refresh()


def _compact(folder: Path, _facts: dict[str, Any]) -> None:
    with flow.open(folder) as space:
        space.compact()


def _tell_risks(folder: Path, _facts: dict[str, Any]) -> None:
    with flow.open(folder) as space:
        space.tell_risks()


def _pull(folder: Path, facts: dict[str, Any]) -> None:
    with flow.open(folder) as space:
        space.sources.pull(facts["source"])


def _forget(folder: Path, _facts: dict[str, Any]) -> None:
    do_forget(timezone.now() - KEPT)
    do_forget_spools(timezone.now() - KEPT)
    do_forget_attempts()
    SessionStore.clear_expired()
    do_let_files_go(folder)


ACTS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "refresh": _refresh,
    "compact": _compact,
    "forget": _forget,
    TELL: _tell_risks,
    PULL: _pull,
    PULL_NOW: _pull,
    IMPORT: import_uploaded,
    REPLAY: replay_uploaded,
    REPORT: make_asked,
    DISCLOSE: write_data,
    ERASE: erase_person,
    DIGEST: make_digest,
    LETTER: send_letter,
    ALERTS: judge_alerts,
    ALERT_LETTER: send_alert_letter,
    ALERT_MESSAGE: send_alert_message,
    MENTION: send_mention,
}
"""What is done for each kind of job; doing it twice does no harm."""


def act_of(kind: str) -> Callable[[Path, dict[str, Any]], None]:
    """What is done for a kind of job; raises UsageError for one that this version does not know."""
    if kind not in ACTS:
        raise unknown("kind of job", kind, ACTS)
    return ACTS[kind]


@dataclass
class Worker:
    """One worker of one workspace; `stop` ends it after what it is at."""

    folder: Path
    stop: threading.Event = field(default_factory=threading.Event)
    name: str = field(default_factory=name_of_this_worker)
    pause: float = field(default_factory=lambda: settings.INSTALLATION["LOAD_SECONDS"])
    _passed_on: dict[str, str] | None = None
    _claiming: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Load and work until stopped."""
        LOG.info("a worker begins", extra={"worker": self.name})
        lanes = [threading.Thread(target=self._jobs, args=(but,), name="jobs") for but in LANES]
        for lane in lanes:
            lane.start()
        try:
            self._load_until_stopped()
        finally:
            # Whatever ended the loading ends the process, so that another begins in its place.
            self.stop.set()
            for lane in lanes:
                lane.join()
        LOG.info("a worker ended", extra={"worker": self.name})

    def _load_until_stopped(self) -> None:
        wait = self.pause
        while not self.stop.is_set():
            begun = time.monotonic()
            try:
                with Live(self.folder) as live:
                    self._load(live)
            except MAY_PASS as problem:
                went_well = time.monotonic() - begun > SLOWEST_SECONDS
                wait = self.pause if went_well else min(wait * 2, SLOWEST_SECONDS)
                LOG.warning("loading rests", extra={"problem": str(problem), "seconds": wait})
                self._say(problem=str(problem))
                close_old_connections()
                self.stop.wait(wait)

    def _load(self, live: Live) -> None:
        """Load while something waits, and look again after a pause, until stopped or after LOADS loads."""
        rested, took, seen = time.monotonic(), 0.0, 0.0
        behind, loads = False, 0
        while not self.stop.is_set():
            if loads >= LOADS and not behind:
                live.compact()
                return
            before = timezone.now()
            loaded = live.load()
            behind = behind or loaded is not None
            loads += loaded is not None
            now = time.monotonic()
            if behind and (loaded is None or loads >= LOADS or now - rested > took * SHARE):
                live.catch_up()
                rested, behind = time.monotonic(), False
                took = rested - now
            late = now - seen > SEEN_SECONDS
            if late:
                self._pass_on(live.webhooks())
                do_enter_pulls(timezone.now(), live.calendar, live.pulls())
                do_enter_next(timezone.now(), live.calendar)
                do_enter_telling(timezone.now(), live.untold())
                do_enter_digests(timezone.now(), live.calendar)
                do_enter_alerts(timezone.now(), live.mark())
            if loaded or late:
                self._say(loaded, live, before)
                seen = now
            if loaded is None:
                self.stop.wait(self.pause)

    def _pass_on(self, webhooks: dict[str, str]) -> None:
        """Let web processes know of the webhooks that are declared, where they changed."""
        if webhooks != self._passed_on:
            with contextlib.suppress(DatabaseError):
                do_copy(webhooks)
                self._passed_on = webhooks

    def _say(
        self,
        loaded: Loaded | None = None,
        live: Live | None = None,
        before: datetime | None = None,
        problem: str = "",
    ) -> None:
        """Keep how far the loader is, where web processes can read it."""
        offsets = live.offsets() if live else None
        empty = live is not None and not live.waiting(offsets or {})
        if loaded:
            LOG.info("loaded", extra=loaded.counts)
        with contextlib.suppress(DatabaseError):
            do_say(
                name_of(settings.SPOOL),
                offsets=offsets,
                empty_at=before if empty else None,
                events=loaded.events if loaded else 0,
                rejects=loaded.rejected if loaded else 0,
                loaded=loaded is not None,
                problem=problem,
            )

    def _jobs(self, but: Collection[str]) -> None:
        while not self.stop.is_set():
            try:
                if not self.do_next(but):
                    self.stop.wait(self.pause)
            except DatabaseError as problem:
                LOG.warning("jobs rest", extra={"problem": str(problem)})
                self.stop.wait(self.pause)
            finally:
                close_old_connections()

    def do_next(self, but: Collection[str] = ()) -> bool:
        """Do the job that has been due for longest and is of no kind in `but`; false where none is due."""
        with self._claiming:  # So that a lane sees which source the others are at.
            job = do_claim(self.name, timezone.now(), but=but)
        if job is not None:
            self._do(job)
        return job is not None

    def _do(self, job: JobFacts) -> None:
        """Do one job, holding on to it meanwhile."""
        done = threading.Event()
        holding = threading.Thread(target=_hold, args=(job, done), name="lease", daemon=True)
        holding.start()
        begun = time.monotonic()
        try:
            act_of(job.kind)(self.folder, job.facts)
        except Exception as problem:  # noqa: BLE001 - whatever an act runs into is the job's reason
            self._failed(job, problem)
        else:
            kept = do_finish(job, timezone.now())
            LOG.info("job done", extra={"job": job.kind, "seconds": time.monotonic() - begun, "kept": kept})
        finally:
            done.set()
            holding.join()

    def _failed(self, job: JobFacts, problem: Exception) -> None:
        permanent = isinstance(problem, HoldfastError) and problem.permanent
        if self.stop.is_set() and not permanent:
            do_hand_back(job, timezone.now())
            return
        do_fail(job, f"{type(problem).__name__}: {problem}", timezone.now(), permanent=permanent)
        LOG.error("job failed", exc_info=problem, extra={"job": job.kind, "attempt": job.attempt})


def _hold(job: JobFacts, done: threading.Event) -> None:
    """Renew the lease until the job is done."""
    while not done.wait(LEASE.total_seconds() / 3):
        with contextlib.suppress(DatabaseError):
            if not do_renew(job, _now()):
                return


def _now() -> datetime:
    return timezone.now()
