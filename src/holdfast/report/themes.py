"""What several accounts spoke of lately, for a terminal and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.behaviours import points
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, number

if TYPE_CHECKING:
    from holdfast.flow.judging.themes import Themes
    from holdfast.insights.recurring import Theme
    from holdfast.report.look import Look

COLUMNS = (
    "theme", "accounts", "before", "items", "customers", "change", "low", "high", "recurring", "rising",
    "records", "at",
)  # fmt: skip


def themes_as_rows(found: Themes) -> list[dict[str, Any]]:
    """One row per theme with the columns of `COLUMNS`."""
    return [
        {
            "theme": each.name,
            "accounts": len(each.accounts),
            "before": each.before,
            "items": len(each.records),
            "customers": found.customers,
            "change": each.change,
            "low": each.bounds[0] if each.bounds else None,
            "high": each.bounds[1] if each.bounds else None,
            "recurring": each.is_recurring,
            "rising": each.is_rising,
            "records": list(each.records),
            "at": found.at,
        }
        for each in found.found
    ]


def themes_shown(found: Themes, look: Look, most: int) -> RenderableType:
    """The themes, those of most accounts first, with what is flagged."""
    language = look.language
    head = say("themes.heading", language, day=date(found.at.date(), language))
    shown = found.found[: most or None]
    parts: list[RenderableType] = [Text(look.shown(head), style="bold"), Text("")]
    cells = {
        "theme": [each.name for each in shown],
        "accounts": [number(len(each.accounts), language) for each in shown],
        "before": [number(each.before, language) for each in shown],
        "items": [number(len(each.records), language) for each in shown],
        "change": [_change(each, look) for each in shown],
        "flag": [_flag(each, language) for each in shown],
    }
    columns = [
        Column(
            name,
            say(f"themes.column.{name}", language),
            [Text(look.shown(cell)) for cell in each],
            rank={"items": 2, "change": 1}.get(name, 0),
            right=name not in {"theme", "flag"},
        )
        for name, each in cells.items()
    ]
    if shown:
        parts.append(table(fitted(columns, look.width), look))
    if more := len(found.found) - len(shown):
        told = say_many("explain.more", more, language, count=bare(more, "", language))
        parts.append(Text(look.shown(told), style="dim"))
    told = say("themes.rules", language, customers=number(found.customers, language))
    return Group(*parts, Text(look.shown(told), style="dim"))


def _change(theme: Theme, look: Look) -> str:
    if theme.change is None or theme.bounds is None:
        return look.dash
    return points(theme.change, theme.bounds, look.language)


def _flag(theme: Theme, language: str) -> str:
    flags = {"recurring": theme.is_recurring, "rising": theme.is_rising}
    return "; ".join(say(f"themes.{name}", language) for name, held in flags.items() if held)
