"""Figures as lines over time: which series there are, in which family, in the order of the board."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from holdfast.report.board import FAMILIES

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure, Series
    from holdfast.report.workbook.book import Book


@dataclass(frozen=True)
class Line:
    """One series: a figure for each of the periods that it has."""

    figures: Mapping[str, Figure]
    last: Figure

    @property
    def series(self) -> Series:
        """What tells it from other lines."""
        return self.last.series

    def at(self, label: str) -> Figure | None:
        """Its figure of a period."""
        return self.figures.get(label)


def labels_of(figures: Sequence[Figure]) -> list[str]:
    """The periods of some figures, in order."""
    starts = {figure.period_label: figure.period_start for figure in figures}
    return sorted(starts, key=lambda label: starts[label])


def lines_of(figures: Sequence[Figure]) -> list[Line]:
    """Every series of some figures, in their own order."""
    found: dict[Series, dict[str, Figure]] = {}
    for figure in figures:
        found.setdefault(figure.series, {})[figure.period_label] = figure
    return [Line(each, max(each.values(), key=lambda figure: figure.period_start)) for each in found.values()]


def told(lines: Sequence[Line]) -> list[Line]:
    """Without values of a metric's own dimension that were never defined, where others of it were."""
    telling = {line.series[:4] for line in lines if _is_told(line)}
    return [line for line in lines if _is_told(line) or not line.last.of or line.series[:4] not in telling]


def _is_told(line: Line) -> bool:
    return any(figure.value is not None for figure in line.figures.values())


def by_family(book: Book) -> Iterator[tuple[str, list[Line]]]:
    """The lines of each family under the family's name, as the board orders them."""
    metrics = book.contents.metrics
    places = {name: place for place, name in enumerate(metrics)}

    def family(line: Line) -> str:
        return metrics[line.last.name].family

    def place(line: Line) -> tuple[int, int]:
        known = FAMILIES.index(family(line)) if family(line) in FAMILIES else len(FAMILIES)
        return known, places[line.last.name]

    ordered = sorted(told(lines_of(book.contents.figures)), key=place)
    for name, members in groupby(ordered, key=lambda line: book.say(f"family.{family(line)}")):
        yield name, list(members)
