"""Which sentences errors were that are kept as text, such as a job's reason or a row's (ADR 0101)."""

from __future__ import annotations

import re
from ast import literal_eval
from functools import cache, lru_cache
from string import Formatter

from holdfast.errors import Sentence
from holdfast.words.mistakes import keys

LEAST = 6
"""Sentences with fewer letters of their own, such as `{one}, {other}`, are found in everything."""

LONGEST = 1000
"""Longer texts are shown as they stand: what many places could match takes ever longer to tell apart."""

KIND = re.compile(r"\A(?:HoldfastError|UsageError|BadInput|NoWorkspace|Busy|Unreachable): ")
"""Which error it was, before the text of a job."""

COUNTS, NAMED = frozenset({"count", "dates"}), frozenset({"kind"})
"""Places of whole numbers, and of what is a sentence itself."""

PLACES = {"column": r"[^\s;]+"}
"""What stands in a place where not anything may."""

QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""


def retold(text: str) -> list[str]:
    """The parts of a kept text, each as the sentence that it was, or as it stands where it is none."""
    if isinstance(text, Sentence):
        return [text]
    parts = re.split(r"\n\s*", KIND.sub("", text, count=1).strip())
    return [each for part in parts for each in _several(part)]


@lru_cache(maxsize=4096)
def heard(text: str) -> str:
    """The sentence of an error that reads so, with its values; the text itself where there is none."""
    for english, pattern in _patterns() if len(text) <= LONGEST else ():
        if found := pattern.fullmatch(text):
            return Sentence(english, **{name: _value(name, told) for name, told in found.groupdict().items()})
    return text


def _several(part: str) -> list[str]:
    """One sentence, or the faults of a row one after the other."""
    whole = heard(part)
    if isinstance(whole, Sentence):
        return [whole]
    found = [heard(each) for each in part.split("; ")]
    return found if all(isinstance(each, Sentence) for each in found) else [part]


def _value(name: str, told: str) -> object:
    if told[0] in "'\"" and re.fullmatch(QUOTED, told):
        return literal_eval(told)
    if name in COUNTS and told.isdecimal():
        return int(told)
    return Sentence(told) if name in NAMED else told


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The sentences of errors with what they match, the most of their own letters first."""
    own = {english: sum(map(len, re.findall(r"[^\W\d_]+", _bare(english)))) for english in keys()}
    found = sorted((each for each in own if own[each] >= LEAST), key=lambda each: -own[each])
    return [(english, re.compile(_pattern(english), re.DOTALL)) for english in found]


def _bare(english: str) -> str:
    return "".join(text for text, *_ in Formatter().parse(english))


def _pattern(english: str) -> str:
    parts, seen = [], set[str]()
    for text, name, _, conversion in Formatter().parse(english):
        parts.append(re.escape(text))
        if name is not None:
            inside = QUOTED if conversion else PLACES.get(name, ".+?")
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{inside})")
            seen.add(name)
    return "".join(parts)
