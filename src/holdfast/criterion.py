"""What someone new should do: the activation criterion, onboarding steps and a journey's stages, as values.

A criterion is stored, shown and declared as it is read: `3 report_made and 1 invited within 7
days`. An event's name with a space, or one that is a word of the language, stands in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from holdfast.errors import Sentence, UsageError

EXAMPLE = "3 report_made and 1 invited within 7 days"
STEPS_EXAMPLE = "profile_filled, 3 report_made"
JOURNEY_EXAMPLE = "signed up > project_made > 3 report_made > invited"
SIGNED_UP = "signed up"
STAGE = re.compile(r"""(?:"[^"]*"|'[^']*'|[^>])+""")
TOKEN = re.compile(r""""[^"]*"|'[^']*'|[(),]|[^\s(),"']+|["']""")
PLAIN = re.compile(r"""[^\s(),"']+""")
JOINING = ("and", "or")
Part = TypeVar("Part")
ENDING = ("within", "by")
SPANS = {"day": 1, "days": 1, "week": 7, "weeks": 7}


@dataclass(frozen=True)
class Step:
    """So many of one event: `3 report_made`, or `invited` for one."""

    event: str
    count: int = 1

    def __str__(self) -> str:
        return _quoted(self.event) if self.count == 1 else f"{self.count} {_quoted(self.event)}"


@dataclass(frozen=True)
class AllOf(Generic[Part]):
    """Every part holds; parts joined so themselves stand in brackets."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return " and ".join(map(_inside, self.parts))


@dataclass(frozen=True)
class AnyOf(Generic[Part]):
    """At least one part holds."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return " or ".join(map(_inside, self.parts))


Rule: TypeAlias = "Step | AllOf[Rule] | AnyOf[Rule]"


@dataclass(frozen=True)
class Criterion:
    """A rule over events: met when the rule is, by the account's users together or by one alone.

    `days` is how soon after sign-up it must be met; None leaves that to the rulebook.
    """

    rule: Rule
    days: int | None = None
    by_one_user: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        """The counts of events that it speaks of, each once."""
        return tuple(dict.fromkeys(_steps(self.rule)))

    def __str__(self) -> str:
        within = f" within {self.days} {'day' if self.days == 1 else 'days'}" if self.days else ""
        return f"{self.rule}{within}{' by one user' if self.by_one_user else ''}"


def criterion(text: str) -> Criterion:
    """The criterion that a text says; raises UsageError with what would be right."""
    return _Reader(text).criterion()


def onboarding_steps(text: str | Sequence[str]) -> tuple[Step, ...]:
    """Required steps, separated by commas; raises UsageError with what would be right."""
    whole = text if isinstance(text, str) else ", ".join(text)
    return _each_once([_step(words, whole, _no_steps) for words in _between_commas(whole)], whole, _no_steps)


def journey_stages(text: str) -> tuple[Step, ...]:
    """Stages in their order, separated by `>`; `signed up`, where all begin, may stand in front."""
    parts = STAGE.findall(text)
    if parts and parts[0].casefold().split() == SIGNED_UP.split():
        parts = parts[1:]
    found = [_between_commas(part) for part in parts]
    if not found or any(len(steps) != 1 for steps in found):
        raise _no_journey(text, Sentence("each stage is one event, with > between"))
    return _each_once([_step(words, text, _no_journey) for (words,) in found], text, _no_journey)


class _Reader:
    """Reads one criterion from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: list[str] = TOKEN.findall(text)
        self.place = 0

    @property
    def word(self) -> str:
        """The next word, or nothing at the end."""
        return self.words[self.place] if self.place < len(self.words) else ""

    def take(self) -> str:
        """The next word, and on to the one after it."""
        taken = self.word
        self.place += 1
        return taken

    def criterion(self) -> Criterion:
        """A rule, then perhaps `within N days` and `by one user`, to the end of the text."""
        rule, days, by_one_user = self.rule(), None, False
        while self.word:
            ending = self.take().casefold()
            if ending == "within" and days is None:
                days = self.days()
            elif ending == "by":
                by_one_user = self.by_one_user()
            else:
                raise self._unexpected(self.words[self.place - 1])
        return Criterion(rule, days, by_one_user)

    def rule(self) -> Rule:
        """Parts joined by `and`, or by `or`; never both without brackets."""
        parts, joined = [self.part()], ""
        while (word := self.word.casefold()) in JOINING:
            if joined not in ("", word):
                raise self._wrong(
                    Sentence("'and' and 'or' stand side by side"),
                    Sentence("Say with brackets what belongs together: (a and b) or c"),
                )
            joined = self.take().casefold()
            parts.append(self.part())
        if len(parts) == 1:
            return parts[0]
        return AllOf(tuple(parts)) if joined == "and" else AnyOf(tuple(parts))

    def part(self) -> Rule:
        """`(rule)`, `name` or `3 name`."""
        if self.word == "(":
            self.take()
            rule = self.rule()
            if self.take() != ")":
                raise self._wrong(Sentence("a bracket is not closed"))
            return rule
        count = int(self.take()) if self.word.isdecimal() else 1
        if not count:
            raise self._wrong(Sentence("an event is counted from 1 on"))
        if self.word in ("", "(", ")", ",", '"', "'") or self.word.casefold() in (*JOINING, *ENDING):
            raise self._wrong(self._nameless())
        return Step(_bare(self.take()), count)

    def _nameless(self) -> Sentence:
        if not self.word:
            return Sentence("an event's name is missing")
        return Sentence("an event's name is missing before {word!r}", word=self.word)

    def days(self) -> int:
        """How long, after `within`: `7 days` or `2 weeks`."""
        number, span = self.take(), self.take().casefold()
        if not number.isdecimal() or int(number) == 0 or span not in SPANS:
            raise self._wrong(
                Sentence("it does not say within how many days"),
                Sentence("Such as: {example}", example="within 7 days"),
            )
        return int(number) * SPANS[span]

    def by_one_user(self) -> bool:
        """Who, after `by`: `account`, or `one user`."""
        who = self.take().casefold()
        if who == "one":
            who = self.take().casefold()
        if who not in ("account", "user"):
            raise self._wrong(
                Sentence("it does not say by whom"),
                Sentence("by account (its users together), or by one user"),
            )
        return who == "user"

    def _unexpected(self, word: str) -> UsageError:
        before = self.words[self.place - 2]
        names = PLAIN.fullmatch(word) and before.casefold() not in (*SPANS, "account", "user", ")")
        quoted = Sentence("A name with a space stands in quotes: {name}", name=f'"{_bare(before)} {word}"')
        said = Sentence("{word!r} does not fit after {before!r}", word=word, before=before)
        return self._wrong(said, quoted if names else None)

    def _wrong(self, what: Sentence, hint: Sentence | None = None) -> UsageError:
        said = Sentence("{text!r} is no criterion: {what}.", text=self.text, what=what)
        return UsageError(said, hint=hint or Sentence("Such as: {example}", example=EXAMPLE))


def _steps(rule: Rule) -> Iterator[Step]:
    if isinstance(rule, Step):
        yield rule
    else:
        for part in rule.parts:
            yield from _steps(part)


def _between_commas(text: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for word in TOKEN.findall(text):
        if word == ",":
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


def _step(words: list[str], whole: str, wrong: Callable[[str, Sentence], UsageError]) -> Step:
    count = int(words.pop(0)) if words[0].isdecimal() else 1
    step = Step(" ".join(map(_bare, words)), count)
    if not step.event or not step.count:
        what = Sentence("{count} of what?", count=count)
        raise wrong(whole, what if step.count else Sentence("a step is done at least once"))
    return step


def _each_once(
    steps: Sequence[Step], whole: str, wrong: Callable[[str, Sentence], UsageError]
) -> tuple[Step, ...]:
    events = [step.event for step in steps]
    for place, event in enumerate(events):
        if event in events[:place]:
            raise wrong(whole, Sentence("{event} is there twice", event=event))
    return tuple(steps)


def _no_journey(text: str, what: Sentence) -> UsageError:
    said = Sentence("{text!r} is no journey: {what}.", text=text, what=what)
    return UsageError(said, hint=Sentence("Such as: {example}", example=JOURNEY_EXAMPLE))


def _no_steps(text: str, what: Sentence) -> UsageError:
    said = Sentence("{text!r} is no list of steps: {what}.", text=text, what=what)
    return UsageError(said, hint=Sentence("Such as: {example}", example=STEPS_EXAMPLE))


def _inside(part: object) -> str:
    return f"({part})" if isinstance(part, AllOf | AnyOf) else str(part)


def _bare(word: str) -> str:
    return word[1:-1] if word[0] in "\"'" and len(word) > 1 else word


def _quoted(name: str) -> str:
    taken = name.isdecimal() or ">" in name or name.casefold() in (*JOINING, *ENDING)
    if PLAIN.fullmatch(name) and not taken:
        return name
    return f"'{name}'" if '"' in name else f'"{name}"'
