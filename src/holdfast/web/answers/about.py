"""What a workspace says of itself: its money and days, its periods with data, its segments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from holdfast.flow import Workspace
from holdfast.periods import Calendar, Period
from holdfast.rulebook import Rulebook
from holdfast.web.answers.readers import OfTheRecords, answer

MOST_PERIODS = 60
INSTANT = timedelta(microseconds=1)
BEGINNINGS = (("subscription_phases", "start_at"), ("accounts", "created_at"), ("events", "occurred_at"))


@dataclass(frozen=True)
class About(OfTheRecords):
    """The workspace whose pages are shown; instants are naive UTC.

    `whole_until` is the instant up to which everything that was ever imported is there, `since` the
    first that a record speaks of; both are None where nothing is recorded yet.
    """

    name: str
    calendar: Calendar
    currency: str
    rulebook: str
    whole_until: datetime | None
    since: datetime | None
    recorded_until: datetime | None
    segments: tuple[str, ...]

    @property
    def zone(self) -> str:
        """The workspace's time zone."""
        return self.calendar.zone

    def periods(self, grain: str) -> list[Period]:
        """The periods with data, the newest first; no more than a picker can list."""
        if self.whole_until is None:
            return []
        period = self.calendar.containing(grain, self.whole_until - INSTANT)
        found = [period]
        while len(found) < MOST_PERIODS and self.since is not None and period.start > self.since:
            period = self.calendar.previous(period)
            found.append(period)
        return found

    def closing(self, grain: str, label: str) -> datetime:
        """The instant just before which a period closes, or up to which the data are there before that."""
        end = self.calendar.period(grain, label).end
        return end if self.whole_until is None else min(end, self.whole_until)

    def latest(self, grain: str) -> str | None:
        """The newest period that is over, where there is one."""
        periods = self.periods(grain)
        over = [each for each in periods if self.whole_until is not None and each.end <= self.whole_until]
        return next((each.label for each in [*over, *periods]), None)


@answer
def about(space: Workspace) -> About:
    """What the workspace says of itself now."""
    settings = space.settings()
    first = [_first(space, table, column) for table, column in BEGINNINGS]
    return About(
        name=space.folder.resolve().name,
        calendar=space.calendar,
        currency=str(settings["currency"]),
        rulebook=space.rulebook().version,
        whole_until=min(space.whole_until().values(), default=None),
        since=min((each for each in first if each is not None), default=None),
        recorded_until=space.recorded_until,
        segments=tuple(each.name for each in space.segments.all()),
    )


@answer
def rulebook_of(space: Workspace) -> Rulebook:
    """The rules in force."""
    return space.rulebook()


def _first(space: Workspace, table: str, column: str) -> Any:
    return space.records(table)[column].min().to_pyarrow().as_py()
