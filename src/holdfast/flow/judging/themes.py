"""What several accounts of a workspace spoke of lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.insights.advocates import customers_at
from holdfast.insights.recurring import DAYS, Theme, recurring, said_since
from holdfast.segments import Moments, members
from holdfast.warehouse import Warehouse

SPEAK = ("tickets", "survey_responses", "notes")


@dataclass(frozen=True)
class Themes:
    """The themes of the 30 days before `at`, the most spoken of first, of so many `customers`."""

    at: datetime
    customers: int
    found: tuple[Theme, ...]


def themes(
    warehouse: Warehouse, segment: str | Sequence[str] = (), known_at: datetime | None = None
) -> Themes:
    """What customers spoke of, in the segments asked for; UsageError where nothing they said is kept."""
    return asked_of(warehouse, Question(segment=segment, known_at=known_at), _themes)


def _themes(desk: Desk) -> Themes:
    at = said_until(desk)
    now, before = (_customers(desk, at - days) for days in (DAYS, 2 * DAYS))
    said = said_since(desk.layout, at - 2 * DAYS, at)
    if desk.segments.within:
        said = [each for each in said if each.account_id in (now if each.at >= at - DAYS else before)]
    return Themes(at, len(now), recurring(said, at, now, before))


def said_until(desk: Desk) -> datetime:
    """Up to when all is known of what customers said and paid; UsageError where nothing of it is."""
    said, paid = desk.whole_until(SPEAK), desk.whole_until(["subscription_phases"])
    if said is None or paid is None:
        raise UsageError(
            "Nothing is kept that customers said.", hint="Import tickets, survey_responses or notes."
        )
    return min(said, paid)


def _customers(desk: Desk, at: datetime) -> set[str]:
    """The customers at an instant in the segments asked for."""
    rows = customers_at(desk.layout, at)
    moments = Moments.at([(at, at)], desk.known.basis.calendar)
    for each in desk.segments.within.values():
        rows = rows.semi_join(members(each, moments, desk.layout), "account_id")
    return set(rows.account_id.to_pyarrow().to_pylist())
