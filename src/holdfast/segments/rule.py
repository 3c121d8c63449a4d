"""A segment's rule as a value: comparisons of facts about an account, joined by and, or and not.

A rule is kept, shown and asked for as it reads: `str` of it is a text that says the same rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from holdfast.criterion import AllOf, AnyOf

PLAIN = re.compile(r"""[^\s(),<>=!'"]+""")
"""A text that needs no quotes around it."""

NUMERIC = re.compile(r"-?\d+(\.\d+)?")
JOINING = ("and", "or", "not")


@dataclass(frozen=True)
class Span:
    """A length of time by the calendar: `6 months`."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True)
class Ago:
    """A day that lies so long before the instant that the rule is asked at."""

    span: Span

    def __str__(self) -> str:
        return f"{self.span} ago"


Value: TypeAlias = str | Decimal | Span | Ago | date


@dataclass(frozen=True)
class Read:
    """A fact as a rule asks for it: `mrr`, `attributes.persona`, `count(login, 28 days)`.

    `of` is the attribute's or the event's name, `days` how many days before the instant are read.
    """

    fact: str
    of: str | None = None
    days: int | None = None

    def __str__(self) -> str:
        if self.fact == "attributes":
            return f"{self.fact}.{quoted(self.of or '')}"
        of = [] if self.of is None else [quoted(self.of)]
        within = [] if self.days is None else [str(Span(self.days, "day"))]
        inside = ", ".join([*of, *within])
        return f"{self.fact}({inside})" if inside else self.fact


@dataclass(frozen=True)
class Compared:
    """`fact sign value`; the sign is one of = < <= > >=."""

    fact: Read
    sign: str
    value: Value

    def __str__(self) -> str:
        return f"{self.fact} {self.sign} {written(self.value)}"


@dataclass(frozen=True)
class OneOf:
    """`fact in (value, value)`."""

    fact: Read
    values: tuple[Value, ...]

    def __str__(self) -> str:
        return f"{self.fact} in ({', '.join(map(written, self.values))})"


@dataclass(frozen=True)
class IsKnown:
    """`fact is known`: the only question that an unknown fact answers."""

    fact: Read

    def __str__(self) -> str:
        return f"{self.fact} is known"


@dataclass(frozen=True)
class Not:
    """The opposite of a rule; what is unknown stays so."""

    part: Rule

    def __str__(self) -> str:
        match self.part:
            case Compared(fact, "=", value):
                return f"{fact} != {written(value)}"
            case OneOf(fact, values):
                return f"{fact} not in ({', '.join(map(written, values))})"
            case IsKnown(fact):
                return f"{fact} is unknown"
        return f"not ({self.part})"


Rule: TypeAlias = "Compared | OneOf | IsKnown | Not | AllOf[Rule] | AnyOf[Rule]"


def facts_read(rule: Rule) -> tuple[Read, ...]:
    """The facts that a rule reads, each once, in the order in which it names them."""
    match rule:
        case Not(part):
            return facts_read(part)
        case AllOf(parts) | AnyOf(parts):
            return tuple(dict.fromkeys(read for part in parts for read in facts_read(part)))
    return (rule.fact,)


def values_named(rule: Rule, fact: str) -> tuple[Value, ...]:
    """The values that a rule compares a fact with, each once."""
    match rule:
        case Not(part):
            return values_named(part, fact)
        case AllOf(parts) | AnyOf(parts):
            return tuple(dict.fromkeys(value for part in parts for value in values_named(part, fact)))
        case Compared(read, _, value) if read.fact == fact:
            return (value,)
        case OneOf(read, values) if read.fact == fact:
            return values
    return ()


def written(value: Value) -> str:
    """A value as a rule says it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    """A text as a rule says it: in quotes where it would be read as something else."""
    if PLAIN.fullmatch(text) and not NUMERIC.fullmatch(text) and text.casefold() not in JOINING:
        return text
    return f'"{text}"' if "'" in text else f"'{text}'"
