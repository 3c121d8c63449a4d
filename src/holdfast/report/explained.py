"""An explanation: the rows that count, the rows left out with the rule, and the sum."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import (
    part_text,
    reason_text,
    rule_text,
    segment_text,
    title_text,
    value_text,
    with_commas,
    within_text,
)
from holdfast.report.rows import exact, instant
from holdfast.words import knows, say, say_many
from holdfast.words.amounts import period_name

if TYPE_CHECKING:
    import pyarrow as pa

    from holdfast.metrics.figure import Explanation, Figure
    from holdfast.report.look import Look

LEAST_RULE = 16
NUMBERS = ("numerator", "denominator")
FIRST = ("excluded_because", "account_id", "subject_id", *NUMBERS)


def explained(explanation: Explanation, look: Look, *, title: str, formula: str, most: int) -> RenderableType:
    """The explanation for a terminal; `most` rows of each table are shown, all where it is 0.

    What adds most stands first.
    """
    figure = explanation.figure
    period = period_name(figure.grain, figure.period_label, look.language)
    head = [
        Text(with_commas((title_text(figure.name, look, title), period), look), style="bold"),
        *([Text(formula)] if formula else []),
        *(Text(line) for line in (within_text(figure, look), segment_text(figure, look)) if line),
    ]
    return Group(
        *head,
        *_tables(explanation, look, most),
        Text(""),
        Text(say("explain.sum", look.language), style="bold"),
        *(Text(f"  {line}") for line in sum_lines(explanation, look)),
    )


def _tables(explanation: Explanation, look: Look, most: int) -> list[RenderableType]:
    """Both tables, those of each part under its name where the figure is composed."""
    if not explanation.figure.parts:
        return [
            *_part("rows", explanation.rows, look, most),
            *_part("left_out", explanation.left_out, look, most),
        ]
    shown: list[RenderableType] = []
    for part in explanation.by_part():
        if part.rows.num_rows or part.left_out.num_rows:
            shown += [
                Text(""),
                Text(part_text(part.figure.name, look), style="bold"),
                *_tables(part, look, most),
            ]
    return shown


def sum_lines(explanation: Explanation, look: Look) -> list[str]:
    """What the rows add up to and the figure it gives; says so loudly where they disagree."""
    figure, language = explanation.figure, look.language
    if figure.parts:
        return [*_part_lines(explanation, look), f"{part_text(figure.name, look)}: {_answer(figure, look)}"]
    top, bottom = (exact(part or 0) for part in (explanation.numerator, explanation.denominator))
    if not explanation.agrees:
        return [say("explain.disagrees", language, numerator=top, denominator=bottom)]
    value = value_text(figure, look).strip()
    if figure.value is None:
        because = reason_text(figure, look)
        return [
            say("explain.undefined", language, numerator=top, denominator=bottom, dash=value, reason=because)
        ]
    if explanation.denominator is None:
        return [say("explain.total", language, numerator=top, value=value)]
    return [say("explain.equals", language, numerator=top, denominator=bottom, value=value)]


def _part_lines(explanation: Explanation, look: Look) -> list[str]:
    """The sum of each part of a composed figure, under the part's name."""
    lines = []
    for part in explanation.by_part():
        told = part.figure.numerator is not None or part.rows.num_rows
        said = sum_lines(part, look) if told else [_answer(part.figure, look)]
        lines += [f"{part_text(part.figure.name, look)}: {line}" for line in said]
    return lines


def _answer(figure: Figure, look: Look) -> str:
    value = value_text(figure, look).strip()
    return value if figure.value is not None else f"{value} ({reason_text(figure, look)})"


def as_rows(explanation: Explanation) -> list[dict[str, Any]]:
    """Every row of both tables, those that count first, with `excluded_because` empty for them."""
    counted: list[dict[str, Any]] = explanation.rows.to_pylist()
    left_out: list[dict[str, Any]] = explanation.left_out.to_pylist()
    return [{**row, "excluded_because": None} for row in counted] + left_out


def _part(name: str, rows: pa.Table, look: Look, most: int) -> list[RenderableType]:
    head = Text(say(f"explain.{name}", look.language, count=f"{rows.num_rows:,}"), style="bold")
    if rows.num_rows == 0:
        return [Text(""), Text(say(f"explain.{name}_none", look.language), style="dim")]
    first = rows.sort_by([("numerator", "descending"), ("account_id", "ascending")])
    shown = first if most == 0 else first.slice(0, most)
    parts: list[RenderableType] = [Text(""), head, table(fitted(_columns(shown, look), look.width), look)]
    if more := rows.num_rows - shown.num_rows:
        parts.append(Text(say_many("explain.more", more, look.language, count=f"{more:,}"), style="dim"))
    return parts


def _columns(rows: pa.Table, look: Look) -> list[Column]:
    telling = [name for name in rows.column_names if _tells(name, rows)]
    columns = []
    for place, name in enumerate(sorted(telling, key=lambda name: name not in FIRST), 1):
        said = rule_text if name == "excluded_because" else _cell
        cells = [Text(said(value, look)) for value in rows.column(name).to_pylist()]
        rank, least = (0 if name in FIRST else place), (LEAST_RULE if name == "excluded_because" else None)
        columns.append(Column(name, _header(name, look), cells, rank, right=name in NUMBERS, least=least))
    return columns


def _tells(name: str, rows: pa.Table) -> bool:
    """Whether a column says anything: not what is empty, nor the subject where it is the account."""
    if name == "subject_id" and rows.column(name).equals(rows.column("account_id")):
        return False
    return name == "numerator" or rows.column(name).null_count < len(rows)


def _header(name: str, look: Look) -> str:
    key = f"explain.column.{name}"
    return say(key, look.language) if knows(key) else name


def _cell(value: object, _: Look) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return instant(value)
    return exact(value) if isinstance(value, int | float | Decimal) else str(value)
