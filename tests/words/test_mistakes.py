"""Errors in the reader's language: every sentence of theirs stands in the catalogue, once."""

from __future__ import annotations

import ast
import copy
import pickle
from collections import Counter
from collections.abc import Iterator
from string import Formatter

import pytest

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.periods import Calendar
from holdfast.segments.language import rule
from holdfast.words import LANGUAGES
from holdfast.words.mistakes import OF_ERRORS, can_tell, keys, told
from holdfast.words.sentences import messages, sentences
from tests.walls.source import ROOT

OF_PAGES = (
    "segments",
    "rulebook.py",
    "flow/knowing/settings.py",
    "flow/knowing/values.py",
    "flow/aims",
    "flow/judging/journeys.py",
    "web/alerts",
    "web/causes",
    "web/customers",
    "web/dashboards",
    "web/data",
    "web/digests",
    "web/feedback",
    "web/making.py",
    "web/pages",
    "web/persons",
    "web/reports",
    "web/targets",
    "web/team",
    "web/uploads.py",
    "web/workspaces",
)
"""What raises the errors that pages show, whose kinds of names are to be told too."""

RULES = {
    "mrr >= ": "at its end there should be a number.",
    "mmr > 5": "No fact is called 'mmr'.",
    "(mrr > 5": "at its end there should be ), and or or.",
    "mrr > 5 and country = DE or plan = x": "at word 8, 'or', there should be and or the end of the rule.",
}


def calls(name: str, within: tuple[str, ...] = ("",)) -> Iterator[ast.expr]:
    """The first arguments of the calls of a function in the source."""
    top = ROOT / "src" / "holdfast"
    for file in top.rglob("*.py"):
        if not str(file.relative_to(top)).startswith(within):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield from node.args[:1]


def texts(found: Iterator[ast.expr]) -> set[str]:
    plain = (ast.walk(each) for each in found if isinstance(each, ast.Constant | ast.IfExp))
    return {node.value for each in plain for node in each if _is_text(node)}  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_sentence_of_an_error_is_in_the_catalogue() -> None:
    assert sorted(texts(calls("Sentence")) - {"Saturday == 5"} - set(keys())) == []
    assert sorted(texts(calls("unknown", OF_PAGES)) - set(keys())) == []


def test_no_two_sentences_of_errors_are_alike() -> None:
    english = Counter(text for key, text in sentences("en").items() if key.startswith(OF_ERRORS))
    assert [text for text, many in english.items() if many > 1] == []


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_translations_put_values_as_they_are(language: str) -> None:
    """What is set apart for pages would be told in escapes by `!r`."""
    for key, _, sentence in messages(f"{language}.po"):
        if key.startswith(OF_ERRORS):
            assert not any(conversion for *_, conversion in Formatter().parse(sentence)), key


@pytest.mark.parametrize(("text", "said"), RULES.items())
def test_what_is_wrong_in_a_rule_is_told_in_every_language(text: str, said: str) -> None:
    with pytest.raises(UsageError) as wrong:
        rule(text)
    message, hint = wrong.value.message, wrong.value.hint
    assert message.endswith(said)
    assert hint is not None
    for language in LANGUAGES:
        assert can_tell(message, language)
        assert can_tell(hint, language)
        assert (told(message, language) == message) == (language == "en")
        assert (told(hint, language) == hint) == (language == "en")


def test_sentences_within_sentences_are_told_too() -> None:
    with pytest.raises(UsageError) as wrong:
        rule("mrr >= ")
    assert told(wrong.value.message, "fa") == "«mrr >= » قاعده نیست: در پایان آن باید یک عدد باشد."
    with pytest.raises(UsageError) as other:
        Calendar().period("month", "2025-Q2")
    assert told(other.value.message, "fa") == "«2025-Q2» نام فصل است، نه ماه."
    assert told(other.value.message, "en") == "'2025-Q2' names a quarter, not a month."


def test_values_are_set_apart_and_what_is_not_known_stays_english() -> None:
    found = unknown("thing {x}", "a{b}", ["a"])
    assert found.message == "No thing {x} is called 'a{b}'."
    assert told(found.message, "fa", lambda value: f"<{value}>") == "<thing {x}> با نام «<a{b}>» وجود ندارد."
    assert told("Plain.", "fa") == "Plain."
    assert not can_tell("Plain.", "fa")
    assert can_tell("Plain.", "en")


def test_a_sentence_is_text_that_can_be_copied() -> None:
    made = Sentence("{name!r} sets nothing.", name="a")
    assert made == "'a' sets nothing."
    for again in (copy.copy(made), pickle.loads(pickle.dumps(made))):  # noqa: S301
        assert (again, again.english, again.values) == (made, made.english, made.values)
