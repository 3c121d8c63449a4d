"""Themes as people make them: proposed by the words of messages, named, merged, corrected."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis

from holdfast.errors import UsageError, unknown
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.themes import said_until
from holdfast.flow.knowing.owned import SOURCE
from holdfast.flow.knowing.theming import (
    Coder,
    kept_names,
    same,
    theme_named,
    write_name,
    write_tags,
    write_untagged,
)
from holdfast.insights.hearing.plain import words
from holdfast.insights.hearing.proposing import ENOUGH, Message, Proposal, propose
from holdfast.timelines.themes import said_items, tags_of_items, taken_out, themes_of_items
from holdfast.warehouse import Warehouse

READ = 50_000
"""Messages that are looked at, the newest."""

KEY = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True)
class Proposals:
    """What the `untold` messages that nobody has given a theme may be about, in words said before `at`."""

    at: datetime
    untold: int
    found: tuple[Proposal, ...]

    @property
    def is_enough(self) -> bool:
        """Whether there are enough messages to look for new groups."""
        return self.untold >= ENOUGH


@dataclass(frozen=True)
class Tagged:
    """A theme as it is called, and the records that were put into it."""

    theme: str
    records: tuple[str, ...]


@dataclass(frozen=True)
class Heard:
    """What was said: messages without a theme, those of each that people tagged, and those taken out."""

    at: datetime
    untold: tuple[Message, ...]
    told: Mapping[str, list[Message]]
    out: Mapping[str, list[Message]]
    themes: Mapping[str, str]
    """Every theme there is, tagged or a topic, by how it is compared."""

    @property
    def proposals(self) -> Proposals:
        """Groups of the messages without a theme."""
        return Proposals(self.at, len(self.untold), propose(self.untold, self.told, self.out))

    def chosen(self, of: str) -> list[str]:
        """The records of a proposal, or of all messages without a theme that have these words."""
        for each in self.proposals.found:
            if each.key == of:
                return [message.record for message in each.messages]
        if KEY.fullmatch(of):
            raise UsageError(
                f"There is no proposal {of}.", hint="What was said has changed: holdfast themes propose"
            )
        wanted = {word.plain for word in words(of)}
        found = [each.record for each in self.untold if wanted <= {word.plain for word in words(each.text)}]
        if not wanted or not found:
            raise UsageError(f"No message without a theme has the words {of!r}.")
        return found


class Coding:
    """The themes of one workspace, as people make them."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def propose(self, *, known_at: datetime | None = None) -> Proposals:
        """Messages that nobody has given a theme: like a theme that has a name, or like each other."""
        return self._heard(known_at).proposals

    def name(self, theme: str, of: str, *, by: str) -> Tagged:
        """Put the messages of a proposal, or all without a theme that have the words `of`, into a theme."""
        heard = self._heard()
        return self._tagged(heard, heard.chosen(of), theme, by)

    def tag(self, record: str, theme: str, *, by: str) -> Tagged:
        """Put one record, such as tickets/T-1, into a theme; it may be in several."""
        return self._tagged(self._heard(), [self._record(record)], theme, by)

    def untag(self, record: str, theme: str, *, by: str | None = None) -> str:
        """Take a record out of a theme, whoever put it there; it is not proposed for it again."""
        name = self._one_of(self._heard(), theme)
        self._record(record)
        write_untagged(self._warehouse, record, name, by, self._own(record, name, by))
        return name

    def rename(self, theme: str, to: str, *, by: str | None = None) -> str:
        """Call a theme something else, also where tags and topics with the old name are imported later."""
        heard, name = self._heard(), theme_named(to)
        before = self._one_of(heard, theme)
        if same(name) in heard.themes and same(name) != same(before):
            raise UsageError(
                f"There is a theme {name!r} already.", hint=f'holdfast themes merge "{theme}" "{name}"'
            )
        write_name(self._warehouse, before, name, by)
        return name

    def merge(self, theme: str, into: str, *, by: str | None = None) -> str:
        """Let a theme be part of another from now on; what was known before stays as it was."""
        heard = self._heard()
        before, name = self._one_of(heard, theme), self._one_of(heard, into)
        if same(before) == same(name):
            raise UsageError(f"{name!r} cannot be merged into itself.")
        write_name(self._warehouse, before, name, by)
        return name

    def _heard(self, known_at: datetime | None = None) -> Heard:
        return asked_of(self._warehouse, Question(known_at=known_at), _heard)

    def _tagged(self, heard: Heard, records: Sequence[str], theme: str, by: str) -> Tagged:
        if not by.strip():
            raise UsageError("A theme is given by somebody.", hint="Say who: --by mina")
        name = theme_named(theme)
        name = kept_names(self._warehouse).get(same(name), name)
        name = heard.themes.get(same(name), name)
        write_tags(self._warehouse, records, name, Coder(by.strip(), heard.at))
        return Tagged(name, tuple(records))

    def _one_of(self, heard: Heard, theme: str) -> str:
        if same(theme) in heard.themes:
            return heard.themes[same(theme)]
        if not heard.themes:
            raise UsageError("There is no theme yet.", hint="holdfast themes propose")
        raise unknown("theme", theme, heard.themes.values())

    def _record(self, record: str) -> str:
        def is_said(desk: Desk) -> bool:
            items = said_items(desk.layout)
            return bool(items.filter(items.subject_id == record).count().to_pyarrow().as_py())

        if not asked_of(self._warehouse, Question(), is_said):
            raise UsageError(
                f"Nobody said anything in {record!r}.", hint="A comment, note or ticket, such as tickets/T-1."
            )
        return record

    def _own(self, record: str, theme: str, by: str | None) -> list[str]:
        """The tags by which somebody put a record into a theme here."""
        rows = self._warehouse.records("feedback_tags")
        mine = rows.filter((rows.source == SOURCE) & (rows.source_ref == record) & (rows.coder == (by or "")))
        names = kept_names(self._warehouse)
        return [
            row["tag_id"]
            for row in mine.select("tag_id", "theme").to_pyarrow().to_pylist()
            if same(names.get(same(row["theme"]), row["theme"])) == same(theme)
        ]


def _heard(desk: Desk) -> Heard:
    at = said_until(desk)
    layout = desk.layout
    items = said_items(layout)
    items = items.filter(items.left_out.isnull() & (items.words.strip() != ""))
    themes, tags, out = themes_of_items(layout), tags_of_items(layout), taken_out(layout)
    known: list[str] = themes.theme.to_pyarrow().to_pylist()
    called = {same(theme): theme for theme in sorted(known, reverse=True)}
    untold = _messages(items.anti_join(themes, items.subject_id == themes.ref))
    return Heard(
        at,
        tuple(message for message, _ in untold),
        _by_theme(items.join(tags.select("ref", "theme"), items.subject_id == tags.ref), called),
        _by_theme(items.join(out, items.subject_id == out.ref), called),
        called,
    )


def _messages(rows: Any) -> list[tuple[Message, str]]:
    """The newest messages, each with its theme or nothing."""
    if "theme" not in rows.columns:
        rows = rows.mutate(theme=ibis.literal(""))
    newest = rows.order_by([ibis.desc("said_at"), "subject_id"]).limit(READ)
    wanted = newest.select("subject_id", "account_id", "said_at", "words", "theme")
    return [
        (Message(row["subject_id"], row["account_id"], row["said_at"], row["words"]), row["theme"])
        for row in wanted.to_pyarrow().to_pylist()
    ]


def _by_theme(rows: Any, called: Mapping[str, str]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for message, theme in _messages(rows):
        found[called.get(same(theme), theme)].append(message)
    return found
