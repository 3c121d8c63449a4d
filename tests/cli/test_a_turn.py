"""One turn of the river from a shell: made, filled, asked, mended, checked, erased."""

from __future__ import annotations

import csv
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import holdfast
from holdfast.cli import app

ACCOUNTS = """account_id,created_at,country
a,2025-01-05T00:00:00Z,DE
b,2025-01-09T00:00:00Z,FR
c,2025-02-02T00:00:00Z,DE
"""
PHASES = """phase_id,subscription_id,account_id,plan,start_at,end_at,status,currency,unit_amount,interval
1,s1,a,Pro,2025-01-05T00:00:00Z,,active,EUR,100,month
2,s2,b,Pro,2025-01-09T00:00:00Z,2025-03-10T00:00:00Z,active,EUR,50,month
3,s3,c,Basic,2025-02-02T00:00:00Z,,active,EUR,20,month
"""


def run(*arguments: object, code: int = 0, given: str | None = None) -> str:
    wide = {"COLUMNS": "140"}
    answer: Result = CliRunner().invoke(app, [str(each) for each in arguments], input=given, env=wide)
    assert answer.exit_code == code, f"{answer.output}\n{answer.exception!r}"
    return answer.output


def exactly(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with three accounts, one of which left in March."""
    folder = tmp_path_factory.mktemp("turn")
    (folder / "exports").mkdir()
    (folder / "exports/accounts.csv").write_text(ACCOUNTS)
    (folder / "exports/subscription_phases.csv").write_text(PHASES)
    space = folder / "acme"
    run("init", space, "--currency", "EUR", "--zone", "UTC")
    run("import", "--folder", folder / "exports", "--through", "2025-04-30", "-w", space)
    return space


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    return Path(shutil.copytree(made, tmp_path / "acme"))


def test_the_same_file_twice_changes_nothing_and_says_so(own: Path, made: Path) -> None:
    said = run("import", "accounts", made.parent / "exports/accounts.csv", "-w", own)
    assert "accounts: 3 rows, all as before; nothing changed" in said


def test_a_changed_row_is_a_new_version(own: Path, tmp_path: Path) -> None:
    changed = tmp_path / "accounts.csv"
    changed.write_text(ACCOUNTS.replace("FR", "ES"))
    assert "3 rows: 1 changed, 2 as before" in run("import", "accounts", changed, "-w", own)
    changed.write_text("\n".join(ACCOUNTS.splitlines()[:3]) + "\n")
    assert "gone since" in run("import", "accounts", changed, "--complete", "-w", own)


def test_json_has_the_documented_fields_and_exact_numbers(made: Path) -> None:
    rows = exactly(run("kpis", "mrr", "customer_churn_rate", "--from", "2025-02", "--to", "2025-04",
                       "--format", "json", "-w", made))  # fmt: skip
    mrr = {row["period_start"]: row["value"] for row in rows if row["metric"] == "mrr"}
    assert mrr == {
        "2025-02-01T00:00:00Z": Decimal(170),
        "2025-03-01T00:00:00Z": Decimal(120),
        "2025-04-01T00:00:00Z": Decimal(120),
    }
    march = next(
        row for row in rows if row["metric"] == "customer_churn_rate" and "03-01" in row["period_start"]
    )
    assert (march["numerator"], march["denominator"], march["n"]) == (1, 3, 3)
    assert march["unit"] == "share"
    assert march["low"] < march["value"] < march["high"]


def test_csv_says_the_same_as_json(made: Path) -> None:
    asked = ("kpis", "mrr", "--from", "2025-02", "--to", "2025-04", "--by", "country", "-w", made)
    as_json = exactly(run(*asked, "--format", "json"))
    as_csv = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv"))))
    assert [Decimal(row["value"]) for row in as_csv] == [row["value"] for row in as_json]
    assert [json.loads(row["segment"]) for row in as_csv] == [row["segment"] for row in as_json]
    assert {row["segment"]["country"] for row in as_json} == {"DE", "FR"}


def test_the_board_and_one_metric_over_time(made: Path) -> None:
    board = run("kpis", "--from", "2025-02", "--to", "2025-04", "-w", made)
    assert board.startswith("April 2025")
    assert "Monthly recurring revenue" in board
    over_time = run("kpis", "mrr", "--from", "2025-02", "--to", "2025-04", "-w", made)
    assert "February 2025" in over_time
    assert "EUR 170.00" in over_time


def test_explain_lists_rows_and_their_sum(made: Path) -> None:
    text = run("explain", "customer_churn_rate", "--period", "2025-03", "-w", made)
    assert "The rows that count (3)" in text
    assert text.rstrip().endswith("1 of 3 gives 33.3%")
    rows = exactly(
        run("explain", "customer_churn_rate", "--period", "2025-03", "--format", "json", "-w", made)
    )
    counted = [row for row in rows if row["excluded_because"] is None]
    assert sum(row["numerator"] for row in counted) == 1
    assert [row["account_id"] for row in counted if row["numerator"]] == ["b"]


def test_what_was_known_then_can_be_asked_again(own: Path, tmp_path: Path) -> None:
    asked = ("kpis", "mrr", "--from", "2025-04", "--to", "2025-04", "--format", "json", "-w", own)
    before = run(*asked)
    stored = json.loads(run("settings", "--format", "json", "-w", own))
    assert {"name": "currency", "value": "EUR"} in stored
    corrected = tmp_path / "phases.csv"
    corrected.write_text(PHASES.replace(",100,", ",130,"))
    with holdfast.open(own) as space:
        recorded = space.records("subscription_phases").recorded_at.max().to_pyarrow().as_py()
    run("import", "subscription_phases", corrected, "-w", own)
    assert exactly(run(*asked))[0]["value"] == 150
    assert run(*asked, "--known-at", f"{recorded.isoformat()}Z") == before


def test_rejected_rows_are_shown_mended_and_taken(own: Path, tmp_path: Path) -> None:
    bad = tmp_path / "more.csv"
    bad.write_text("account_id,created_at,country\nd,2025-03-01T00:00:00Z,DE\ne,yesterday,FR\n")
    said = run("import", "accounts", bad, "-w", own, code=6)
    assert "1 row was not taken" in said
    shown = run("rejects", "-w", own)
    assert "yesterday" in shown
    assert "created_at" in shown
    written = run("rejects", "--format", "csv", "-w", own)
    mended = tmp_path / "rejects.csv"
    mended.write_text(written.replace("yesterday", "2025-03-02T00:00:00Z"))
    run("rejects", "--replay", mended, "-w", own)
    assert "No rows wait" in run("rejects", "-w", own)
    rows = exactly(
        run("kpis", "signups", "--from", "2025-03", "--to", "2025-03", "--format", "json", "-w", own)
    )
    assert rows[0]["value"] == 2


def test_two_ways_of_counting_are_compared(own: Path) -> None:
    asked = ("compare", "mrr", "--period", "2025-03", "--against", "2025-02", "-w", own)
    rows = exactly(run(*asked, "--format", "json"))
    assert sum(row["part"] for row in rows) == -50
    assert "The accounts add up to -50.00, exactly -50." in run(*asked)
    assert "one thing to compare" in run("compare", "mrr", "--period", "2025-03", "-w", own, code=2)
    cells = exactly(run("cohorts", "--from", "2025-01", "--to", "2025-01", "--format", "json", "-w", own))
    assert {row["metric"] for row in cells} == {"cohort_retention"}
    assert "first paid in" in run("cohorts", "--counts", "-w", own)


def test_numbers_can_be_given_by_hand(made: Path) -> None:
    asked = ("kpis", "mrr.seed_customers_x_arpu", "--from", "2025-04", "--to", "2025-04", "-w", made)
    rows = exactly(run(*asked, "--given", "customers=1000", "--given", "arpu=750000", "--format", "json"))
    assert rows[0]["value"] == 750_000_000
    run(*asked, "--given", "customers", code=2)


def test_check_finds_nothing_here_and_says_so(made: Path) -> None:
    assert "Nothing wrong was found." in run("check", "-w", made)
    assert json.loads(run("check", "--format", "json", "-w", made)) == []


def test_check_leaves_with_its_code_where_it_finds_an_error(own: Path, tmp_path: Path) -> None:
    orphan = tmp_path / "subscription_phases.csv"
    orphan.write_text(
        PHASES.splitlines()[0] + "\n9,s9,nobody,Pro,2025-01-05T00:00:00Z,,active,EUR,10,month\n"
    )
    run("import", "subscription_phases", orphan, "-w", own)
    assert "nobody" in run("check", "-w", own, code=6)


def test_activation_is_declared_from_the_shell(own: Path, tmp_path: Path) -> None:
    events = tmp_path / "events.csv"
    told = ("1,a,report_made,2025-01-06", "2,a,report_made,2025-01-07", "3,a,invited,2025-01-08")
    rows = "".join(f"{row}T00:00:00Z\n" for row in told)
    events.write_text(f"event_id,account_id,name,occurred_at\n{rows}")
    run("import", "events", events, "--through", "2025-04-30", "-w", own)
    said = run("settings", "activation", "3 report_made and 1 invited within 7 days", "-w", own)
    assert "activation is now 3 report_made and 1 invited within 7 days." in said
    shown = run("settings", "activation", "-w", own)
    assert shown.split(maxsplit=1) == ["activation", "3 report_made and invited within 7 days\n"]
    run("settings", "activation", "2 report_made and invited by one", "-w", own, code=2)
    refused = run("settings", "activation", "invitd", "-w", own, code=2)
    assert "Did you mean 'invited'?" in refused
    assert "Activation rate" in run(
        "kpis", "activation_rate", "--from", "2025-01", "--to", "2025-01", "-w", own
    )


def test_settings_are_listed_and_set(own: Path) -> None:
    assert "currency" in run("settings", "-w", own)
    run("settings", "rules.pause_churn_days", "60", "-w", own)
    assert run("settings", "rules.pause_churn_days", "-w", own).split() == ["rules.pause_churn_days", "60"]
    run("settings", "currancy", "EUR", "-w", own, code=2)
    run("settings", "rules.pause_churn_days", "soon", "-w", own, code=2)


def test_a_metric_or_period_that_is_none_is_told(made: Path) -> None:
    run("kpis", "mrrr", "-w", made, code=2)
    run("kpis", "--from", "2025-13", "-w", made, code=2)
    run("kpis", "--as-of", "someday", "-w", made, code=2)
    run("explain", "mrr", "--period", "soon", "-w", made, code=2)
    run("kpis", "--by", "shoe_size", "-w", made, code=2)


def test_erasing_asks_first_and_keeps_the_money(own: Path) -> None:
    asked = ("kpis", "mrr", "--from", "2025-02", "--to", "2025-02", "--format", "json", "-w", own)
    before = run(*asked)
    run("erase", "account", "b", "-w", own, given="n\n", code=1)
    assert "is erased" in run("erase", "account", "b", "--yes", "-w", own)
    assert run(*asked) == before


def test_compacting_changes_no_figure(own: Path) -> None:
    asked = ("kpis", "--from", "2025-02", "--to", "2025-04", "--format", "json", "-w", own)
    before = run(*asked)
    run("compact", "-w", own)
    assert run(*asked) == before


def test_quiet_says_the_answer_alone(own: Path, made: Path) -> None:
    assert run("import", "accounts", made.parent / "exports/accounts.csv", "-w", own, "--quiet") == ""
    assert run("settings", "rules.pause_churn_days", "70", "-w", own, "-q") == ""


def test_a_folder_that_is_in_use_is_not_made_again(made: Path) -> None:
    run("init", made, code=2)


def test_the_workspace_is_named_by_option_environment_or_place(
    made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("HOLDFAST_WORKSPACE", raising=False)
    monkeypatch.chdir(made)
    assert "currency" in run("settings")
    monkeypatch.chdir(tmp_path)
    run("settings", code=4)
    monkeypatch.setenv("HOLDFAST_WORKSPACE", str(made))
    assert "currency" in run("settings")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (
            ["import", "accounts", "{exports}/accounts.csv", "--mapping", "none.toml"],
            3,
            "No mapping is called",
        ),
        (["rejects", "--replay", "none.csv"], 3, "No file is called 'none.csv'"),
        (["kpis", "mrr", "--given", "customers=3"], 2, "mrr.seed_customers_x_arpu"),
        (["kpis", "mrr.seed_customers_x_arpu", "--given", "people=3"], 2, "arpu, customers"),
        (["compare", "mrr", "--period", "2025-03", "--with", "customers"], 2, "customers is in accounts"),
    ],
)
def test_what_cannot_be_done_is_said(
    own: Path, made: Path, arguments: list[str], code: int, words: str
) -> None:
    asked = [each.format(exports=made.parent / "exports") for each in arguments]
    assert words in run(*asked, "-w", own, code=code)


def test_cohorts_begin_with_the_first_that_anybody_is_in(made: Path) -> None:
    lines = run("cohorts", "--from", "2024-10", "--to", "2025-04", "--counts", "-w", made).splitlines()
    assert [line.split("  ")[0] for line in lines[3:5]] == ["January 2025", "February 2025"]


def test_columns_that_say_nothing_are_left_away(made: Path) -> None:
    assert "interval" not in run("kpis", "mrr", "--to", "2025-04", "-w", made)
    year = run("kpis", "mrr", "--grain", "year", "--to", "2025", "-w", made).splitlines()[2]
    assert year.split("  ")[0] == "Metric"
    assert year.count("Than") == 1
    why = run("explain", "mrr", "--period", "2025-04", "-w", made)
    assert "denominator" not in why
    assert "subject_id" not in why
