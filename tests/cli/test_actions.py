"""Actions from a shell: added for a cause, listed, shown, done, dropped; in words, JSON and CSV."""

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
from holdfast.report.actions import COLUMNS

FOR = ("--cause", "price", "--kpi", "mrr_churn", "--owner", "ana")


@pytest.fixture(scope="module")
def place(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of its own, to add actions to."""
    folder = tmp_path_factory.mktemp("acted") / "workspace"
    shutil.copytree(demo, folder)
    return folder


def said(place: Path, *arguments: str, code: int = 0) -> str:
    answer = CliRunner().invoke(app, ["actions", *arguments, "-w", str(place)])
    assert answer.exit_code == code, answer.output
    assert "Traceback" not in answer.output
    return answer.output


def told(place: Path, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said(place, *arguments, "--format", "json"))
    return found


def test_an_action_from_its_beginning_to_its_end(place: Path) -> None:
    assert "No action is kept yet" in said(place)
    begun = ("--begun", "2024-05-01", "--due", "2024-05-31")
    (made,) = told(place, "add", "Annual plans", *FOR, *begun)
    assert tuple(made) == COLUMNS
    assert (made["title"], made["state"], made["by"], made["unit"]) == ("Annual plans", "open", "ana", "USD")
    assert (made["before_label"], made["since_label"]) == ("2024-04", "2024-07")
    assert made["difference"] == pytest.approx(made["since"] - made["before"])
    assert made["verdict"] == ("rose" if made["difference"] > 0 else "fell")
    name = made["action_id"][:8]
    page = said(place, "show", name)
    assert f"Measured result: {made['verdict']} from USD" in page
    assert "observed, not caused" in page.replace("\n", " ")
    (early,) = told(place, "add", "A call", *FOR, "--due", "2024-12-31", "--by", "bo")
    assert (early["verdict"], early["reason"], early["difference"], early["by"]) == (
        "unknown",
        "too_early",
        None,
        "bo",
    )
    listed = said(place)
    assert name in listed
    assert "too early to say" in listed
    (done,) = told(place, "done", name, "--word", "Each got an offer.", "--by", "cy")
    assert (done["state"], done["word"], done["since_label"]) == ("done", "Each got an offer.", "2024-06")
    assert "Each got an offer." in said(place, "show", name)
    said(place, "drop", early["action_id"], "--word", "too costly")
    rows = list(csv.DictReader(io.StringIO(said(place, "--format", "csv"))))
    assert [row["action_id"] for row in rows] == [made["action_id"]]
    assert {row["state"] for row in told(place, "--all")} == {"done", "dropped"}
    assert told(place, "--known-at", made["recorded_at"])[0]["state"] == "open"


def test_the_list_speaks_other_languages(place: Path) -> None:
    said(place, "add", "Plans", *FOR, "--begun", "2024-05-01", "--due", "2024-12-31")
    for language, word in (("fa", "مشاهده است"), ("ar", "ملاحظة"), ("hi", "देखा गया है"), ("id", "teramati")):
        assert word in said(place, "--lang", language)


def test_mistakes_say_what_would_be_right(place: Path) -> None:
    wrong = ("add", "x", "--kpi", "mrr", "--owner", "ana", "--due", "2025-01-01", "--cause", "prise")
    assert "Did you mean 'price'?" in said(place, *wrong, code=2)
    assert "holdfast actions shows them" in said(place, "show", "nothing", code=2)
    assert "needs a word" in said(place, "done", told(place)[0]["action_id"], "--word", " ", code=2)
