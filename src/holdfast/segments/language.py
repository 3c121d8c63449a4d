"""The language of rules: `mrr >= 500 and country in (ID, MY) and tenure >= 6 months`.

Read by parsy, which tells how far a text could be read and what could have come there. What a
fact can be compared with is known when it is named, so that a mistake is told at its own word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

from parsy import ParseError, eof, fail, forward_declaration, regex, seq, string, success

from holdfast.criterion import AllOf, AnyOf
from holdfast.errors import Sentence, UsageError, nearest, unknown
from holdfast.segments.facts import FACTS, Fact, Kind, find_fact
from holdfast.segments.rule import Ago, Compared, IsKnown, Not, OneOf, Read, Rule, Span

EXAMPLE = "mrr >= 500 and country in (ID, MY) and tenure >= 6 months"
SPACE = regex(r"\s*")
END = Sentence("the end of the rule")
DAYS = {"day": 1, "week": 7}
MIRRORED = {"==": "=", "<>": "!="}
MOST_DAYS = 36500


def rule(text: str) -> Rule:
    """The rule that a text says; raises UsageError with the word at fault and what would be right."""
    try:
        found: Rule = (SPACE >> RULE << eof.desc(END)).parse(text)
    except ParseError as wrong:
        raise _unreadable(text, wrong) from None
    return found


def _word(pattern: str, name: str = "") -> Any:
    return (regex(rf"(?:{pattern})(?![\w-])", re.IGNORECASE) << SPACE).desc(name or pattern)


def _sign(text: str) -> Any:
    return (string(text) << SPACE).desc(text)


AND, OR, NOT, IN, IS = (_word(word) for word in ("and", "or", "not", "in", "is"))
KNOWN, UNKNOWN = _word("known"), _word("unknown")
OPEN, CLOSE, COMMA = map(_sign, "(),")
QUOTED = regex(r"'([^']*)'|\"([^\"]*)\"").map(lambda text: text[1:-1])
BARE = regex(r"""(?!(?:and|or|not)(?![\w-]))[^\s(),<>=!'"]+""", re.IGNORECASE)
TEXT = ((QUOTED | BARE) << SPACE).desc(Sentence("a text"))
NUMBER = (regex(r"-?\d+(\.\d{1,9})?(?![\w.-])").map(Decimal) << SPACE).desc(Sentence("a number"))
COUNT = (regex(r"[1-9]\d{0,4}(?![\w-])").map(int) << SPACE).desc(Sentence("a number"))
UNIT = regex(r"(day|week|month|year)s?(?!\w)", re.IGNORECASE).map(lambda word: word.casefold().rstrip("s"))
SPAN = seq(COUNT, (UNIT << SPACE).desc(Sentence("days, weeks, months or years"))).combine(Span)
WINDOW = seq(COUNT, (UNIT << SPACE).desc(Sentence("days or weeks"))).combine(Span)
NAME = (regex(r"[^\W\d]\w*") << SPACE).desc(Sentence("a fact such as mrr"))


def _day(text: str) -> Any:
    try:
        return success(date.fromisoformat(text))
    except ValueError:
        return fail(Sentence("a day that there is"))


DATE = (regex(r"\d{4}-\d{2}-\d{2}(?!\w)").bind(_day) << SPACE).desc(Sentence("a day such as 2025-04-30"))
DAY = DATE | (SPAN << _word("ago")).map(Ago)
VALUES = {
    Kind.TEXT: TEXT,
    Kind.TEXTS: TEXT,
    Kind.NUMBER: NUMBER,
    Kind.EITHER: NUMBER | TEXT,
    Kind.SPAN: SPAN,
    Kind.DAY: DAY,
}
EQUAL, ORDER = ("==", "=", "!=", "<>"), ("<=", ">=", "<", ">")
SIGNS = {
    Kind.TEXT: EQUAL,
    Kind.TEXTS: EQUAL,
    Kind.NUMBER: (*EQUAL, *ORDER),
    Kind.EITHER: EQUAL,
    Kind.SPAN: ORDER,
    Kind.DAY: ORDER,
}
TOLD = {
    EQUAL: Sentence("= or !="),
    ORDER: Sentence("< <= > or >="),
    (*EQUAL, *ORDER): Sentence("= != < <= > or >="),
}


def _comparison(name: str) -> Any:
    fact = find_fact(name)
    return _reading(fact).bind(lambda read: _judged(fact, read))


def _reading(fact: Fact) -> Any:
    """What stands in brackets after a fact, or after its dot: a name, a number of days."""
    if fact.name == "attributes":
        return (
            (string(".") >> (QUOTED | regex(r"[\w-]+")) << SPACE)
            .desc(".NAME")
            .map(lambda of: Read(fact.name, of))
        )
    window = WINDOW.bind(_days_of)
    if fact.of:
        inside = seq(TEXT.desc(Sentence(fact.of)), (COMMA >> window).optional())
        return (OPEN >> inside << CLOSE).combine(lambda of, days: Read(fact.name, of, days))
    if fact.window == "never":
        return success(Read(fact.name))
    asked = (OPEN >> window << CLOSE).map(lambda days: Read(fact.name, None, days))
    return asked if fact.window == "must" else asked | success(Read(fact.name))


def _days_of(span: Span) -> Any:
    days = span.count * DAYS.get(span.unit, 0)
    return success(days) if 0 < days <= MOST_DAYS else fail(Sentence("days or weeks"))


def _judged(fact: Fact, read: Read) -> Any:
    """What a fact can be asked: a comparison, one of several values, or whether it is known."""
    value = VALUES[fact.kind].map(lambda each: _allowed(fact, each))
    compared = seq(_signs(SIGNS[fact.kind]), value).combine(
        lambda sign, each: _negated(sign == "!=", Compared(read, "=" if sign == "!=" else sign, each))
    )
    known = IS >> (KNOWN.result(IsKnown(read)) | UNKNOWN.result(Not(IsKnown(read))))
    if fact.kind in (Kind.SPAN, Kind.DAY):
        return compared | known
    several = seq(NOT.optional() << IN, OPEN >> value.sep_by(COMMA, min=1) << CLOSE).combine(
        lambda negated, values: _negated(bool(negated), OneOf(read, tuple(dict.fromkeys(values))))
    )
    if fact.kind is Kind.EITHER:
        ordered = seq(_signs(ORDER), NUMBER).combine(lambda sign, each: Compared(read, sign, each))
        return compared | ordered | several | known
    return compared | several | known


def _signs(signs: tuple[str, ...]) -> Any:
    pattern = "|".join(sorted(map(re.escape, signs), key=len, reverse=True))
    return (regex(rf"(?:{pattern})(?![<>=!])").map(lambda sign: MIRRORED.get(sign, sign)) << SPACE).desc(
        TOLD[signs]
    )


def _allowed(fact: Fact, value: Any) -> Any:
    if fact.values and value not in fact.values:
        raise unknown(fact.name, value, fact.values)
    return value


def _negated(negated: bool, part: Rule) -> Rule:
    return Not(part) if negated else part


def _opposite(part: Rule) -> Rule:
    return part.part if isinstance(part, Not) else Not(part)


RULE = forward_declaration()
PART = forward_declaration()
PART.become((NOT >> PART).map(_opposite) | (OPEN >> RULE << CLOSE) | NAME.bind(_comparison))


def _joined(first: Rule) -> Any:
    """Parts joined by `and`, or by `or`; never both without brackets."""
    every = (AND >> PART).at_least(1).map(lambda more: AllOf((first, *more)))
    some = (OR >> PART).at_least(1).map(lambda more: AnyOf((first, *more)))
    return every | some | success(first)


RULE.become(PART.bind(_joined))


def _unreadable(text: str, wrong: ParseError) -> UsageError:
    rest = text[wrong.index :].split(maxsplit=1)
    number = len(text[: wrong.index].split()) + 1
    word = rest[0] if rest else ""
    place = Sentence("at its end")
    if word:
        place = Sentence("at word {number}, {word!r},", number=number, word=word)
    wanted = sorted(wrong.expected, key=lambda each: (each == END, each))
    hint = Sentence("Such as: {example}", example=_example(text[: wrong.index]))
    if word.casefold() in ("and", "or") and {"and", "or"} & set(wanted):
        hint = Sentence(
            "'and' and 'or' stand side by side; brackets say what belongs together: (a and b) or c"
        )
    elif near := nearest(word, re.findall(r"[a-z]{2,}", " ".join(wanted))):
        hint = Sentence("Did you mean {near!r}?", near=near)
    values = {"rule": text, "place": place, "wanted": _either(wanted)}
    return UsageError(Sentence("{rule!r} is no rule: {place} there should be {wanted}.", **values), hint=hint)


def _example(read: str) -> str:
    """A comparison of the fact that was named last."""
    named = [word.casefold() for word in re.findall(r"[^\W\d]\w*", read) if word.casefold() in FACTS]
    return FACTS[named[-1]].example if named else EXAMPLE


def _either(wanted: Iterable[str]) -> str:
    *others, last = wanted
    if not others:
        return last
    before = reduce(lambda one, other: Sentence("{one}, {other}", one=one, other=other), others)
    return Sentence("{one} or {other}", one=before, other=last)
