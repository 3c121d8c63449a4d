"""Cohorts as a table: a row for each cohort, a column for each age, shaded by what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile, groupby
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import segment_text, title_text, within_text
from holdfast.words import say
from holdfast.words.amounts import bare, percent, period_name

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.look import Look

SHADES = ("", "on grey11", "on grey19", "on grey27", "on dark_green", "on green4")
Cells = Mapping[int, "Figure"]


def heatmap(figures: Sequence[Figure], look: Look, *, title: str, counts: bool) -> RenderableType:
    """Every segment's cohorts under each other; `counts` shows `49 of 96` in place of `51%`."""
    title = title_text(figures[0].name, look, title) if figures else title
    parts: list[RenderableType] = [Text(title, style="bold")]
    parts += [Text(kept) for kept in {within_text(figure, look) for figure in figures} if kept]
    ordered = sorted(figures, key=lambda each: (repr(sorted(each.segment.items())), each.period_start))
    for _, members in groupby(ordered, key=lambda each: dict(each.segment)):
        rows = list(members)
        apart = segment_text(replace(rows[0], of={}), look)
        parts += [Text(apart, style="bold")] if apart else []
        parts.append(table(fitted(_columns(rows, look, counts), look.width), look))
    return Group(*parts, Text(say("cohorts.note", look.language, mark=look.gap), style="dim"))


def _columns(rows: Sequence[Figure], look: Look, counts: bool) -> list[Column]:
    cohorts = [list(each) for _, each in groupby(rows, key=lambda each: each.period_label)]
    cohorts = list(dropwhile(_nobody, cohorts)) or cohorts
    known = [{int(each.of.get("age", -1)): each for each in cohort} for cohort in cohorts]
    oldest = max((age for cells in known for age in cells), default=0)
    names = [Text(period_name(cohort[0].grain, cohort[0].period_label, look.language)) for cohort in cohorts]
    sizes = [Text(_size(cells, look)) for cells in known]
    columns = [
        Column("cohort", say("cohorts.began", look.language), names),
        Column("size", say("cohorts.size", look.language), sizes, right=True),
    ]
    for age in range(oldest + 1):
        cells = [_cell(each.get(age), look, counts) for each in known]
        columns.append(Column(f"age_{age}", bare(age, "", look.language), cells, age + 1, right=True))
    return columns


def _nobody(cohort: Sequence[Figure]) -> bool:
    """Whether nobody first paid then: before the first who did, such a cohort says nothing."""
    return not any(each.denominator for each in cohort)


def _size(cells: Cells, look: Look) -> str:
    first = cells.get(0)
    if first is None or first.denominator is None:
        return look.dash
    return bare(first.denominator, "" if first.n == first.denominator else "money", look.language)


def _cell(figure: Figure | None, look: Look, counts: bool) -> Text:
    if figure is None:
        return Text("")
    if figure.value is None:
        return Text(look.gap, style="dim")
    if counts:
        top, bottom = (bare(part or 0, "", look.language) for part in (figure.numerator, figure.denominator))
        return Text(say("series.of", look.language, numerator=top, denominator=bottom))
    share = float(figure.value)
    shade = SHADES[max(0, min(int(share * (len(SHADES) - 1)), len(SHADES) - 1))]
    return Text(percent(figure.value, look.language, decimals=0), style="" if look.plain else shade)
