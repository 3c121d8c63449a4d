"""Cohorts as tables: shares with how many of how many, shaded by what is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.report.look import Look
from holdfast.report.phrases import reason_text
from holdfast.words import say
from holdfast.words.amounts import bare, percent, period_brief

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure

SHADES = 5
MOST_AGES = 24


@dataclass(frozen=True)
class Cell:
    """One cohort at one age."""

    text: str
    counted: str = ""
    said: str = ""
    shade: int = 0
    open: bool = False


@dataclass(frozen=True)
class CohortRow:
    """One cohort: its period, how many it began with, and what is left of it at each age."""

    name: str
    size: str
    cells: Sequence[Cell]
    label: str = ""


@dataclass(frozen=True)
class CohortTable:
    """One kind of cohort."""

    name: str
    heads: Sequence[str]
    rows: Sequence[CohortRow]


def cohort_tables(cohorts: Mapping[str, Sequence[Figure]], language: str) -> Iterator[CohortTable]:
    """A table for each kind of cohort that someone is in."""
    for kind, figures in cohorts.items():
        known = _by_cohort(figures)
        ages = range(_oldest(known) + 1)
        if not known:
            continue
        heads = [say("cohorts.began", language), say("cohorts.size", language)]
        heads += [bare(age, "", language) for age in ages]
        rows = [_row(cells, ages, language) for cells in known]
        yield CohortTable(say(f"workbook.cohorts_{kind}", language), heads, rows)


def _by_cohort(figures: Sequence[Figure]) -> list[Mapping[int, Figure]]:
    found: dict[str, dict[int, Figure]] = {}
    for figure in sorted(figures, key=lambda each: each.period_start):
        found.setdefault(figure.period_label, {})[int(figure.of["age"])] = figure
    return [each for each in found.values() if 0 in each and each[0].value is not None]


def _oldest(known: Sequence[Mapping[int, Figure]]) -> int:
    told = (age for cells in known for age, cell in cells.items() if cell.value is not None)
    return min(max(told, default=0), MOST_AGES)


def _row(cells: Mapping[int, Figure], ages: range, language: str) -> CohortRow:
    first = cells[0]
    size = bare(first.denominator or 0, "" if first.n == first.denominator else "money", language)
    name = period_brief(first.grain, first.period_label, language)
    told = [_cell(cells.get(age), language) for age in ages]
    return CohortRow(name, size, told, first.period_label)


def _cell(figure: Figure | None, language: str) -> Cell:
    look = Look(language=language)
    if figure is None or figure.value is None:
        said = reason_text(figure, look) if figure is not None else say("chart.dot", language)
        return Cell(look.gap, said=said, open=True)
    sums = (bare(part or 0, "", language) for part in (figure.numerator, figure.denominator))
    counted = say("series.of", language, **dict(zip(("numerator", "denominator"), sums, strict=True)))
    shade = max(0, min(SHADES, round(float(figure.value) * SHADES)))
    joint = say("chart.joint", language)
    text = percent(figure.value, language, decimals=0)
    return Cell(text, counted, joint.join((percent(figure.value, language), counted)), shade)
