"""What a figure stands on besides the records: rules, calendar, currency, declared events."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from holdfast.criterion import Criterion, Step
from holdfast.periods import Calendar
from holdfast.rulebook import Rulebook

if TYPE_CHECKING:
    from holdfast.metrics.health.weights import Profile

Records = Mapping[str, Any]
"""Canonical table name -> Ibis table of the records as known, account ids resolved."""

FAR = datetime(9999, 12, 31)
"""The end of what has no end yet; kept as an instant so that comparisons stay plain."""

INSTANT = "timestamp(6)"
"""The type of every instant, so that literals and columns meet in unions."""


def whole(total: Any) -> Any:
    """A sum of whole numbers as int64; engines give it wider types that Ibis does not know of."""
    return total.cast("decimal(38, 0)").cast("int64")


class OnDemand(Mapping[str, Any]):
    """Tables by name, each made when first asked for: most questions read a few of many."""

    def __init__(self, names: Iterable[str], make: Callable[[str], Any]) -> None:
        self._names = tuple(names)
        self._make = make
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Basis:
    """The rulebook in force and the settings that timelines read.

    `activation` and `onboarding` are everything that was ever declared, oldest first, each with the
    instant from which it holds: who signs up is judged by what holds then.
    """

    rules: Rulebook = field(default_factory=Rulebook)
    calendar: Calendar = field(default_factory=Calendar)
    currency: str = "USD"
    core_events: tuple[str, ...] = ()
    qualifying_events: tuple[str, ...] = ()
    ideal_use_days: int = 3
    gross_margin: Decimal | None = None
    observed_from: datetime | None = None
    activation: tuple[tuple[datetime, Criterion | None], ...] = ()
    onboarding: tuple[tuple[datetime, tuple[Step, ...]], ...] = ()
    health: tuple[Profile, ...] = ()
    """The weights of health that were set, in place of those that Holdfast brings."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a stored timeline would have to be built anew."""
        parts = (repr(self.rules.of_timelines), repr(self.calendar), self.currency)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
