"""Survival, health, risk and experiments from a shell: tables in two scripts, rows for programs, mistakes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from typer.testing import CliRunner

from holdfast.cli import app


def run(demo: Path, *arguments: str, code: int = 0) -> str:
    ran = CliRunner().invoke(app, [*arguments, "--workspace", str(demo)])
    assert ran.exit_code == code, ran.output
    return ran.output


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_survival_by_segment_with_its_test(demo: Path) -> None:
    (first, *_) = json.loads(run(demo, "survival", "--by", "plan", "--format", "json"))
    assert first["segment"] == {"plan": "business"}
    assert 0 <= first["chance"] <= 1
    assert "log-rank" in run(demo, "survival", "--by", "plan", "--lang", "fa")
    assert "--by plan" in run(demo, "survival", code=2)


def test_health_of_all_and_of_one(demo: Path) -> None:
    found = rows(run(demo, "health", "--format", "csv"))
    assert [float(row["score"]) for row in found] == sorted(float(row["score"]) for row in found)
    old = next(row for row in found if row["profile"] == "default")
    account = old["account_id"]
    parts = json.loads(run(demo, "health", "show", account, "--format", "json"))
    assert abs(sum(part["points"] for part in parts) - float(old["score"])) < 1e-9
    moved = rows(run(demo, "health", "show", account, "--since", "2024-08-30", "--format", "csv"))
    assert {row["account_id"] for row in moved} == {account}
    assert "स्वास्थ्य" in run(demo, "health", "show", account, "--lang", "hi")


def test_weights_are_listed_and_mistakes_named(demo: Path) -> None:
    assert rows(run(demo, "health", "weights", "--format", "csv"))[-1]["usage"] == "35.0"
    assert "Did you mean 'usage'" in run(demo, "health", "weights", "default", "usages=3", code=2)
    assert "usage=40" in run(demo, "health", "weights", "default", "usage", code=2)


def test_risk_says_that_there_is_too_little(demo: Path) -> None:
    (card,) = json.loads(run(demo, "risk", "card", "--days", "30", "--format", "json"))
    assert card["shown"] is False
    assert "of 30" in card["evidence"]
    assert "30, 60 or 90" in run(demo, "risk", "--days", "45", code=2)


def test_an_experiment_is_planned(demo: Path) -> None:
    (plan,) = json.loads(run(demo, "experiment", "plan", "--days", "30", "--format", "json"))
    assert 0 < plan["control"] < plan["accounts"]
    assert "No experiment" in run(demo, "experiment", "show", "none", code=2)
    assert run(demo, "experiment", "--lang", "id").strip() == "Belum ada eksperimen."
