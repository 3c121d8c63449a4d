"""What several customers spoke of lately, as the page of feedback tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.report.behaviours import points
from holdfast.web.answers.spoken import Theme, spoken_lately
from holdfast.web.pages import View
from holdfast.words import say
from holdfast.words.amounts import date, number

MOST, ACCOUNTS = 10, 5
"""Themes that are told, and accounts of each that are named."""


@dataclass(frozen=True)
class Line:
    """A theme that recurs or rises, with some of its accounts as (id, name), and whether there are more."""

    theme: str
    flags: Sequence[str]
    accounts: str
    before: str
    messages: str
    change: str
    named: Sequence[tuple[str, str]]
    more: bool


@dataclass(frozen=True)
class Lately:
    """The themes under their heading, and by which rules they are told."""

    heading: str
    rules: str
    lines: Sequence[Line]


def lately(view: View) -> Lately | None:
    """What recurs or rises as the records end; None where nothing does."""
    found, language = spoken_lately(view.at), view.language
    if found is None or not found.themes:
        return None
    return Lately(
        say("themes.heading", language, day=date(found.at.date(), language)),
        say("themes.rules", language, customers=number(found.customers, language)),
        [_line(each, found.names, language) for each in found.themes[:MOST]],
    )


def _line(theme: Theme, names: Mapping[str, str], language: str) -> Line:
    flags = {"recurring": theme.is_recurring, "rising": theme.is_rising}
    change = "–"
    if theme.change is not None and theme.bounds is not None:
        change = points(theme.change, theme.bounds, language)
    return Line(
        theme=theme.name,
        flags=[say(f"themes.{name}", language) for name, held in flags.items() if held],
        accounts=number(len(theme.accounts), language),
        before=number(theme.before, language),
        messages=number(len(theme.records), language),
        change=change,
        named=[(account, names.get(account, account)) for account in theme.accounts[:ACCOUNTS]],
        more=len(theme.accounts) > ACCOUNTS,
    )
