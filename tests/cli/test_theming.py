"""`holdfast themes` and its commands: themes proposed, named and corrected, in every format and language."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest

import holdfast
from tests.cli.test_judging import run
from tests.insights.planted import sentences

PHASE = "phase_id,subscription_id,account_id,plan,start_at,status,currency,unit_amount,interval"
COMMENT = "response_id,survey_id,kind,account_id,answered_at,score,comment"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of forty comments of eight accounts."""
    folder = tmp_path_factory.mktemp("theming")
    lines = {
        "subscription_phases": [PHASE, "p1,s1,A1,pro,2025-01-10T00:00:00Z,active,USD,100,month"],
        "survey_responses": [COMMENT],
    }
    for number, (_, text) in enumerate(sentences("en")):
        lines["survey_responses"].append(f'r{number},s,nps,A{number % 8},2025-03-20T10:00:00Z,5,"{text}"')
    with holdfast.create(folder / "space") as space:
        for table, rows in lines.items():
            file = folder / f"{table}.csv"
            file.write_text("\n".join(rows) + "\n")
            space.import_files(table, [file], through=datetime(2025, 4, 1))
    return folder / "space"


def test_a_theme_from_its_proposal_to_its_correction(told: Path) -> None:
    proposed = json.loads(run(told, "themes", "propose", "--format", "json"))
    sizes = [each["accounts"] for each in proposed]
    assert sizes == sorted(sizes, reverse=True)
    login = next(each for each in proposed if "login" in each["words"])
    assert login["examples"][0]["record"] == login["records"][0]
    shown = run(told, "themes", "propose")
    assert login["proposal"] in shown
    assert "holdfast themes name" in shown
    assert f"{login['messages']} messages" in run(
        told, "themes", "name", "login", "--of", login["proposal"], "--by", "mina"
    )
    first = login["records"][0]
    assert run(told, "themes", "rename", "login", "sign-in").strip() == "login is called sign-in now."
    assert "is not about sign-in" in run(told, "themes", "untag", first, "sign-in", "--by", "omar")
    assert "is about sign-in" in run(told, "themes", "tag", first, "sign-in", "--by", "mina")
    run(told, "themes", "name", "access", "--of", "rude", "--by", "mina")
    assert run(told, "themes", "merge", "access", "sign-in").strip() == "access is part of sign-in now."
    (theme,) = json.loads(run(told, "themes", "--format", "json"))
    assert (theme["theme"], theme["items"]) == ("sign-in", login["messages"] + 1)


def test_proposals_in_rows_and_in_other_languages(told: Path) -> None:
    (row, *_) = csv.DictReader(StringIO(run(told, "themes", "propose", "--format", "csv")))
    assert list(row) == ["proposal", "theme", "words", "accounts", "messages", "records", "examples"]
    for language, word in (("fa", "پیام"), ("ar", "رسائل"), ("id", "Pesan"), ("hi", "संदेश")):
        assert word in run(told, "themes", "propose", "--lang", language)


def test_few_messages_are_said_to_be_few(demo: Path) -> None:
    assert "too few" in run(demo, "themes", "propose")


def test_mistakes_say_what_would_be_right(told: Path) -> None:
    assert "themes propose" in run(told, "themes", "name", "x", "--of", "0123abcd", "--by", "mina", code=2)
    assert "--by" in run(told, "themes", "tag", "tickets/T1", "x", code=2)
    assert "Nobody said" in run(told, "themes", "tag", "tickets/T1", "x", "--by", "mina", code=2)
