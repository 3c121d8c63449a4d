"""Proposals of themes, for a terminal and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.hearing.proposing import ENOUGH, LEAST
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, date, number

if TYPE_CHECKING:
    from holdfast.flow.judging.coding import Proposals
    from holdfast.insights.hearing.proposing import Message, Proposal
    from holdfast.report.look import Look

COLUMNS = ("proposal", "theme", "words", "accounts", "messages", "records", "examples")
EXAMPLES = 3
NAME = 'holdfast themes name "NAME" --of {key} --by YOU'


def proposals_as_rows(found: Proposals) -> list[dict[str, Any]]:
    """One row per proposal with the columns of `COLUMNS`."""
    return [
        {
            "proposal": each.key,
            "theme": each.theme,
            "words": list(each.words),
            "accounts": len(each.accounts),
            "messages": len(each.messages),
            "records": [message.record for message in each.messages],
            "examples": [{"record": message.record, "text": message.text} for message in _examples(each)],
        }
        for each in found.found
    ]


def proposals_shown(found: Proposals, look: Look, most: int) -> RenderableType:
    """The proposals with a few of their messages, and how one is named."""
    language = look.language
    day, count = date(found.at.date(), language), number(found.untold, language)
    parts = [Text(look.shown(say("themes.proposed.heading", language, day=day, count=count)), style="bold")]
    shown = found.found[: most or None]
    for each in shown:
        parts += [Text(""), *_shown(each, look)]
    if more := len(found.found) - len(shown):
        told = say_many("explain.more", more, language, count=bare(more, "", language))
        parts += [Text(""), Text(look.shown(told), style="dim")]
    parts += [Text(""), Text(look.shown(_closing(found, language)), style="dim")]
    return Group(*parts)


def _shown(proposal: Proposal, look: Look) -> list[Text]:
    language = look.language
    accounts, messages = (number(len(each), language) for each in (proposal.accounts, proposal.messages))
    told = [", ".join(proposal.words) or look.dash]
    if proposal.theme:
        told.insert(0, say("themes.proposed.like", language, theme=proposal.theme))
    size = say("themes.proposed.size", language, accounts=accounts, messages=messages)
    head = Text(look.shown(f"{proposal.key}  {': '.join(told)}"), style="bold")
    examples = [_quoted(each, look) for each in _examples(proposal)]
    return [head, Text(look.shown(f"  {size}"), style="dim"), *examples]


def _quoted(message: Message, look: Look) -> Text:
    line = Text(look.shown(f"  {message.record}: {' '.join(message.text.split())}"), no_wrap=True)
    line.truncate(look.width, overflow="crop" if look.plain else "ellipsis")
    return line


def _examples(proposal: Proposal) -> list[Message]:
    """The newest messages, of other words each."""
    found: dict[str, Message] = {}
    for message in proposal.messages:
        found.setdefault(" ".join(message.text.lower().split()), message)
    return list(found.values())[:EXAMPLES]


def _closing(found: Proposals, language: str) -> str:
    if found.found:
        return say("themes.proposed.how", language, command=NAME.format(key=found.found[0].key))
    if not found.is_enough:
        return say("themes.proposed.few", language, least=number(ENOUGH, language))
    return say("themes.proposed.none", language, least=number(LEAST, language))
