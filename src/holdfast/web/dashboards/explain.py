"""What stands behind a figure: its sum, its rows, those left out and why, its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse

from holdfast.metrics import Explanation
from holdfast.report.explained import sum_lines
from holdfast.report.look import Look
from holdfast.report.phrases import (
    formula_text,
    interval_text,
    part_text,
    reason_text,
    rule_text,
    segment_text,
    title_text,
    value_text,
)
from holdfast.report.rows import instant
from holdfast.web.answers import Explained, explained
from holdfast.web.answers.explaining import Part
from holdfast.web.dashboards.kpis import known
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.words import knows, say
from holdfast.words.amounts import number, period_told
from holdfast.words.numerals import in_digits

FIRST = ("account_id", "subject_id", "numerator", "denominator")
NUMBERS = {"numerator", "denominator"}
MOST_COLUMNS = 6


@dataclass(frozen=True)
class Cell:
    """One field of a row as it is shown; `to` is the account that it leads to."""

    text: str
    amount: bool = False
    to: str = ""


@dataclass(frozen=True)
class Behind:
    """One part of an explanation: its sum in words, its rows, and the rules that left others out."""

    name: str
    sums: Sequence[str]
    count: int
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[Cell]]
    more: int
    left_out: Sequence[tuple[str, int]]
    left_out_count: int


@page()
def explain(view: View, name: str) -> HttpResponse:
    """The drawer that any figure opens."""
    metric = known(name)
    found = explained(view.at, name)
    figure, look = found.figure, Look(language=view.language)
    return show(
        view,
        "dashboards/explain.html",
        metric=metric,
        figure=figure,
        title=title_text(metric.full_name, look, metric.title),
        apart=segment_text(figure, look),
        period=period_told(figure.grain, figure.period_label, view.language),
        value=value_text(figure, look).strip(f" {look.mark}"),
        reason=reason_text(figure, look) if figure.value is None else "",
        interval=interval_text(figure, look) if figure.value is not None else "",
        formula=formula_text(metric, look),
        sums=_sums(found.explanation, look)[-1:] if len(found.parts) > 1 else [],
        parts_told=[_behind(part, found, look) for part in found.parts],
        agrees=found.explanation.agrees,
    )


def _behind(part: Part, found: Explained, look: Look) -> Behind:
    columns = _columns(part)
    several = len(found.parts) > 1
    whole = found.explanation.by_part() if found.figure.parts else [found.explanation]
    mine = next(each for each in whole if each.figure.key == part.figure.key)
    return Behind(
        name=part_text(part.figure.name, look) if several else "",
        sums=_sums(mine, look),
        count=part.count,
        heads=[(head_of(name, look.language), name in NUMBERS) for name in columns],
        rows=[[_cell(name, row, found.names, look) for name in columns] for row in part.rows],
        more=part.count - len(part.rows),
        left_out=[(rule_text(rule, look), count) for rule, count in part.left_out.items()],
        left_out_count=sum(part.left_out.values()),
    )


def _sums(one: Explanation, look: Look) -> list[str]:
    """The sum in words; that a figure is provisional stands beside it already."""
    return [in_digits(line, look.language).removesuffix(f" {look.mark}") for line in sum_lines(one, look)]


def _columns(part: Part) -> list[str]:
    first = [name for name in FIRST if name in part.columns]
    others = [name for name in part.columns if name not in FIRST and name != "period_start"]
    return [*first, *others][:MOST_COLUMNS]


def head_of(name: str, language: str) -> str:
    """What a column of evidence is called."""
    key = f"web.column.{name}"
    return say(key, language) if knows(key) else name.replace("_", " ")


def _cell(name: str, row: Mapping[str, Any], names: Mapping[str, str], look: Look) -> Cell:
    value = row.get(name)
    if name == "account_id" and value is not None:
        return Cell(names.get(value) or value, to=value)
    return Cell(_text(value, look.language), amount=name in NUMBERS)


def _text(value: object, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return in_digits(instant(value), language)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return number(value, language)
    return str(value)
