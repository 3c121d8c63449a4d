"""Messages without a theme that may be about one thing: like a theme that has a name, or like each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from itertools import chain
from math import log

import numpy as np

from holdfast.insights.hearing.alike import Likeness, likeness
from holdfast.insights.hearing.grouping import groups
from holdfast.insights.hearing.plain import telling_words, words
from holdfast.insights.hearing.recalling import recalled

ENOUGH = 20
"""Messages without a theme from which on groups are proposed."""

LEAST = 3
"""Messages of a group; a theme that has a name needs only one that is like it."""

MOST, OF_A_THEME = 3_000, 100
"""Different texts that are compared, and those of each theme that has a name: the newest."""

WORDS = 5
"""Telling words of a group."""


@dataclass(frozen=True)
class Message:
    """What an account said in a record at an instant."""

    record: str
    account_id: str | None
    at: datetime
    text: str


Messages = Sequence[Message]


@dataclass(frozen=True)
class Proposal:
    """Messages that may be about one thing, the newest first; `theme` where they are like one with a name."""

    theme: str | None
    words: tuple[str, ...]
    messages: tuple[Message, ...]

    @property
    def key(self) -> str:
        """What stands for exactly these messages."""
        told = "|".join(sorted(each.record for each in self.messages))
        return sha256(told.encode()).hexdigest()[:8]

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that said it."""
        return tuple(sorted({each.account_id for each in self.messages if each.account_id}))


def propose(
    untold: Messages, told: Mapping[str, Messages], taken_out: Mapping[str, Messages]
) -> tuple[Proposal, ...]:
    """Proposals of `untold` messages, those of themes with names first, then those of most accounts.

    `told` are the messages of each theme, `taken_out` those that a person said are not of it. The same
    messages give the same proposals; what has the same words is compared once.
    """
    open_ones = _by_words(untold)
    compared = Compared(list(open_ones)[:MOST], _texts(told), _texts(taken_out))
    found = [(theme, places) for theme, places in compared.of_themes.items()]
    if len(untold) >= ENOUGH:
        found += [("", places) for places in compared.new]
    spread = Counter(word for text in compared.texts for word in {each.plain for each in telling_words(text)})
    made = []
    for theme, places in found:
        texts = [compared.texts[place] for place in places]
        messages = _newest(chain.from_iterable(open_ones[text] for text in texts))
        if theme or len(messages) >= LEAST:
            made.append(Proposal(theme or None, _telling(messages, spread), messages))
    return tuple(sorted(made, key=_order))


@dataclass(frozen=True)
class Compared:
    """Texts without a theme beside those of themes and those taken out of them."""

    texts: list[str]
    told: Mapping[str, list[str]]
    taken_out: Mapping[str, list[str]]

    @cached_property
    def _all(self) -> list[str]:
        others = chain.from_iterable([*self.told.values(), *self.taken_out.values()])
        return [*self.texts, *sorted(set(others) - set(self.texts))]

    @cached_property
    def _alike(self) -> Likeness:
        return likeness(self._all)

    @cached_property
    def of_themes(self) -> dict[str, list[int]]:
        """The places of texts that are like a theme, by theme."""
        place_of = {text: place for place, text in enumerate(self._all)}
        inside, out = (
            {theme: {place_of[text] for text in texts} for theme, texts in each.items()}
            for each in (self.told, self.taken_out)
        )
        found: dict[str, list[int]] = defaultdict(list)
        for place, theme in recalled(self._alike, len(self.texts), inside, out).items():
            found[theme].append(place)
        return found

    @cached_property
    def new(self) -> list[list[int]]:
        """The places of texts that are like no theme, in groups that are like each other."""
        taken = set(chain.from_iterable(self.of_themes.values()))
        rest = [place for place in range(len(self.texts)) if place not in taken]
        return [[rest[place] for place in group] for group in groups(self._alike[np.ix_(rest, rest)])]


def _by_words(messages: Messages) -> dict[str, list[Message]]:
    """Messages that have words by those, as one text; the newest first."""
    found: dict[str, list[Message]] = defaultdict(list)
    for each in _newest(messages):
        if text := " ".join(word.plain for word in words(each.text)):
            found[text].append(each)
    return found


def _texts(by_theme: Mapping[str, Messages]) -> dict[str, list[str]]:
    return {theme: list(_by_words(each))[:OF_A_THEME] for theme, each in by_theme.items()}


def _newest(messages: Iterable[Message]) -> tuple[Message, ...]:
    return tuple(sorted(messages, key=lambda each: (each.at, each.record), reverse=True))


def _telling(messages: Messages, spread: Mapping[str, int]) -> tuple[str, ...]:
    """The words that many of the messages have and few others, as they are mostly written."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for each in messages:
        for plain, word in {(word.plain, word.written.lower()) for word in telling_words(each.text)}:
            written[plain][word] += 1
    rare = 1 + log(1 + max(spread.values(), default=0))
    weights = {
        plain: forms.total() * (rare - log(1 + spread.get(plain, 0))) for plain, forms in written.items()
    }
    best = sorted(weights, key=lambda plain: (-weights[plain], plain))[:WORDS]
    return tuple(min(written[plain], key=lambda word: (-written[plain][word], word)) for plain in best)


def _order(proposal: Proposal) -> tuple[bool, str, int, int, str]:
    many = (-len(proposal.accounts), -len(proposal.messages))
    return proposal.theme is None, proposal.theme or "", *many, proposal.key
