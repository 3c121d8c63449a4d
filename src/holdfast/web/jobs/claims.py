"""Jobs: entered in the caller's transaction, claimed by an update that only one can win, fenced.

A worker holds a job under a lease that it renews. A lease that ran out is anybody's: the job is
claimed again under the next attempt, and whoever held the older one can no longer end it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from holdfast.errors import UsageError
from holdfast.web.jobs.models import Job
from holdfast.web.logs import concealed

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 8
PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""How long a job that failed waits for its next attempt; the last holds for all further ones."""


@dataclass(frozen=True)
class JobFacts:
    """One job as others see it."""

    id: int
    kind: str
    state: str
    facts: dict[str, Any]
    due_at: datetime
    attempt: int
    held_by: str
    begun_at: datetime | None
    ended_at: datetime | None
    problem: str


def do_enqueue(
    kind: str, facts: dict[str, Any] | None = None, *, due_at: datetime, once: str | None = None
) -> int | None:
    """Enter a job; its id, or None where the one called `once` is entered already."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, facts=facts or {}, once=once, created_at=timezone.now(), due_at=due_at
            )
    except IntegrityError:
        return None
    return job.pk


def do_claim(worker: str, now: datetime, *, but: Collection[str] = ()) -> JobFacts | None:
    """The job that has been due for longest, held by this worker from now on; None where none is due.

    Kinds of job in `but` are left to others, and so is a job about a source that another one is at.
    """
    sources = {job.facts.get("source") for job in Job.objects.filter(held_until__gte=now, done_at=None)}
    for job in _due(now).exclude(kind__in=but):
        if job.facts.get("source") in sources - {None}:
            continue
        won = (
            _due(now)
            .filter(pk=job.pk, attempt=job.attempt)
            .update(attempt=F("attempt") + 1, held_by=worker, held_until=now + LEASE, begun_at=now)
        )
        if won:
            return _facts(Job.objects.get(pk=job.pk), now)
    return None


def do_renew(job: JobFacts, now: datetime) -> bool:
    """Hold on to a job for another lease; false where somebody else has it by now."""
    return _held(job).update(held_until=now + LEASE) == 1


def do_finish(job: JobFacts, now: datetime) -> bool:
    """Say that a job is done; false where somebody else has it by now."""
    return _held(job).update(done_at=now, held_until=None, problem="") == 1


def do_fail(job: JobFacts, problem: str, now: datetime, *, permanent: bool = False) -> bool:
    """Say that an attempt failed, and why; it is tried again later unless that cannot help.

    A service's message may hold the address or the key that it was asked with: they are not kept.
    """
    over = permanent or job.attempt >= MOST_ATTEMPTS
    pause = PAUSES[min(job.attempt, len(PAUSES)) - 1]
    changes: dict[str, Any] = {"failed_at": now} if over else {"due_at": now + pause}
    return _held(job).update(problem=concealed(problem), held_until=None, held_by="", **changes) == 1


def do_hand_back(job: JobFacts, now: datetime) -> bool:
    """Let go of a job that was not finished, for whoever comes next; it counts as no attempt."""
    return _held(job).update(held_until=None, held_by="", due_at=now, attempt=F("attempt") - 1) == 1


def do_retry(job_id: int, now: datetime) -> None:
    """Make a job that failed due again; raises UsageError where none with that id failed."""
    failed = Job.objects.filter(pk=job_id, failed_at__isnull=False)
    if not failed.update(failed_at=None, due_at=now, attempt=0):
        raise UsageError(f"No job {job_id} has failed.", hint="holdfast jobs")


def do_forget(before: datetime) -> int:
    """Remove jobs that were done before an instant; how many."""
    return Job.objects.filter(done_at__lt=before).delete()[0]


def jobs(now: datetime, *, everything: bool = False) -> list[JobFacts]:
    """Jobs that are not done, or all that are kept, the earliest due first."""
    found = Job.objects.all() if everything else Job.objects.filter(done_at=None)
    return [_facts(job, now) for job in found]


def lately(kinds: Collection[str], since: datetime) -> list[JobFacts]:
    """Jobs of some kinds that are open, or that ended since an instant, the latest entered first."""
    ended = Q(done_at__lt=since) | Q(failed_at__lt=since)
    found = Job.objects.filter(kind__in=kinds).exclude(ended).order_by("-created_at", "-id")
    now = timezone.now()
    return [_facts(job, now) for job in found]


def do_let_go(kind: str, fact: str, wanted: Collection[str]) -> int:
    """Remove jobs of a kind that wait for their first attempt and of which a fact is not wanted; how many."""
    waiting = Job.objects.filter(kind=kind, done_at=None, failed_at=None, held_until=None, attempt=0)
    gone = [job.pk for job in waiting if job.facts.get(fact) not in wanted]
    return Job.objects.filter(pk__in=gone, attempt=0).delete()[0] if gone else 0


def is_open(kind: str, **facts: str) -> bool:
    """Whether a job of this kind, and with these facts, is neither done nor failed for good."""
    waiting = Job.objects.filter(kind=kind, done_at=None, failed_at=None)
    return any(facts.items() <= job.facts.items() for job in waiting) if facts else waiting.exists()


def overdue(now: datetime) -> float:
    """How many seconds the job has been due that waits for longest; 0 where none does."""
    job = _due(now).first()
    return (now - job.due_at).total_seconds() if job else 0.0


def counted() -> dict[str, int]:
    """How many jobs are in each state that is not done."""
    open_ones = Job.objects.filter(done_at=None)
    return {
        "failed": open_ones.filter(failed_at__isnull=False).count(),
        "running": open_ones.filter(held_until__isnull=False).count(),
        "waiting": open_ones.filter(failed_at=None, held_until=None).count(),
    }


def _due(now: datetime) -> QuerySet[Job]:
    free = Q(held_until=None) | Q(held_until__lt=now)
    return Job.objects.filter(free, due_at__lte=now, done_at=None, failed_at=None)


def _held(job: JobFacts) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.id, attempt=job.attempt, held_by=job.held_by, done_at=None)


def _facts(job: Job, now: datetime) -> JobFacts:
    return JobFacts(
        job.pk,
        job.kind,
        _state(job, now),
        job.facts,
        job.due_at,
        job.attempt,
        job.held_by,
        job.begun_at,
        job.done_at or job.failed_at,
        job.problem,
    )


def _state(job: Job, now: datetime) -> str:
    if job.done_at:
        return "done"
    if job.failed_at:
        return "failed"
    if job.held_until and job.held_until >= now:
        return "running"
    return "due" if job.due_at <= now else "waiting"
