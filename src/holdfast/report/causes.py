"""Which revenue was lost and why, and where to improve, for a terminal and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.causes.attribution import OFTEN_SAID
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, money, number, percent, period_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.flow.judging.causes import Causes
    from holdfast.insights.causes.attribution import Loss, Sign
    from holdfast.report.look import Look

COLUMNS = ("cause", "accounts", "mrr", "share", "at_stake", "mrr_at_stake", "grain", "period", "unit", "at")
ACCOUNTS = ("account_id", "name", "lost", "at", "mrr", "cause", "signs")


def causes_as_rows(found: Causes) -> list[dict[str, Any]]:
    """One row per cause with the columns of `COLUMNS`; `mrr` adds up to churned MRR exactly."""
    return [
        {
            "cause": each.cause,
            "accounts": each.accounts,
            "mrr": each.mrr,
            "share": each.mrr / found.total if found.total else None,
            "at_stake": each.at_stake,
            "mrr_at_stake": each.mrr_at_stake,
            "grain": found.grain,
            "period": found.period,
            "unit": found.unit,
            "at": found.at,
        }
        for each in found.areas
    ]


def losses_as_rows(found: Causes, cause: str | None = None) -> list[dict[str, Any]]:
    """One row per account that was lost, then per account at stake, with the columns of `ACCOUNTS`."""
    return [
        {
            "account_id": each.account_id,
            "name": each.name,
            "lost": lost,
            "at": each.at,
            "mrr": each.mrr,
            "cause": each.cause,
            "signs": [
                {"sign": one.sign, "cause": one.cause, "record": one.record, "at": one.at, "word": one.word}
                for one in each.signs
            ],
        }
        for lost, rows in ((True, found.losses), (False, found.at_stake))
        for each in rows
        if cause in {None, each.cause}
    ]


def causes_shown(found: Causes, look: Look) -> RenderableType:
    """The areas to improve, what cost most first, with the share that nothing explains."""
    language = look.language
    told = {
        "period": period_name(found.grain, found.period, language),
        "total": money(found.total, found.unit, language),
    }
    if not found.areas:
        return Text(look.shown(say("causes.none", language, period=told["period"])))
    cells = {
        "cause": [say(f"causes.{each.cause}", language) for each in found.areas],
        "lost": [number(each.accounts, language) for each in found.areas],
        "mrr": [bare(each.mrr, found.unit, language) for each in found.areas],
        "share": [
            percent(each.mrr / found.total, language) if found.total else look.dash for each in found.areas
        ],
        "at_stake": [number(each.at_stake, language) for each in found.areas],
        "mrr_at_stake": [bare(each.mrr_at_stake, found.unit, language) for each in found.areas],
    }
    lines = [Text(look.shown(line), style="dim") for line in _notes(found, language)]
    head = Text(look.shown(say("causes.heading", language, **told)), style="bold")
    return Group(head, Text(""), _table(cells, look, {"at_stake": 1, "share": 2}), *lines)


def losses_shown(found: Causes, cause: str, look: Look, most: int) -> RenderableType:
    """The accounts of one cause with their signs: those that were lost, then those at stake."""
    language = look.language
    parts: list[RenderableType] = [Text(look.shown(say(f"causes.{cause}", language)), style="bold")]
    for name, rows in (("lost", found.losses), ("staked", found.at_stake)):
        mine = [each for each in rows if each.cause == cause]
        if not mine:
            continue
        parts += [Text(""), Text(look.shown(say(f"causes.{name}", language)), style="bold")]
        parts.append(_table(_of_accounts(mine[: most or None], found.unit, look), look, {"name": 1}))
        if most and len(mine) > most:
            more = len(mine) - most
            told = say_many("explain.more", more, language, count=bare(more, "", language))
            parts.append(Text(look.shown(told), style="dim"))
    return Group(*parts)


def _notes(found: Causes, language: str) -> list[str]:
    notes = [say("causes.rules", language, day=date(found.at.date(), language))]
    if found.unexplained is not None:
        notes.insert(0, say("causes.unexplained_share", language, share=percent(found.unexplained, language)))
    if found.unnamed:
        words = "; ".join(f"{word} ({number(many, language)})" for word, many in found.unnamed[:OFTEN_SAID])
        notes.append(say("causes.unnamed", language, words=words))
    return notes


def _of_accounts(rows: Sequence[Loss], unit: str, look: Look) -> dict[str, list[str]]:
    language = look.language
    return {
        "account": [each.account_id for each in rows],
        "name": [each.name or "" for each in rows],
        "day": [date(each.at.date(), language) for each in rows],
        "mrr": [bare(each.mrr, unit, language) for each in rows],
        "signs": ["; ".join(_sign(one, language) for one in each.signs) for each in rows],
    }


def what_text(sign: Sign, language: str) -> str:
    """What a record says, with its word: `theme: pricing`."""
    what = say(f"causes.sign.{sign.sign}", language)
    return what if sign.word is None else say("causes.worded", language, what=what, word=sign.word)


def _sign(sign: Sign, language: str) -> str:
    return say("causes.of_record", language, what=what_text(sign, language), record=sign.record)


def _table(
    cells: Mapping[str, Sequence[str]], look: Look, ranks: Mapping[str, int] | None = None
) -> RenderableType:
    words = {"cause", "account", "name", "signs"}
    columns = [
        Column(
            name,
            say(f"causes.column.{name}", look.language),
            [Text(look.shown(cell)) for cell in each],
            rank=(ranks or {}).get(name, 0),
            right=name not in words,
            least=30 if name == "signs" else None,
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look)
