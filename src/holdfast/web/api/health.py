"""Whether this process lives, whether it can take in, and counters for Prometheus."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from holdfast.collect.sources.delivery import BODY_BYTES
from holdfast.collect.spool import name_of, sizes
from holdfast.collect.spooled import oldest, waiting
from holdfast.web.jobs.claims import counted, overdue
from holdfast.web.jobs.progress import progress_of
from holdfast.web.logs import concealed
from holdfast.web.requests import ANSWERED

SPOOL = settings.SPOOL


def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return JsonResponse({"lives": True})


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 where a body could be kept now, else 503 and what stands in the way; and when a worker was seen."""
    problems = []
    try:
        connection.ensure_connection()
        progress = progress_of(name_of(SPOOL))
    except DatabaseError as problem:
        progress, problems = None, [concealed(f"the database: {problem}")]
    problems += _of_disk(SPOOL if SPOOL.exists() else SPOOL.parent)
    told = {"ready": not problems, "problems": problems, "worker_seen_at": progress and progress.seen_at}
    return JsonResponse(told, status=503 if problems else 200)


def _of_disk(folder: Path) -> list[str]:
    """What keeps a body from being kept in a folder; a disk without room for one counts as full."""
    if not os.access(folder, os.W_OK):
        return [f"{folder.name} cannot be written"]
    disk = os.statvfs(folder)
    return [] if disk.f_bavail * disk.f_frsize >= BODY_BYTES else [f"the disk of {folder.name} is full"]


def metrics(_request: HttpRequest) -> HttpResponse:
    """Counters in the text format of Prometheus."""
    return HttpResponse("".join(_lines()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines() -> Iterator[str]:
    progress, now = progress_of(name_of(SPOOL)), timezone.now()
    offsets = progress.offsets if progress else {}
    yield from _metric("spool_bytes", "gauge", "Bytes in the spool.", {"": sum(n for _, n in sizes(SPOOL))})
    wait = waiting(SPOOL, offsets)
    yield from _metric("spool_waiting_bytes", "gauge", "Bytes that wait to be loaded.", {"": wait})
    first = oldest(SPOOL, offsets)
    lag = _since(first.replace(tzinfo=UTC), now) if first else 0
    yield from _metric("intake_lag_seconds", "gauge", "Age of the oldest body that waits.", {"": lag})
    if progress:
        seen = _since(progress.seen_at, now)
        yield from _metric("worker_seen_seconds", "gauge", "Since a worker was seen.", {"": seen})
        yield from _metric("events_loaded_total", "counter", "Events loaded.", {"": progress.events})
        yield from _metric("rejects_total", "counter", "Messages not used.", {"": progress.rejects})
    jobs = {f'{{state="{state}"}}': count for state, count in counted().items()}
    yield from _metric("jobs", "gauge", "Jobs that are not done, by state.", jobs)
    late = overdue(now)
    yield from _metric("jobs_overdue_seconds", "gauge", "How long the oldest job is due.", {"": late})
    answered = {f'{{route="{r}",status="{status}"}}': n for (r, status), n in sorted(ANSWERED.items())}
    yield from _metric("requests_total", "counter", "Requests that this process answered.", answered)


def _since(then: datetime, now: datetime) -> float:
    return round((now - then).total_seconds(), 3)


def _metric(name: str, kind: str, text: str, samples: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP holdfast_{name} {text}\n# TYPE holdfast_{name} {kind}\n"
    for labels, value in samples.items():
        yield f"holdfast_{name}{labels} {value}\n"
