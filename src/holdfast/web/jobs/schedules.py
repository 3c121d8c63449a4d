"""Work that comes round: due in the workspace's zone, entered once a tick, caught up on when missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from holdfast.periods import Calendar, Rhythm
from holdfast.web.jobs.claims import do_enqueue, do_let_go, is_open


@dataclass(frozen=True)
class Schedule:
    """A kind of job that is due every day, so long after the local midnight."""

    kind: str
    after_midnight: timedelta

    def after(self, now: datetime, calendar: Calendar) -> datetime:
        """The first instant after `now` at which it is due."""
        here = now.astimezone(UTC).replace(tzinfo=None)
        day = calendar.local_day(here)
        ticks = (calendar.midnight(day + timedelta(days=n)) + self.after_midnight for n in (-1, 0, 1, 2))
        return next(tick for tick in ticks if tick > here).replace(tzinfo=UTC)


SCHEDULES = (
    Schedule("refresh", timedelta(minutes=5)),
    Schedule("compact", timedelta(hours=3, minutes=30)),
    Schedule("forget", timedelta(hours=4)),
)
"""Periods that ended are counted; small files are merged; old jobs are removed."""


PULL, PULL_NOW = "pull", "pull_now"
"""The kinds of job that read what a source has that is new, in its turn and when a member asks; their facts
name the source."""

TELL = "tell_risks"
"""The kind of job that learns who is likely to leave."""


def do_enter_pulls(now: datetime, calendar: Calendar, pulls: Mapping[str, Rhythm]) -> int:
    """Enter the next pull of each source that has none open; one that is no longer wanted is let go."""
    here, entered = now.astimezone(UTC).replace(tzinfo=None), 0
    do_let_go(PULL, "source", list(pulls))
    for source, each in pulls.items():
        if not is_open(PULL, source=source):
            tick = each.after(here, calendar).replace(tzinfo=UTC)
            once = f"{PULL} {source}@{tick:%Y-%m-%dT%H:%MZ}"
            entered += do_enqueue(PULL, {"source": source}, due_at=tick, once=once) is not None
    return entered


def do_enter_telling(now: datetime, untold: str) -> bool:
    """Enter the telling of who is likely to leave, once for what is known; whether it was entered."""
    if not untold or is_open(TELL):
        return False
    return do_enqueue(TELL, due_at=now, once=f"{TELL}@{untold}") is not None


def do_enter_next(now: datetime, calendar: Calendar) -> int:
    """Enter the next tick of each schedule that has none open; how many were entered.

    A tick that passed while no worker ran is still open and is due at once; it stands for all
    that were missed. One that failed for good does not keep the next from coming.
    """
    entered = 0
    for schedule in SCHEDULES:
        if not is_open(schedule.kind):
            tick = schedule.after(now, calendar)
            once = f"{schedule.kind}@{tick:%Y-%m-%dT%H:%MZ}"
            entered += do_enqueue(schedule.kind, due_at=tick, once=once) is not None
    return entered
