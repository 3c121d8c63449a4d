"""The rows that a question in SQL gave, for a terminal: all columns that fit, and what was left away."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table, telling
from holdfast.report.rows import as_field
from holdfast.words import say, say_many
from holdfast.words.amounts import number

if TYPE_CHECKING:
    from holdfast.report.look import Look

WIDEST = 60


def answer(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], look: Look, *, more: int = 0
) -> RenderableType:
    """The rows as a table, numbers to the right; `more` says how many are not among them."""
    if not rows:
        return Text(look.shown(say("answer.none", look.language)))
    made = [_column(name, rows, place) for place, name in enumerate(columns)]
    shown, speaking = fitted(made, look.width), telling(made)
    hidden = [column.name for column in speaking if column not in shown]
    empty = [column.name for column in made if column not in speaking]
    notes = []
    if more:
        notes.append(say_many("explain.more", more, look.language, count=number(more, look.language)))
    if hidden:
        notes.append(say("answer.hidden", look.language, columns=", ".join(hidden)))
    if empty:
        notes.append(say("answer.empty", look.language, columns=", ".join(empty)))
    tables = [table(shown, look)] if shown else []
    return Group(*tables, *(Text(look.shown(note), style="dim") for note in notes))


def plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with nothing in place of what is no number: SQL has infinity, JSON has not."""
    return [{name: _finite(value) for name, value in row.items()} for row in rows]


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _column(name: str, rows: Sequence[Mapping[str, Any]], place: int) -> Column:
    values = [row[name] for row in rows]
    counted = [value for value in values if value is not None]
    right = bool(counted) and all(
        isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in counted
    )
    cells = [Text(_short(as_field(value))) for value in values]
    return Column(name, name, cells, place + 1, right=right)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDEST else f"{line[: WIDEST - 3]}..."
