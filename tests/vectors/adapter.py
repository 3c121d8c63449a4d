"""One way to ask for a figure, whoever answers: the oracle or the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from holdfast import metrics
from tests import oracle, program
from tests.oracle.knowledge import KEYS, known

LATER = datetime(2030, 1, 1)
"""By then everything of a vector is known and matured."""

Records = Mapping[str, Sequence[Mapping[str, Any]]]
Number = Decimal | Fraction | float | int


@dataclass(frozen=True)
class Figure:
    """What both engines answer."""

    value: Number | None
    numerator: Number | None
    denominator: Number | None
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
        metric,
        records,
        grain,
        label,
        settings=settings,
        rules=rules,
        as_of=as_of,
        known_at=known_at,
        of=of,
    )
    return Figure(answer.value, answer.numerator, answer.denominator, answer.low, answer.high, answer.reason)


def by_holdfast(
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
    """The figure as the program counts it."""
    name = metric if not of else f"{metric}[{','.join(f'{key}={value}' for key, value in of.items())}]"
    desk = desk_for(records, settings or {}, rules or {}, known_at)
    period = desk.basis.calendar.period(grain, label)
    asked = metrics.Asked([metrics.find(name)], [period], (), as_of)
    (figure,) = metrics.measure(asked, desk.layout, desk.basis.rules)
    return seen(figure)


_latest: list[tuple[tuple[Any, ...], program.Desk]] = []


def desk_for(
    records: Records, settings: Mapping[str, Any], rules: Mapping[str, Any], known_at: datetime | None
) -> program.Desk:
    """A desk for the records, the one used before where the same is asked of them."""
    asked = (settings, rules, known_at)
    if not (_latest and _latest[0][0][0] is records and _latest[0][0][1:] == asked):
        _latest[:] = [((records, *asked), program.Desk(current(records, known_at), settings, rules))]
    return _latest[0][1]


def seen(figure: metrics.Figure) -> Figure:
    """A figure of the program in the words that both engines share; `no_rate:DAY` is `no_rate`."""
    low, high = (None if bound is None else float(bound) for bound in (figure.low, figure.high))
    return Figure(
        figure.value, figure.numerator, figure.denominator, low, high, (figure.reason or "").split(":")[0]
    )


def current(records: Records, known_at: datetime | None) -> Records:
    """The rows that a warehouse would give as known at an instant."""
    return {table: known(records, table, known_at) if table in KEYS else records[table] for table in records}


ENGINES: dict[str, Engine] = {"holdfast": by_holdfast, "oracle": by_oracle}
