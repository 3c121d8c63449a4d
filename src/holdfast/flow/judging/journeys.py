"""How far new users of each persona come in a journey of stages, and where they drop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.criterion import JOURNEY_EXAMPLE, Step, journey_stages, onboarding_steps
from holdfast.errors import Sentence, UsageError, unknown
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.cohort import months_of
from holdfast.insights.journeys.drops import Passage, passages
from holdfast.insights.journeys.walked import starters, walked
from holdfast.periods import Calendar, Period
from holdfast.segments import Moments, members
from holdfast.warehouse import Warehouse

DAYS, MONTHS = 30, 6
READS = ("users", "events")
UNKNOWN = "unknown"
"""What users without a persona are called where a name is typed."""

A_DAY = np.timedelta64(1, "D")


class Walker(NamedTuple):
    """A user at the stage before: whether and when they reached the stage, and the events of all stages."""

    source: str
    user_id: str
    account_id: str
    signed_up_at: datetime
    reached: bool
    at: datetime | None
    records: tuple[tuple[int, datetime, str], ...]
    """Of each stage reached so far its number, the instant and the id of the event."""


@dataclass(frozen=True)
class Journeys:
    """The stages, and how users who signed up in `months` went through them within `days`.

    `passages` are of those whose days were over at `until`; `pending` are the others, by persona.
    `declared` is False where no journey is set and the onboarding steps stand in for one.
    """

    stages: tuple[Step, ...]
    declared: bool
    days: int
    months: tuple[Period, ...]
    until: datetime
    calendar: Calendar
    users: pa.Table
    passages: tuple[Passage, ...]
    pending: dict[str | None, int]

    @property
    def personas(self) -> tuple[str | None, ...]:
        """The personas in the order of the passages; None for users without one."""
        return tuple(dict.fromkeys(each.persona for each in self.passages))

    def persona(self, name: str) -> str | None:
        """The persona of a name as it is typed; raises UsageError where no user has it."""
        if name in self.personas:
            return name
        if name in {UNKNOWN, ""} and None in self.personas:
            return None
        raise unknown("persona", name, [each or UNKNOWN for each in self.personas])

    def stage(self, name: str) -> int:
        """The number of a stage, given as that or as its event; raises UsageError where there is none."""
        events = [step.event for step in self.stages]
        if name in events:
            return events.index(name) + 1
        if name.isdecimal() and 1 <= int(name) <= len(events):
            return int(name)
        raise unknown("stage", name, events)

    def passage(self, persona: str | None, number: int) -> Passage:
        """How a persona went on to one stage."""
        return next(each for each in self.passages if (each.persona, each.number) == (persona, number))

    def walkers(self, persona: str | None, number: int) -> Iterator[Walker]:
        """The users of a persona at the stage before, who reached it first; with the events behind."""
        for row in self.users.filter(_is(self.users["persona"], persona)).to_pylist():
            if number > 1 and row[f"at_{number - 1}"] is None:
                continue
            places = [place for place in range(1, number + 1) if row[f"at_{place}"] is not None]
            at = row[f"at_{number}"]
            records = tuple((place, row[f"at_{place}"], row[f"event_{place}"]) for place in places)
            who = (row["source"], row["user_id"], row["account_id"], row["start_at"])
            yield Walker(*who, at is not None, at, records)


def journeys(
    warehouse: Warehouse,
    days: int = DAYS,
    first: str | None = None,
    last: str | None = None,
    segment: str | Sequence[str] = (),
    known_at: datetime | None = None,
) -> Journeys:
    """The journey in force by persona; UsageError where there is none, or where no users are kept."""
    if not 1 <= days <= 366:
        raise UsageError(
            Sentence("A journey of {days} days is not looked at.", days=days),
            hint=Sentence("1 to 366: --days 30."),
        )
    question = Question(segment=segment, known_at=known_at)
    return asked_of(warehouse, question, lambda desk: _journeys(desk, days, first, last))


def _journeys(desk: Desk, days: int, first: str | None, last: str | None) -> Journeys:
    stages, declared = _stages(desk)
    until = desk.whole_until(READS)
    if until is None or any(desk.whole_until([table]) is None for table in READS):
        raise UsageError(
            Sentence("Journeys are told from users and events."),
            hint=Sentence("Import both: {command}", command="holdfast import --help"),
        )
    layout, calendar = desk.layout, desk.known.basis.calendar
    months = months_of(calendar, until, first, last, MONTHS)
    rows = starters(layout, months, days)
    for each in desk.segments.within.values():
        inside = members(each, Moments.of_entry(rows, calendar), layout)
        rows = rows.semi_join(inside, [rows.account_id == inside.account_id, rows.start_at == inside.bound])
    over = rows.filter(rows.closes_at <= ibis.literal(until))
    waiting = rows.filter(rows.closes_at > ibis.literal(until))
    pending = waiting.group_by("persona").agg(many=ibis._.count()).to_pyarrow().to_pylist()
    found = walked(layout, over, stages)
    users = found.order_by(["account_id", "source", "user_id"]).to_pyarrow()
    return Journeys(
        stages,
        declared,
        days,
        tuple(months),
        until,
        calendar,
        users,
        passages(users["persona"].to_pylist(), [_lasted(users, n) for n in range(1, len(stages) + 1)]),
        {row["persona"]: row["many"] for row in pending},
    )


def _stages(desk: Desk) -> tuple[tuple[Step, ...], bool]:
    if journey := desk.known.settings["journey"]:
        return journey_stages(journey), True
    if steps := desk.known.settings["onboarding"]:
        return onboarding_steps(steps), False
    raise UsageError(
        Sentence("No journey is set, and there are no onboarding steps to take for one."),
        hint=Sentence("Set one: {command}", command=f'holdfast settings journey "{JOURNEY_EXAMPLE}"'),
    )


def _lasted(users: pa.Table, number: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Days from sign-up to a stage, NaN where it was not reached."""
    start, at = (users[name].to_numpy().astype("datetime64[us]") for name in ("start_at", f"at_{number}"))
    lasted: np.ndarray[tuple[int], np.dtype[np.float64]] = (at - start) / A_DAY
    return lasted


def _is(column: pa.ChunkedArray, persona: str | None) -> pa.ChunkedArray:
    return column.is_null() if persona is None else pc.equal(column, persona)
