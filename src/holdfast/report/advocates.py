"""Power users and advocates with their reasons, for a terminal and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.layout import Column, fitted, table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, number

if TYPE_CHECKING:
    from holdfast.flow.judging.advocates import Advocates
    from holdfast.insights.advocates import Chosen
    from holdfast.report.look import Look

COLUMNS = (
    "user_id", "account_id", "name", "kind", "reasons", "days", "core", "features", "score", "answer", "at",
)  # fmt: skip


def advocates_as_rows(found: Advocates) -> list[dict[str, Any]]:
    """One row per user with the columns of `COLUMNS`."""
    return [
        {
            "user_id": each.use.user,
            "account_id": each.use.account_id,
            "name": each.use.name,
            "kind": each.kind,
            "reasons": list(each.reasons),
            "days": each.use.days,
            "core": each.use.core,
            "features": each.use.features,
            "score": each.use.score,
            "answer": each.use.answer,
            "at": found.at,
        }
        for each in found.chosen
    ]


def advocates_shown(found: Advocates, look: Look, most: int) -> RenderableType:
    """The users, advocates first, each with why."""
    language = look.language
    shown = found.chosen[: most or None]
    head = say("advocates.heading", language, day=date(found.at.date(), language))
    parts: list[RenderableType] = [Text(look.shown(head), style="bold"), Text("")]
    if shown:
        parts.append(_table(shown, look))
    if more := len(found.chosen) - len(shown):
        told = say_many("explain.more", more, language, count=bare(more, "", language))
        parts.append(Text(look.shown(told), style="dim"))
    parts += [Text(look.shown(line), style="dim") for line in _notes(found, look)]
    return Group(*parts)


def _notes(found: Advocates, look: Look) -> list[str]:
    language, bounds = look.language, found.bounds
    core = look.dash if bounds.core is None else number(bounds.core, language)
    high = {
        "core": core,
        "features": number(bounds.features, language),
        "often": number(bounds.days, language),
    }
    return [
        say("advocates.bounds", language, active=number(bounds.active, language), **high),
        say("advocates.ask", language),
    ]


def _table(shown: tuple[Chosen, ...], look: Look) -> RenderableType:
    language = look.language
    cells = {
        "user": [each.use.user for each in shown],
        "account": [each.use.account_id for each in shown],
        "name": [each.use.name or "" for each in shown],
        "kind": [say(f"advocates.{each.kind}", language) for each in shown],
        "because": ["; ".join(_reason(each, reason, language) for reason in each.reasons) for each in shown],
    }
    columns = [
        Column(
            name,
            say(f"advocates.column.{name}", language),
            [Text(look.shown(cell)) for cell in each],
            rank=1 if name == "name" else 0,
            least=30 if name == "because" else None,
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look)


def _reason(chosen: Chosen, reason: str, language: str) -> str:
    use = chosen.use
    values = {"often": use.days, "core": use.core or 0, "broad": use.features, "recommends": use.score or 0}
    return say(f"advocates.because.{reason}", language, value=number(values[reason], language))
