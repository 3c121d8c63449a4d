"""What several customers spoke of lately, with the names of those who did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.insights.recurring import Theme
from holdfast.web.answers.explaining import names_of
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import Standpoint

__all__ = ["Spoken", "Theme"]


@dataclass(frozen=True)
class Spoken:
    """Themes that recur or rise in the 30 days before `at`, of so many customers; accounts by id to name."""

    at: datetime
    customers: int
    themes: Sequence[Theme]
    names: Mapping[str, str]


@answer
def spoken_lately(space: Workspace, at: Standpoint) -> Spoken | None:
    """What recurs or rises at the standpoint's accounts as the records end; None where nothing was said."""
    try:
        found = space.themes(segment=at.segment, known_at=at.known_at)
    except UsageError:
        return None
    flagged = [each for each in found.found if each.is_recurring or each.is_rising]
    rows = [{"account_id": account} for each in flagged for account in each.accounts]
    return Spoken(found.at, found.customers, flagged, names_of(space, rows, at.known_at))
