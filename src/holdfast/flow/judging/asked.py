"""What is judged over all accounts or users of a workspace, asked in one call each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from holdfast.flow.judging.advocates import Advocates, advocates
from holdfast.flow.judging.behaviours import AFTER, DAYS, Behaviours, behaviours
from holdfast.flow.judging.causes import GRAIN, Causes, causes
from holdfast.flow.judging.journeys import DAYS as JOURNEY_DAYS
from holdfast.flow.judging.journeys import Journeys, journeys
from holdfast.flow.judging.returns import DAYS as RETURN_DAYS
from holdfast.flow.judging.returns import Returns, returns
from holdfast.flow.judging.risk import Risks, leaks
from holdfast.flow.judging.themes import Themes, themes
from holdfast.flow.judging.told import Telling, told_last, told_or_learned
from holdfast.flow.judging.worth import Ahead, Worths, worth
from holdfast.warehouse import Warehouse


class Judgements:
    """Judgements of the records of one warehouse, each from one state of them."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def behaviours(
        self,
        days: int = DAYS,
        after: int = AFTER,
        *,
        segment: str | Sequence[str] = (),
        known_at: datetime | None = None,
    ) -> Behaviours:
        """What accounts did in their first `days` that goes with staying `after` days from sign-up."""
        return behaviours(self._warehouse, days, after, segment, known_at)

    def returns(
        self,
        days: int = RETURN_DAYS,
        *,
        first: str | None = None,
        last: str | None = None,
        segment: str | Sequence[str] = (),
        known_at: datetime | None = None,
    ) -> Returns:
        """Who signed up in some months and came back on 1, 2, 3, 4 of so many `days`, criterion met or not.

        Both `first` and `last` are included; without them the year that ends with the last whole month.
        """
        return returns(self._warehouse, days, first, last, segment, known_at)

    def advocates(self, *, segment: str | Sequence[str] = (), known_at: datetime | None = None) -> Advocates:
        """Power users, and who of them would recommend, each with why, at the data end."""
        return advocates(self._warehouse, segment, known_at)

    def themes(self, *, segment: str | Sequence[str] = (), known_at: datetime | None = None) -> Themes:
        """What several accounts spoke of in the last 30 days, and what more of them do than before."""
        return themes(self._warehouse, segment, known_at)

    def causes(
        self,
        *,
        grain: str = GRAIN,
        period: str | None = None,
        segment: str | Sequence[str] = (),
        known_at: datetime | None = None,
    ) -> Causes:
        """Churned MRR of a period by cause, with the records that speak for it, and what is at stake now."""
        return causes(self._warehouse, grain=grain, period=period, segment=segment, known_at=known_at)

    def journeys(
        self,
        days: int = JOURNEY_DAYS,
        *,
        first: str | None = None,
        last: str | None = None,
        segment: str | Sequence[str] = (),
        known_at: datetime | None = None,
    ) -> Journeys:
        """How far users of each persona came in the journey within `days`, who signed up in some months.

        Both `first` and `last` are included; without them the six months that end with the last whole one.
        """
        return journeys(self._warehouse, days, first, last, segment, known_at)

    def risks(
        self, days: int = 90, *, segment: str | Sequence[str] = (), known_at: datetime | None = None
    ) -> Risks:
        """Which customers are likely to leave within 30, 60 or 90 days, and how such chances did before.

        Those told last, where nothing was recorded since; else they are learned now.
        """
        return told_or_learned(self._warehouse, days, segment, known_at)

    def told_risks(
        self, days: int = 90, accounts: Sequence[str] | None = None
    ) -> tuple[Telling, Risks] | None:
        """The chances told last, of some accounts or of all, and when; None where they never were."""
        return told_last(self._warehouse, days, accounts)

    def leaks(self) -> list[str]:
        """The features of `risks` that read what came after the instant they are of; none, if all is well."""
        return leaks(self._warehouse)

    def worth(
        self,
        *,
        months: int | None = None,
        discount: float = 0.0,
        segment: str | Sequence[str] = (),
        known_at: datetime | None = None,
    ) -> Worths:
        """What each paying customer is still worth, with intervals, and how that was told a year ago (K14).

        Up to so many `months` to come, 60 or what the rule cap_months says, with a `discount` a year.
        """
        return worth(self._warehouse, Ahead(months, discount), segment, known_at)
