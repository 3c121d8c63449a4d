"""How far the loader of each spool is, by the spool's name, where every process of the server can read it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from holdfast.web.jobs.models import Progress
from holdfast.web.logs import concealed


def progress_of(spool: str) -> Progress | None:
    """What the loader of a spool last told; None where it has told nothing."""
    return Progress.objects.filter(spool=spool).first()


def do_say(
    spool: str,
    *,
    offsets: dict[str, int] | None = None,
    empty_at: datetime | None = None,
    events: int = 0,
    rejects: int = 0,
    loaded: bool = False,
    problem: str = "",
) -> None:
    """Keep that the loader of a spool lives, what it added, and at which instant nothing waited."""
    progress = progress_of(spool) or Progress(spool=spool, seen_at=timezone.now())
    progress.seen_at, progress.problem = timezone.now(), concealed(problem)
    progress.empty_at = empty_at or progress.empty_at
    if offsets is not None:
        progress.offsets = offsets
    if loaded:
        progress.loaded_at = progress.seen_at
        progress.events += events
        progress.rejects += rejects
    progress.save()


def others_behind(spool: str, moment: datetime, lately: timedelta) -> list[Progress]:
    """The spools of other hosts, seen as `lately`, that may still hold what came before a moment."""
    others = Progress.objects.exclude(spool=spool).filter(seen_at__gte=timezone.now() - lately)
    return [each for each in others if each.empty_at is None or each.empty_at < moment]


def do_forget_spools(before: datetime) -> int:
    """Forget the spools of hosts that were last seen before an instant; how many."""
    return Progress.objects.filter(seen_at__lt=before).delete()[0]
