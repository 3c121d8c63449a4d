"""How far new users of each persona come in the journey, as pages show it."""

from __future__ import annotations

from datetime import datetime

from holdfast.flow import Workspace
from holdfast.flow.judging.journeys import DAYS, Journeys
from holdfast.web.answers.readers import answer

__all__ = ["DAYS", "Journeys"]


@answer
def journeys_of(
    space: Workspace, days: int, last: str | None, segment: tuple[str, ...], known_at: datetime | None
) -> Journeys:
    """The stages of users who signed up in the six months that end with a period, or the last whole one."""
    return space.journeys(days, last=last, segment=segment, known_at=known_at)
