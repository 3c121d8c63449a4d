"""Proposals of themes, on sentences written for the test: how pure, how steady, what is learned."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from holdfast.insights.hearing.plain import plain, telling_words, words
from holdfast.insights.hearing.proposing import ENOUGH, Message, propose
from tests.insights.planted import OTHERS, PLANTED, sentences

EVERY = [(language, theme, text) for language in PLANTED for theme, text in sentences(language)]
THEME_OF = {text: f"{language} {theme}" for language, theme, text in EVERY}


def messages(texts: Iterable[str]) -> list[Message]:
    """Messages of seven accounts in turn, an hour apart."""
    begin = datetime(2025, 1, 1)
    return [
        Message(f"notes/{number}", f"A{number % 7}", begin + timedelta(hours=number), text)
        for number, text in enumerate(texts)
    ]


PLANTED_MESSAGES = messages([*THEME_OF, *OTHERS])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كتابي", "کتابی"),
        ("مُدَرِّسَة", "مدرسه"),
        ("می‌شود", "میشود"),
        ("ســلام", "سلام"),
        ("أحمد إلى آخر", "احمد الی اخر"),
        ("ज़्यादा", "ज्यादा"),
        ("Café", "CAFE"),
        ("خانهٔ", "خانه"),
    ],
)
def test_what_is_written_in_two_ways_is_one_word(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_words_keep_vowel_signs_and_joiners_and_drop_what_says_little() -> None:
    assert [word.written for word in words("लॉगिन विफल, हुआ।")] == ["लॉगिन", "विफल", "हुआ"]
    assert [word.written for word in words("«نمی‌توانم» ۱۲ بار")] == ["نمی‌توانم", "بار"]
    assert [word.plain for word in telling_words("The export of the report is broken")] == [
        "export",
        "report",
        "broken",
    ]
    assert not telling_words("یک و از به")
    assert not telling_words("yang di dan")
    assert not telling_words("और के में")
    assert not telling_words("في من على")


def test_groups_are_of_one_theme() -> None:
    found = propose(PLANTED_MESSAGES, {}, {})
    inside = sum(len(each.messages) for each in found)
    alike = sum(
        Counter(THEME_OF.get(message.text) for message in each.messages).most_common(1)[0][1]
        for each in found
    )
    assert alike / inside >= 0.98
    assert inside >= 0.9 * len(THEME_OF)
    assert 25 <= len(found) <= 30
    mostly = {
        Counter(THEME_OF.get(each.text) for each in group.messages).most_common(1)[0][0] for group in found
    }
    assert mostly == set(THEME_OF.values())


@pytest.mark.parametrize("language", PLANTED)
def test_a_language_alone_is_grouped_as_well(language: str) -> None:
    texts = [text for _, text in sentences(language)]
    found = propose(messages(texts), {}, {})
    inside = sum(len(each.messages) for each in found)
    alike = sum(
        Counter(THEME_OF[message.text] for message in each.messages).most_common(1)[0][1] for each in found
    )
    assert alike / inside >= 0.9
    assert inside >= 0.75 * len(texts)


def test_the_same_messages_give_the_same_proposals_in_any_order() -> None:
    shuffled = random.Random(3).sample(PLANTED_MESSAGES, len(PLANTED_MESSAGES))
    assert propose(shuffled, {}, {}) == propose(PLANTED_MESSAGES, {}, {})
    keys = [each.key for each in propose(PLANTED_MESSAGES, {}, {})]
    assert len(set(keys)) == len(keys)


def test_telling_words_are_those_of_the_group_as_they_were_written() -> None:
    found = {word: each for each in propose(PLANTED_MESSAGES, {}, {}) for word in each.words[:2]}
    assert {"login", "password", "slow", "export", "support", "ekspor", "निर्यात", "الدخول", "خروجی"} <= set(
        found
    )


def test_too_few_messages_make_no_groups() -> None:
    texts = [f"The export number {'x' * number} fails" for number in range(1, ENOUGH)]
    assert propose(messages(texts), {}, {}) == ()
    assert propose(messages([*texts, "The export fails"]), {}, {})


def test_one_comment_written_often_is_a_group_whatever_its_words() -> None:
    (found,) = propose(messages(["It does what it should."] * ENOUGH), {}, {})
    assert (len(found.messages), len(found.accounts), found.words) == (ENOUGH, 7, ())


def test_nothing_said_in_words_is_nothing() -> None:
    assert propose(messages(["…", "12", "🙂"] * 10), {}, {}) == ()
    assert propose([], {}, {}) == ()


def halves(seed: int) -> tuple[list[Message], dict[str, list[Message]]]:
    """The planted messages: a half without a theme, of the other half each in the theme that it has."""
    known = set(random.Random(seed).sample(sorted(THEME_OF), len(THEME_OF) // 2))
    told: dict[str, list[Message]] = {}
    for each in PLANTED_MESSAGES:
        if each.text in known:
            told.setdefault(THEME_OF[each.text].split()[1], []).append(each)
    return [each for each in PLANTED_MESSAGES if each.text not in known], told


def test_new_messages_are_recalled_for_the_themes_that_people_made() -> None:
    right = wrong = open_ones = 0
    for seed in range(5):
        untold, told = halves(seed)
        open_ones += sum(each.text in THEME_OF for each in untold)
        for each in propose(untold, told, {}):
            for message in each.messages if each.theme else ():
                is_right = THEME_OF.get(message.text, " none").split()[1] == each.theme
                right, wrong = right + is_right, wrong + (not is_right)
    assert right / (right + wrong) >= 0.97
    assert right / open_ones >= 0.85


def test_what_was_taken_out_is_not_recalled_again() -> None:
    untold, told = halves(0)
    (login,) = (each for each in propose(untold, told, {}) if each.theme == "login")
    out = login.messages[0]
    again = {each.theme: each for each in propose(untold, told, {"login": [out]})}
    assert out not in again["login"].messages
    like_it = Message("notes/new", "A1", out.at, f"{out.text}!")
    assert all(
        like_it not in each.messages
        for each in propose([*untold, like_it], told, {"login": [out]})
        if each.theme
    )


def test_a_theme_of_one_message_recalls_nothing() -> None:
    told = {"login": messages(["I cannot log in"])}
    assert all(each.theme is None for each in propose(PLANTED_MESSAGES, told, {}))
