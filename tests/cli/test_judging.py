"""Survival, health, risk and experiments from a shell: tables in two scripts, rows for programs, mistakes."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

from typer.testing import CliRunner

from holdfast.cli import app

EVENTS = "SELECT event_id FROM events WHERE name IN ('task_completed', 'report_created')"


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
    card, renewing = json.loads(run(demo, "risk", "card", "--days", "30", "--format", "json"))
    assert card["shown"] is False
    assert "of 30" in card["evidence"]
    assert renewing["of"] == "by_renewal"
    assert renewing["shown"] is False
    assert "of 30" in renewing["evidence"]
    assert "30, 60 or 90" in run(demo, "risk", "--days", "45", code=2)


def test_worth_says_that_there_is_too_little(demo: Path) -> None:
    assert json.loads(run(demo, "worth", "--format", "json")) == []
    (card,) = json.loads(run(demo, "worth", "card", "--format", "json"))
    assert card["shown"] is False
    assert "of 30 to learn" in card["evidence"]
    account = rows(run(demo, "health", "--format", "csv"))[0]["account_id"]
    for told in (("worth",), ("worth", "card"), ("worth", "show", account)):
        assert "شواهد کافی نیست" in run(demo, *told, "--lang", "fa")
    assert "at least one month" in run(demo, "worth", "--discount", "2", code=2)


def test_behaviours_say_that_there_is_too_little(demo: Path) -> None:
    (few,) = json.loads(run(demo, "behaviours", "--format", "json"))
    assert (few["evidence"], few["needed"]) == ("too_few", 30)
    assert "شواهد کافی نیست" in run(demo, "behaviours", "--lang", "fa")
    assert "There is no behaviour 1" in run(demo, "behaviours", "--adopt", "1", code=2)


def test_returns_of_both_sides_and_the_accounts_behind(demo: Path, tmp_path: Path) -> None:
    assert "holdfast settings activation" in run(demo, "behaviours", "returns", code=2)
    space = shutil.copytree(demo, tmp_path / "space")
    run(space, "settings", "activation", "3 report_created and 1 teammate_invited within 14 days")
    first, *_, last = json.loads(run(space, "behaviours", "returns", "--format", "json"))
    assert (first["times"], last["times"]) == (1, 4)
    assert first["met_returned"] >= last["met_returned"]
    behind = rows(run(space, "behaviours", "returns", "--accounts"))
    assert len(behind) == first["met"] + first["not_met"] > 0
    assert "مهلت فعال" in run(space, "behaviours", "returns", "--lang", "fa")
    assert "1 to 366" in run(space, "behaviours", "returns", "--days", "0", code=2)


def test_journeys_lead_from_a_setting_to_the_events_behind(demo: Path, tmp_path: Path) -> None:
    space = shutil.copytree(demo, tmp_path / "space")
    assert "holdfast settings journey" in run(space, "journeys", code=2)
    run(space, "settings", "journey", "signed up > task_completed > 2 report_created")
    found = rows(run(space, "journeys", "--format", "csv"))
    assert {row["stage"] for row in found} == {"1", "2"}
    first, second = (row for row in found if row["persona"] == "analyst")
    assert (first["reached"], second["event"], second["count"]) == (second["before"], "report_created", "2")
    who = json.loads(run(space, "journeys", "show", "analyst", "report_created", "--format", "json"))
    assert len(who) == int(second["before"])
    assert sum(row["reached"] for row in who) == int(second["reached"])
    events = {f"events/{row['event_id']}" for row in rows(run(space, "sql", EVENTS, "--format", "csv"))}
    assert {each["record"] for row in who for each in row["records"]} <= events
    assert "पर्सोना" in run(space, "journeys", "--lang", "hi")
    assert "Did you mean 'analyst'" in run(space, "journeys", "show", "analist", "1", code=2)
    assert "1 to 366" in run(space, "journeys", "--days", "0", code=2)


def test_causes_add_up_and_mistakes_are_named(demo: Path) -> None:
    found = json.loads(run(demo, "causes", "--format", "json"))
    period = ("--grain", "trailing_12_months", "--from", found[0]["period"], "--to", found[0]["period"])
    (churned,) = json.loads(run(demo, "kpis", "mrr_churn", *period, "--format", "json"))
    assert abs(sum(each["mrr"] for each in found) - churned["value"]) < 1e-6
    lost = rows(run(demo, "causes", "show", found[0]["cause"], "--format", "csv"))
    assert sum(row["lost"] == "true" for row in lost) == found[0]["accounts"]
    assert "علت" in run(demo, "causes", "--lang", "fa")
    assert "Did you mean 'price'" in run(demo, "causes", "show", "prise", code=2)


def test_advocates_come_with_their_reasons(demo: Path) -> None:
    found = json.loads(run(demo, "advocates", "--format", "json"))
    kinds = [each["kind"] for each in found]
    assert kinds == sorted(kinds)
    assert {"advocate", "power_user", "promoter"} >= {*kinds} > {"power_user"}
    assert all("often" in each["reasons"] for each in found if each["kind"] != "promoter")
    assert "کاربر" in run(demo, "advocates", "--lang", "fa")
    assert len(rows(run(demo, "advocates", "--segment", "mrr >= 200", "--format", "csv"))) < len(found)


def test_themes_are_counted_by_account(demo: Path) -> None:
    found = json.loads(run(demo, "themes", "--format", "json"))
    assert all(each["recurring"] == (each["accounts"] >= 3) for each in found)
    assert {"bug", "how_to"} <= {each["theme"] for each in found}
    assert "حساب" in run(demo, "themes", "--lang", "ar")


def test_an_experiment_is_planned(demo: Path) -> None:
    (plan,) = json.loads(run(demo, "experiment", "plan", "--days", "30", "--format", "json"))
    assert 0 < plan["control"] < plan["accounts"]
    assert "No experiment" in run(demo, "experiment", "show", "none", code=2)
    assert run(demo, "experiment", "--lang", "id").strip() == "Belum ada eksperimen."


def test_warnings_are_listed_with_their_records_and_their_card(demo: Path) -> None:
    found = json.loads(run(demo, "warnings", "--format", "json"))
    stakes = [float(row["mrr_at_stake"]) for row in found]
    assert stakes == sorted(stakes, reverse=True)
    first = found[0]
    assert first["records"][0].keys() == {"table", "record", "since"}
    assert "हर प्रकार की चेतावनी" in run(demo, "warnings", "card", "--lang", "hi")
    fired = rows(run(demo, "warnings", "show", first["account_id"], "--format", "csv"))
    assert first["kind"] in {row["kind"] for row in fired}
    assert "Did you mean 'usage_fall'" in run(demo, "warnings", "--kind", "usage_fal", code=2)
    assert {row["rule"] for row in json.loads(run(demo, "warnings", "rules", "--format", "json"))} > {
        "card_days"
    }
