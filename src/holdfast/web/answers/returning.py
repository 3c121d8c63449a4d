"""How likely new accounts are to come back again, as pages show it."""

from __future__ import annotations

from datetime import datetime

from holdfast.flow import Workspace
from holdfast.flow.judging.returns import DAYS, Returns
from holdfast.web.answers.readers import answer

__all__ = ["DAYS", "Returns"]


@answer
def returns_of(
    space: Workspace, days: int, last: str | None, segment: tuple[str, ...], known_at: datetime | None
) -> Returns:
    """Who signed up in the year that ends with a period, or the last whole month, and came back how often."""
    return space.returns(days, last=last, segment=segment, known_at=known_at)
