"""One way to ask for a figure, whoever answers: the oracle or the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from tests import oracle

LATER = datetime(2030, 1, 1)
"""By then everything of a vector is known and matured."""

Records = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Figure:
    """What both engines answer."""

    value: Decimal | Fraction | float | int | None
    numerator: Decimal | Fraction | float | int | None
    denominator: Decimal | Fraction | float | int | None
    low: float | None
    high: float | None
    reason: str


class Engine(Protocol):
    """Whoever answers."""

    def __call__(
        self,
        metric: str,
        records: Records,
        grain: str = "month",
        label: str = "2024-04",
        *,
        settings: Mapping[str, Any] | None = None,
        rules: Mapping[str, Any] | None = None,
        as_of: datetime | None = LATER,
        known_at: datetime | None = None,
        of: Mapping[str, Any] | None = None,
    ) -> Figure:
        """One figure."""


def by_oracle(
    metric: str,
    records: Records,
    grain: str = "month",
    label: str = "2024-04",
    *,
    settings: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    as_of: datetime | None = LATER,
    known_at: datetime | None = None,
    of: Mapping[str, Any] | None = None,
) -> Figure:
    """The figure as the oracle counts it."""
    answer = oracle.measure(
        metric, records, grain, label, settings=settings, rules=rules, as_of=as_of, known_at=known_at, of=of
    )
    return Figure(answer.value, answer.numerator, answer.denominator, answer.low, answer.high, answer.reason)


ENGINES: dict[str, Engine] = {"oracle": by_oracle}
