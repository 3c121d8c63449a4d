"""Themes made by people: named, merged, corrected and remembered; what was known before stays."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import holdfast
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.coding import Proposals
from holdfast.insights.hearing.proposing import Proposal
from tests.insights.planted import sentences

BEGIN, END = datetime(2025, 3, 5), datetime(2025, 4, 1)
NEWS = ["My login fails again, password rejected", "The login page rejects my password today"]


def told(space: Workspace, table: str, rows: list[dict[str, Any]], through: datetime = END) -> None:
    file = space.folder.with_name(f"{table}.csv")
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    space.import_files(table, [file], through=through)


def comments(texts: list[str], first: int = 0) -> list[dict[str, Any]]:
    """Comments of ten accounts in turn, an hour apart."""
    return [
        {
            "response_id": f"r{number}",
            "survey_id": "nps",
            "kind": "nps",
            "account_id": f"A{number % 10}",
            "answered_at": BEGIN + timedelta(hours=number),
            "score": 5,
            "comment": text,
        }
        for number, text in enumerate(texts, first)
    ]


TEXTS = [text for language in ("en", "fa") for _, text in sentences(language)]


@pytest.fixture(scope="module")
def company(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Comments in two languages and a ticket with a topic, of ten customers; to be copied."""
    folder = shutil.copytree(empty, tmp_path_factory.mktemp("coding") / "space")
    names = [f"A{number}" for number in range(10)]
    joined = datetime(2025, 1, 1)
    phase = {"plan": "pro", "start_at": joined, "status": "active", "currency": "USD", "unit_amount": 10}
    phases = [
        {"phase_id": f"p{name}", "subscription_id": name, "account_id": name, "interval": "month"} | phase
        for name in names
    ]
    ticket = {"ticket_id": "T1", "account_id": "A1", "created_at": BEGIN, "text": "Hello", "topic": "Billing"}
    with holdfast.open(folder) as space:
        told(space, "accounts", [{"account_id": name, "name": name, "created_at": joined} for name in names])
        told(space, "subscription_phases", phases)
        told(space, "survey_responses", comments(TEXTS))
        told(space, "tickets", [ticket])
    return folder


@pytest.fixture
def heard(company: Path, tmp_path: Path) -> Iterator[Workspace]:
    """The company, to be spoken of."""
    with holdfast.open(shutil.copytree(company, tmp_path / "space")) as space:
        yield space


def about(found: Proposals, word: str) -> Proposal:
    """The proposal that a word tells of."""
    return next(each for each in found.found if word in each.words)


def share(space: Workspace, theme: str, known_at: datetime | None = None) -> Any:
    """The numerator of the theme's share in March."""
    figures = space.kpis(["theme_share"], first="2025-03", last="2025-03", known_at=known_at)
    return next((each.numerator for each in figures if each.of == {"theme": theme}), None)


def test_a_proposal_is_named_and_counts_at_once(heard: Workspace) -> None:
    found = heard.coding.propose()
    assert (found.untold, found.at, found.is_enough) == (len(TEXTS), END, True)
    group = about(found, "login")
    done = heard.coding.name(" login  fails", group.key, by="mina")
    assert (done.theme, set(done.records)) == ("login fails", {each.record for each in group.messages})
    assert share(heard, "login fails") == len(group.messages)
    tags = heard.records("feedback_tags").to_pyarrow().to_pylist()
    assert {tag["coder"] for tag in tags} == {"mina"}
    assert {tag["coded_at"] for tag in tags} == {END - timedelta(microseconds=1)}
    (theme,) = (each for each in heard.themes().found if each.name == "login fails")
    assert theme.is_recurring
    assert heard.coding.propose().untold == len(TEXTS) - len(group.messages)
    assert heard.check() == []


def test_words_name_all_messages_that_have_them(heard: Workspace) -> None:
    done = heard.coding.name("Excel", "EXCEL export", by="mina")
    texts = {f"survey_responses/r{number}": text for number, text in enumerate(TEXTS)}
    wanted = {ref for ref, text in texts.items() if {"excel", "export"} <= set(text.lower().split())}
    assert wanted
    assert set(done.records) == wanted


def test_what_is_like_a_named_theme_is_proposed_for_it_until_it_is_taken_out(heard: Workspace) -> None:
    heard.coding.name("login", about(heard.coding.propose(), "login").key, by="mina")
    told(heard, "survey_responses", comments(NEWS, 500))
    (like,) = (each for each in heard.coding.propose().found if each.theme == "login")
    records = [each.record for each in like.messages]
    assert {"survey_responses/r500", "survey_responses/r501"} <= set(records)
    heard.coding.untag("survey_responses/r501", "Login", by="omar")
    again = [each for each in heard.coding.propose().found if each.theme == "login"]
    assert all(message.record != "survey_responses/r501" for each in again for message in each.messages)
    heard.coding.tag("survey_responses/r501", "login", by="omar")
    assert "survey_responses/r501" not in {
        message.record for each in heard.coding.propose().found for message in each.messages
    }


def test_languages_become_one_theme_by_a_merge_and_before_stays_as_it_was(heard: Workspace) -> None:
    found = heard.coding.propose()
    english = heard.coding.name("price", about(found, "price").key, by="mina")
    persian = heard.coding.name("قیمت", about(found, "قیمت").key, by="mina")
    before = heard.recorded_until
    assert heard.coding.merge("قیمت", "Price", by="omar") == "price"
    both = len(english.records) + len(persian.records)
    assert (share(heard, "price"), share(heard, "قیمت")) == (both, None)
    assert share(heard, "price", before) == len(english.records)
    assert share(heard, "قیمت", before) == len(persian.records)
    assert heard.coding.rename("price", "too dear") == "too dear"
    assert share(heard, "too dear") == both
    assert heard.coding.tag("tickets/T1", "قیمت", by="mina").theme == "too dear"
    assert heard.coding.rename("too dear", "price") == "price"
    assert share(heard, "price") == both + 1


def test_a_topic_and_tags_of_a_tool_follow_their_new_name(heard: Workspace) -> None:
    heard.coding.rename("billing", "invoices")
    tag = {"tag_id": "g1", "source_ref": "survey_responses/r0", "theme": "BILLING", "coded_at": BEGIN}
    told(heard, "feedback_tags", [tag])
    assert {each.name: len(each.records) for each in heard.themes().found} == {"invoices": 2}
    heard.coding.untag("survey_responses/r0", "invoices", by="mina")
    assert {each.name: len(each.records) for each in heard.themes().found} == {"invoices": 1}
    heard.coding.untag("tickets/T1", "invoices")
    assert heard.themes().found == ()


def test_a_correction_holds_under_the_theme_s_later_name(heard: Workspace) -> None:
    group = about(heard.coding.propose(), "login")
    heard.coding.name("login", group.key, by="mina")
    known = heard.recorded_until
    heard.coding.untag(group.messages[0].record, "login", by="omar")
    heard.coding.rename("login", "sign-in")
    assert share(heard, "sign-in") == len(group.messages) - 1
    assert share(heard, "login", known) == len(group.messages)
    heard.coding.tag(group.messages[0].record, "sign-in", by="omar")
    assert share(heard, "sign-in") == len(group.messages)


def test_coders_agree_on_what_they_tagged_and_a_tag_taken_back_is_none(heard: Workspace) -> None:
    def agreement() -> Any:
        (figure,) = heard.kpis(["theme_share.agreement"], first="2025-03", last="2025-03")
        return figure.value

    first, second = "survey_responses/r0", "survey_responses/r1"
    for record, by, theme in (
        (first, "mina", "a"),
        (first, "omar", "a"),
        (second, "mina", "a"),
        (second, "omar", "b"),
    ):
        heard.coding.tag(record, theme, by=by)
    heard.coding.tag(second, "b", by="mina")
    assert agreement() < 1
    heard.coding.untag(second, "a", by="mina")
    heard.coding.tag(first, "a", by="omar")
    rows = heard.records("feedback_tags").to_pyarrow().to_pylist()
    assert sorted((row["source_ref"], row["theme"], row["coder"]) for row in rows) == [
        (first, "a", "mina"), (first, "a", "omar"), (second, "b", "mina"), (second, "b", "omar"),
    ]  # fmt: skip
    assert agreement() == 1


def test_the_same_said_twice_is_kept_once(heard: Workspace) -> None:
    heard.coding.tag("survey_responses/r0", "login", by="mina")
    before = heard.records("feedback_tags").to_pyarrow().to_pylist()
    heard.coding.tag("survey_responses/r0", "Login", by="mina")
    assert heard.records("feedback_tags").to_pyarrow().to_pylist() == before


@pytest.mark.parametrize(
    ("say", "wanted"),
    [
        (lambda coding: coding.name("x", "0123abcd", by="m"), "no proposal"),
        (lambda coding: coding.name("x", "zzz unheard", by="m"), "has the words"),
        (lambda coding: coding.name("", "login", by="m"), "cannot be called"),
        (lambda coding: coding.name("x", "login", by=" "), "by somebody"),
        (lambda coding: coding.tag("tickets/T9", "x", by="m"), "Nobody said"),
        (lambda coding: coding.untag("tickets/T1", "bilings"), "Billing"),
        (lambda coding: coding.merge("billing", "Billing"), "into itself"),
    ],
)
def test_what_cannot_be_is_refused(heard: Workspace, say: Any, wanted: str) -> None:
    with pytest.raises(UsageError) as refused:
        say(heard.coding)
    assert wanted in f"{refused.value.message} {refused.value.hint}"
    assert heard.records("feedback_tags").count().to_pyarrow().as_py() == 0


def test_a_name_that_there_is_calls_for_a_merge(heard: Workspace) -> None:
    heard.coding.tag("survey_responses/r0", "price", by="mina")
    with pytest.raises(UsageError) as refused:
        heard.coding.rename("billing", "Price")
    assert "merge" in str(refused.value.hint)


def test_an_import_of_all_tags_leaves_those_of_people(heard: Workspace, tmp_path: Path) -> None:
    heard.coding.tag("survey_responses/r0", "login", by="mina")
    file = tmp_path / "tags.csv"
    file.write_text("tag_id,source_ref,theme,coded_at\ng1,survey_responses/r1,login,2025-03-02T00:00:00Z\n")
    heard.import_files("feedback_tags", [file], complete=True)
    assert heard.records("feedback_tags").count().to_pyarrow().as_py() == 2
