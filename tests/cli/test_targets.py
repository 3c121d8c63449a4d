"""Targets from a shell: proposed, set, listed, shown, revised, dropped; mistakes get words and a code."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from holdfast.cli import app

EVERY = ("--grain", "week")
DUE = "2024-W40"


@pytest.fixture(scope="module")
def place(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of its own, to set targets in."""
    folder = tmp_path_factory.mktemp("aimed") / "workspace"
    shutil.copytree(demo, folder)
    return folder


def said(place: Path, *arguments: str, code: int = 0) -> str:
    answer = CliRunner().invoke(app, ["targets", *arguments, "-w", str(place)])
    assert answer.exit_code == code, answer.output
    assert "Traceback" not in answer.output
    return answer.output


def told(place: Path, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said(place, *arguments, "--format", "json"))
    return found


def test_a_target_from_its_proposal_to_its_end(place: Path) -> None:
    assert "No target is set yet" in said(place)
    (proposal,) = told(place, "propose", "weekly_active_users", "--by-date", DUE, *EVERY)
    assert proposal["ambitious"] >= proposal["cautious"]
    assert {"middle", "best_periods", "slope", "expected", "error", "naive_error"} <= set(proposal)
    page = said(place, "propose", "weekly_active_users", "--by-date", DUE, *EVERY)
    assert f"Set one: holdfast targets set weekly_active_users {proposal['cautious']}" in page
    value = str(proposal["cautious"])
    (made,) = told(place, "set", "weekly_active_users", value, "--date", DUE, *EVERY, "--owner", "ana")
    assert (made["value"], made["owner"], made["by"]) == (proposal["cautious"], "ana", "ana")
    assert made["state"] in {"on_course", "attainable", "unlikely"}
    assert made["expected_low"] <= made["expected"] <= made["expected_high"]
    name = made["target_id"][:8]
    listed = said(place)
    assert name in listed
    assert "Weekly active users" in listed
    revised = said(place, "revise", name, "--owner", "bo", "--reason", "ana left", "--who", "cy")
    assert "ana left" in revised
    assert "Mean error" in revised
    versions = list(csv.DictReader(io.StringIO(said(place, "history", name))))
    assert [(each["owner"], each["by"], each["reason"]) for each in versions] == [
        ("ana", "ana", ""),
        ("bo", "cy", "ana left"),
    ]
    assert told(place, "show", name)[0]["owner"] == "bo"
    said(place, "drop", name, "--reason", "only a try")
    assert told(place) == []
    assert told(place, "--all")[0]["state"] == "dropped"


def test_a_short_history_says_so(place: Path) -> None:
    (made,) = told(place, "set", "mrr", "99000", "--date", "2025-06", "--owner", "ana")
    assert (made["state"], made["unit"], made["expected"]) == ("too_little_history", "USD", None)
    assert "12 are needed" in said(place, "show", made["target_id"])
    said(place, "drop", made["target_id"], "--reason", "only a try")


@pytest.mark.parametrize("language", ["hi", "id", "ar", "fa"])
def test_a_proposal_is_said_in_every_language(place: Path, language: str) -> None:
    page = said(place, "propose", "customers", "--by-date", DUE, *EVERY, "--lang", language)
    assert "Cautious" not in page
    assert "Expected" not in page


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["set", "customer_churn_rate", "250%", "--date", "2025-06", "--owner", "a"], 2, "0 % and 100 %"),
        (["set", "customer_churn_rate", "2%", "--date", "2024-02", "--owner", "a"], 2, "2024-02 is over"),
        (["set", "customer_churn_rate", "2%", "--date", "2025-06"], 2, "--owner"),
        (["set", "time_on_platform", "9", "--date", "2025-06", "--owner", "a"], 2, "--direction higher"),
        (["set", "customer_churn", "2%", "--date", "2025-06", "--owner", "a"], 2, "Did you mean"),
        (["set", "mrr", "9", "--date", "2025-13", "--owner", "a"], 2, "2025-13"),
        (
            ["set", "mrr", "9", "--date", "2025-06", "--owner", "a", "--segment", "pro"],
            2,
            "No segment is called",
        ),
        (["set", "mrr", "9", "--date", "2025-06", "--owner", "a", "--direction", "up"], 2, "--direction"),
        (["set", "activation_rate", "9%", "--date", "2025-06", "--owner", "a"], 2, "needs the setting"),
        (["revise", "zz", "--value", "3", "--reason", "b"], 2, "No target has the id"),
        (["revise", "zz", "--value", "3"], 2, "--reason"),
        (["drop", "zz", "--reason", "b"], 2, "No target has the id"),
        (["show"], 2, "ID"),
        (["propose", "nps", "--by-date", "2025-06"], 2, "too little history"),
    ],
)
def test_a_mistake_has_words_and_a_code(place: Path, arguments: list[str], code: int, words: str) -> None:
    assert words in said(place, *arguments, code=code)


@pytest.mark.parametrize("command", ["", "propose", "set", "show", "history", "revise", "drop"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    answer = CliRunner().invoke(app, ["targets", *command.split(), "--help"])
    assert answer.exit_code == 0
    assert "Examples:" in answer.output
    assert f"holdfast targets {command}" in answer.output


def test_kpis_are_chosen_for_a_goal(place: Path) -> None:
    def chosen(*arguments: str) -> str:
        answer = CliRunner().invoke(app, ["choose", *arguments, "-w", str(place)])
        assert answer.exit_code == 0, answer.output
        return answer.output

    rows = json.loads(chosen("--goal", "fewer customers leave in their first 90 days", "--format", "json"))
    assert {row["goal"] for row in rows} == {"new_customers"}
    assert 1 <= len(rows) <= 7
    assert all(row["because"] and row["ready"] and row["link"] for row in rows)
    assert list(rows[0]) == list(
        csv.DictReader(io.StringIO(chosen("--goal", "support", "-f", "csv"))).fieldnames or ()
    )
    for language, word in (("hi", "सहायता"), ("id", "dukungan"), ("ar", "دعم"), ("fa", "پشتیبانی")):
        assert word in chosen("--goal", "support", "--lang", language)
