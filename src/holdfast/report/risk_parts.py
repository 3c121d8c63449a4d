"""What tables of chances and of their cards are made of, for a terminal and as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.words import say
from holdfast.words.amounts import number, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    from holdfast.insights.risk.card import Card, Counted, Measured
    from holdfast.report.look import Look


def risk_table(
    cells: Mapping[str, Sequence[str]], look: Look, least: Mapping[str, int] | None = None
) -> RenderableType:
    """Columns of cells under their names, as many as fit."""
    words = {"account", "name", "because", "of", "band"}
    ranks = {"name": 2, "mrr": 1, "payment": 3, "lift": 1, "by_renewal": 1}
    columns = [
        Column(
            name,
            say(f"risk.column.{name}", look.language),
            [Text(look.shown(cell)) for cell in each],
            rank=ranks.get(name, 0),
            right=name not in words,
            least=(least or {}).get(name),
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look)


def counted(groups: Sequence[Counted], look: Look) -> dict[str, list[str]]:
    """How many there were in each group, how many left, and that share with its interval."""
    language = look.language
    bounds = [(percent(each.low, language), percent(each.high, language)) for each in groups]
    return {
        "rows": [number(each.rows, language) for each in groups],
        "left": [number(each.left, language) for each in groups],
        "share": [percent(each.left / each.rows, language) for each in groups],
        "interval": [say("board.bounds", language, low=low, high=high) for low, high in bounds],
    }


def card_row(name: str, card: Card) -> dict[str, Any]:
    """The measures of one card, and its groups."""
    row: dict[str, Any] = {"of": name, "rows": card.rows, "left": card.left, "lift": card.lift}
    for measure in ("brier", "auc", "precision"):
        found = getattr(card, measure)
        row |= {measure: found.value, f"{measure}_low": found.low, f"{measure}_high": found.high}
    row["groups"] = [
        {"chance": each.chance, "rows": each.rows, "left": each.left, "low": each.low, "high": each.high}
        for each in card.groups
    ]
    return row


def measured(found: Measured, look: Look, decimals: int) -> str:
    """A measure with its interval."""
    language, each = look.language, (found.value, found.low, found.high)
    value, low, high = (number(one, language, decimals=decimals) for one in each)
    return say(
        "risk.measured", language, value=value, bounds=say("board.bounds", language, low=low, high=high)
    )
