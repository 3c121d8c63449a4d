"""Power users and advocates of a workspace, as the data end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.insights.advocates import Bounds, Chosen, choose, uses
from holdfast.segments import Moments, members
from holdfast.warehouse import Warehouse

READS = ("subscription_phases", "events")


@dataclass(frozen=True)
class Advocates:
    """Whom to ask for a word, a test or a reference at `at`, advocates first; what use is high from."""

    at: datetime
    bounds: Bounds
    chosen: tuple[Chosen, ...]


def advocates(
    warehouse: Warehouse, segment: str | Sequence[str] = (), known_at: datetime | None = None
) -> Advocates:
    """Users at customers, in the segments asked for; the bounds are of all. UsageError without events."""
    return asked_of(warehouse, Question(segment=segment, known_at=known_at), _advocates)


def _advocates(desk: Desk) -> Advocates:
    marks = [desk.whole_until([table]) for table in READS]
    told = [mark for mark in marks if mark is not None]
    if len(told) < len(marks):
        raise UsageError(
            "Power users are told from events and subscriptions.", hint="Import both: holdfast import --help"
        )
    at = min(told)
    bounds, chosen = choose(uses(desk.layout, at))
    moments = Moments.at([(at, at)], desk.known.basis.calendar)
    for each in desk.segments.within.values():
        inside = set(members(each, moments, desk.layout).account_id.to_pyarrow().to_pylist())
        chosen = tuple(one for one in chosen if one.use.account_id in inside)
    return Advocates(at, bounds, chosen)
