"""A condition of a rule made of fields, and a rule made of conditions: what the builder writes as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.criterion import AllOf, AnyOf
from holdfast.errors import Sentence, UsageError, unknown
from holdfast.segments import FACTS, Fact, Kind, Rule, rule
from holdfast.segments.rule import Read, quoted

JOINS = ("and", "or")
NAMED = ("in", "not in", "is known", "is unknown")
ASKING = ("is known", "is unknown")
SIGNS: Mapping[Kind, Sequence[str]] = {
    Kind.TEXT: ("=", "!=", *NAMED),
    Kind.TEXTS: ("=", "!=", *NAMED),
    Kind.NUMBER: (">=", ">", "<=", "<", "=", "!=", *NAMED),
    Kind.EITHER: ("=", "!=", ">=", "<=", *NAMED),
    Kind.SPAN: (">=", ">", "<=", "<", *ASKING),
    Kind.DAY: ("<", "<=", ">", ">=", *ASKING),
}
SHOWN = {"=": "=", "!=": "≠", ">=": "≥", "<=": "≤", ">": ">", "<": "<"}
LETTERS = (Kind.TEXT, Kind.TEXTS)


@dataclass(frozen=True)
class Condition:
    """One comparison as its fields say it; `of` is an event's or attribute's name, `days` a window."""

    fact: Fact
    of: str
    days: str
    sign: str
    value: str

    def __str__(self) -> str:
        """The condition as a rule says it; whether it can be read is for the language of rules to say."""
        days = f"{self.days} days" if self.days else ""
        if self.fact.name == "attributes":
            read = str(Read("attributes", self.of))
        else:
            inside = ", ".join(filter(None, (quoted(self.of) if self.fact.of else "", days)))
            read = f"{self.fact.name}({inside})" if inside else self.fact.name
        if self.sign in ASKING:
            return f"{read} {self.sign}"
        values = [self._said(each.strip()) for each in self._values() if each.strip()]
        value = f"({', '.join(values)})" if self._takes_several else "".join(values)
        return f"{read} {self.sign} {value}"

    @property
    def _takes_several(self) -> bool:
        return self.sign in ("in", "not in")

    def _values(self) -> Sequence[str]:
        return self.value.split(",") if self._takes_several else [self.value]

    def _said(self, value: str) -> str:
        return quoted(value) if self.fact.kind in LETTERS else value


def condition_of(asked: Mapping[str, str]) -> Condition:
    """The condition that the fields say; raises UsageError for a fact or a sign that there is not."""
    name = asked.get("fact") or "mrr"
    if name not in FACTS:
        raise unknown("fact", name, FACTS)
    fact = FACTS[name]
    signs = SIGNS[fact.kind]
    sign = asked.get("sign") or signs[0]
    told = (asked.get(each, "").strip() for each in ("of", "days"))
    of, days = told
    return Condition(
        fact,
        of if fact.of else "",
        days if fact.window != "never" else "",
        sign if sign in signs else signs[0],
        asked.get("value", "").strip(),
    )


def added(text: str, condition: Condition, join: str) -> str:
    """A rule with one condition more; raises UsageError where either cannot be read."""
    if join not in JOINS:
        raise UsageError(
            Sentence("Conditions are not joined by {join!r}.", join=join), hint=" or ".join(JOINS)
        )
    one = rule(str(condition))
    if not text.strip():
        return str(one)
    whole = rule(text)
    made = AllOf if join == "and" else AnyOf
    before = whole.parts if isinstance(whole, made) else (whole,)
    return str(made((*before, one)))


def without(text: str, place: int) -> str:
    """A rule with one of its conditions taken away; empty where it was the only one."""
    whole = rule(text)
    if not isinstance(whole, AllOf | AnyOf):
        return ""
    rest: tuple[Rule, ...] = tuple(part for each, part in enumerate(whole.parts) if each != place)
    return str(rest[0]) if len(rest) == 1 else str(type(whole)(rest))


def conditions(whole: Rule) -> tuple[str, Sequence[str]]:
    """How the conditions of a rule are joined, and each as it reads."""
    if isinstance(whole, AllOf | AnyOf):
        return ("and" if isinstance(whole, AllOf) else "or"), [str(part) for part in whole.parts]
    return "and", [str(whole)]
