"""Early warnings for a terminal and as rows: those open, those that fired, what followed, the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.report.health import record_text
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, number, percent

if TYPE_CHECKING:
    from datetime import datetime

    from holdfast.flow.judging.warning import Now, Warned
    from holdfast.insights.warning.card import Card
    from holdfast.insights.warning.rules import Rules
    from holdfast.report.look import Look

COLUMNS = (
    "account_id", "name", "at", "kind", "opened_at", "days_open", "mrr", "share", "mrr_at_stake", "before",
    "after", "records",
)  # fmt: skip
HISTORY = ("account_id", "kind", "opened_at", "closed_at", "before", "after", "records")
CARD = (
    "kind", "days", "fired", "left", "young", "precision", "precision_low", "precision_high", "base",
    "lead_days", "lead_low", "lead_high", "caught", "leavings", "verdict",
)  # fmt: skip
RULES = ("rule", "value", "usual")
RECORDS_TOLD = 4
"""How many records of a warning are told in a table."""


def now_as_rows(found: Now) -> list[dict[str, Any]]:
    """One row per open warning with the columns of `COLUMNS`, the accounts with most MRR at stake first."""
    return [
        {
            "name": each.name,
            "at": found.at,
            "days_open": (found.at - warned.opened_at).days,
            "mrr": each.mrr,
            "share": each.share,
            "mrr_at_stake": each.stake,
            **_row(warned),
        }
        for each in found.accounts
        for warned in each.warnings
    ]


def history_as_rows(found: Sequence[Warned]) -> list[dict[str, Any]]:
    """One row per warning with the columns of `HISTORY`."""
    return [_row(each) for each in found]


def cards_as_rows(found: Mapping[str, Card]) -> list[dict[str, Any]]:
    """One row per kind with the columns of `CARD`."""
    return [
        asdict(each)
        | {
            "precision_low": each.low,
            "precision_high": each.high,
            "lead_days": each.lead.days if each.lead else None,
            "lead_low": each.lead.low if each.lead else None,
            "lead_high": each.lead.high if each.lead else None,
            "verdict": each.verdict,
        }
        for each in found.values()
    ]


def rules_as_rows(rules: Rules) -> list[dict[str, Any]]:
    """One row per rule: what it is and what it usually is."""
    usual = asdict(type(rules)())
    return [{"rule": name, "value": value, "usual": usual[name]} for name, value in asdict(rules).items()]


def why(warned: Warned, language: str) -> str:
    """What is the matter, as the newest of its records tells it."""
    newest = warned.signs[-1]
    amounts = {name: getattr(newest, name) for name in ("before", "after")}
    told = {name: "–" if each is None else number(round(each), language) for name, each in amounts.items()}
    return say(f"warnings.why.{warned.kind}", language, **told)


def now_shown(found: Now, look: Look, most: int) -> RenderableType:
    """The accounts, the most MRR at stake first, each with why and what next."""
    language = look.language
    if not found.accounts:
        return Text(look.shown(say("warnings.none", language)))
    shown = found.accounts[: most or None]
    cells = {
        "account": [each.account_id for each in shown],
        "name": [each.name or "" for each in shown],
        "mrr": [number(each.mrr or 0, language, decimals=2) for each in shown],
        "stake": [number(each.stake, language, decimals=2) for each in shown],
        "since": [date(each.warnings[0].opened_at.date(), language) for each in shown],
        "why": [" ".join(why(one, language) for one in each.warnings) for each in shown],
        "next": [say(f"warnings.next.{each.warnings[0].kind}", language) for each in shown],
    }
    head = say("warnings.heading", language, day=date(found.at.date(), language))
    parts = [Text(look.shown(head), style="bold"), Text(""), _table(cells, look)]
    if more := len(found.accounts) - len(shown):
        text = say_many("explain.more", more, language, count=bare(more, "", language))
        parts.append(Text(text, style="dim"))
    note = say("warnings.stake", language, days=number(found.days, language))
    return Group(*parts, Text(look.shown(note), style="dim"))


def history_shown(
    found: Sequence[Warned], look: Look, most: int, account: str | None = None
) -> RenderableType:
    """Warnings with their records, the newest first; those of one account under its name."""
    language = look.language
    if not found:
        return Text(look.shown(say("warnings.never", language)))
    shown = found[: most or None]
    cells = {
        "account": [each.account_id for each in shown],
        "kind": [say(f"warnings.kind.{each.kind}", language) for each in shown],
        "since": [date(each.opened_at.date(), language) for each in shown],
        "until": [_day(each.closed_at, look) for each in shown],
        "why": [why(each, language) for each in shown],
        "record": [_records(each, look) for each in shown],
    }
    parts: list[RenderableType] = []
    if account is not None:
        del cells["account"]
        parts = [
            Text(look.shown(say("warnings.of_account", language, account=account)), style="bold"),
            Text(""),
        ]
    parts.append(_table(cells, look))
    if more := len(found) - len(shown):
        text = say_many("explain.more", more, language, count=bare(more, "", language))
        parts.append(Text(text, style="dim"))
    return Group(*parts)


def cards_shown(found: Mapping[str, Card], days: int, at: datetime, look: Look) -> RenderableType:
    """How each kind did beside any day: how often leaving followed, how long after, what it caught."""
    language = look.language
    if not found:
        return Text(look.shown(say("warnings.never", language)))
    cells = {
        "kind": [say(f"warnings.kind.{kind}", language) for kind in found],
        "fired": [number(each.fired, language) for each in found.values()],
        "left": [number(each.left, language) for each in found.values()],
        "precision": [_share(each.precision, each.low, each.high, look) for each in found.values()],
        "base": [look.dash if each.base is None else percent(each.base, language) for each in found.values()],
        "lead": [_lead(each, look) for each in found.values()],
        "caught": [_caught(each, look) for each in found.values()],
        "verdict": [say(f"warnings.verdict.{each.verdict}", language) for each in found.values()],
    }
    head = say("warnings.card", language, days=number(days, language), day=date(at.date(), language))
    return Group(Text(look.shown(head), style="bold"), Text(""), _table(cells, look))


def rules_shown(rules: Rules, look: Look) -> RenderableType:
    """Every rule with what it is and means."""
    language = look.language
    rows = [row for row in rules_as_rows(rules) if row["rule"] != "off"]
    cells = {
        "rule": [row["rule"] for row in rows],
        "value": [number(row["value"], language) for row in rows],
        "meaning": [say(f"warnings.rule.{row['rule']}", language) for row in rows],
    }
    off = [f"off={kind}: {say(f'warnings.kind.{kind}', language)}" for kind in rules.off]
    return Group(_table(cells, look), *(Text(look.shown(each)) for each in off))


def _row(warned: Warned) -> dict[str, Any]:
    newest = warned.signs[-1]
    return {
        "account_id": warned.account_id,
        "kind": warned.kind,
        "opened_at": warned.opened_at,
        "closed_at": warned.closed_at,
        "before": newest.before,
        "after": newest.after,
        "records": [
            {"table": each.table, "record": each.record, "since": each.start_at} for each in warned.signs
        ],
    }


def _table(cells: Mapping[str, Sequence[str]], look: Look) -> RenderableType:
    words = {
        "account",
        "name",
        "since",
        "until",
        "why",
        "next",
        "kind",
        "record",
        "verdict",
        "rule",
        "meaning",
    }
    ranks = {"name": 3, "next": 1, "mrr": 2, "caught": 1, "base": 2}
    least = {"why": 24, "next": 20, "record": 16, "meaning": 30, "verdict": 12, "precision": 12, "lead": 12}
    columns = [
        Column(
            name,
            say(f"warnings.column.{name}", look.language),
            [Text(look.shown(cell)) for cell in each],
            rank=ranks.get(name, 0),
            right=name not in words,
            least=least.get(name),
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look)


def _records(warned: Warned, look: Look) -> str:
    told = [_record(each.table, each.record, look) for each in warned.signs[-RECORDS_TOLD:]]
    return say("list.comma", look.language).join(dict.fromkeys(filter(None, told)))


def _record(kind: str, record: str, look: Look) -> str:
    return record_text(kind, record, look) if kind else ""


def _day(moment: datetime | None, look: Look) -> str:
    return look.dash if moment is None else date(moment.date(), look.language)


def _share(value: float | None, low: float | None, high: float | None, look: Look) -> str:
    language = look.language
    if value is None or low is None or high is None:
        return look.dash
    bounds = say("board.bounds", language, low=percent(low, language), high=percent(high, language))
    return say("risk.measured", language, value=percent(value, language), bounds=bounds)


def _lead(card: Card, look: Look) -> str:
    language, lead = look.language, card.lead
    if lead is None:
        return look.dash
    days = number(round(lead.days), language)
    if lead.low is None or lead.high is None:
        return days
    low, high = (number(round(each), language) for each in (lead.low, lead.high))
    bounds = say("board.bounds", language, low=low, high=high)
    return say("risk.measured", language, value=days, bounds=bounds)


def _caught(card: Card, look: Look) -> str:
    part, whole = (number(each, look.language) for each in (card.caught, card.leavings))
    return say("warnings.of", look.language, part=part, whole=whole)
