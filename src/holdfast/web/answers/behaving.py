"""What new accounts do early that goes with staying, as pages show it."""

from __future__ import annotations

from datetime import datetime

from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.behaviours import AFTER, DAYS, Account, Behaviours
from holdfast.web.answers.readers import answer

__all__ = ["AFTER", "DAYS", "Account", "Behaviours"]


@answer
def behaviours_of(
    space: Workspace, days: int, after: int, segment: tuple[str, ...], known_at: datetime | None
) -> Behaviours:
    """What accounts of some segments did in their first days, beside who was a customer later."""
    return space.behaviours(days, after, segment=segment, known_at=known_at)


def criterion_of(found: Behaviours, number: int) -> str:
    """A behaviour as an activation criterion; nothing where it cannot be one."""
    try:
        return str(found.criterion(number))
    except UsageError:
        return ""
