"""What moved a score between two instants: the grounds behind its parts, adding up to the change exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from holdfast.metrics.health.score import Score


@dataclass(frozen=True)
class Ground:
    """A record behind a part: the table it is in, its id, its time, and its share of the part's value."""

    part: str
    kind: str
    record: str
    at: datetime | None
    value: Fraction


@dataclass(frozen=True)
class Moved:
    """One record's, or a part's whole, doing in a change of the score: points before and after.

    `kind` is `base` for what a part begins with, before any record: a whole that records take from.
    """

    part: str
    kind: str
    record: str
    at: datetime | None
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        """The points of the score that went or came with it."""
        return self.after - self.before


def moved(before: tuple[Score, Iterable[Ground]], after: tuple[Score, Iterable[Ground]]) -> list[Moved]:
    """Every ground of either score with its points in each; the changes sum to the score's own exactly.

    A score that is not known counts 0 points, as all its parts do. The greatest doings come first.
    """
    sides = [_points(*before), _points(*after)]
    rows = [
        Moved(*key, *(points.get(key, Fraction(0)) for points in sides))
        for key in dict.fromkeys([*sides[0], *sides[1]])
    ]
    return sorted(rows, key=lambda row: (-abs(row.change), row.part, row.kind, row.record))


Key = tuple[str, str, str, datetime | None]


def _points(score: Score, grounds: Iterable[Ground]) -> Mapping[Key, Fraction]:
    weight = {part.name: part.weight for part in score.parts}
    found: dict[Key, Fraction] = {}
    for each in grounds:
        key = (each.part, each.kind, each.record, each.at)
        found[key] = found.get(key, Fraction(0)) + weight.get(each.part, Fraction(0)) * each.value
    return found
