"""`holdfast sql`: what it prints, in each form, and the file it writes for other tools."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from holdfast import Workspace
from holdfast.errors import UsageError
from holdfast.report.answer import answer
from holdfast.report.look import Look
from holdfast.tables import VIEWS
from tests.cli.shell import holdfast

PLANS = "select plan, 'a' as a, 'b' as a, 1.50 as price, null as nothing from plans order by plan"


def test_without_a_select_the_views_are_listed() -> None:
    rows = json.loads(holdfast("sql", "--format", "json").stdout)
    assert [row["view"] for row in rows] == list(VIEWS)
    columns = json.loads(holdfast("sql", "--columns", "figures", "--format", "json").stdout)
    assert [row["column"] for row in columns] == list(VIEWS["figures"].column_names)
    assert b"Did you mean 'figures'?" in holdfast("sql", "--columns", "figure").stderr


def test_json_and_csv_say_the_same(folder: Path) -> None:
    asked = ("sql", PLANS, "-w", folder, "--format")
    rows = json.loads(holdfast(*asked, "json").stdout, parse_float=Decimal)
    lines = list(csv.DictReader(io.StringIO(holdfast(*asked, "csv").stdout.decode())))
    assert list(rows[0]) == list(lines[0]) == ["plan", "a", "a_2", "price", "nothing"]
    assert [row["plan"] for row in rows] == [line["plan"] for line in lines]
    assert {str(row["price"]) for row in rows} == {line["price"] for line in lines} == {"1.5"}
    assert {row["nothing"] for row in rows} == {None}


def test_a_table_says_how_many_rows_and_which_columns_it_leaves_away(folder: Path) -> None:
    ran = holdfast("sql", "-", "--rows", 2, "-w", folder, given="from accounts order by account_id")
    lines = ran.stdout.decode().splitlines()
    assert lines[2].startswith("a000000")
    assert "more rows; --rows 0 shows all" in lines[4]
    assert lines[5].startswith("no room for: ")


def test_a_table_without_rows_and_a_column_without_values_say_so() -> None:
    look, seen = Look(language="en"), Console(width=80, record=True, file=io.StringIO())
    seen.print(answer([], ["plan"], look))
    seen.print(answer([{"plan": "pro", "end_at": None}], ["plan", "end_at"], look))
    first, *_, last = seen.export_text().splitlines()
    assert (first.strip(), last.strip()) == ("No row.", "nothing in: end_at")


def test_the_file_is_whole_or_not_there(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "some.duckdb"
    assert list(space.export(file, "plans", "metrics")) == ["plans", "metrics"]
    monkeypatch.setattr("holdfast.flow.sql.asked_in_sql._write_about", _fails)
    with pytest.raises(OSError, match="no room"):
        space.export(file)
    assert [path.name for path in tmp_path.iterdir()] == ["some.duckdb"]
    with duckdb.connect(file, read_only=True) as con:
        assert con.execute("select count(*) from duckdb_tables()").fetchone() == (3,)
    with pytest.raises(UsageError, match=r"some\.db"):
        space.export(tmp_path / "some.db")
    with pytest.raises(UsageError, match="There is no folder"):
        space.export(tmp_path / "nowhere" / "some.duckdb")
    with pytest.raises(UsageError, match="No view is called 'plan'"):
        space.export(file, "plan")


def test_the_file_explains_itself(exported: Any, folder: Path) -> None:
    about = dict(exported.execute("from about").fetchall())
    assert about["workspace"] == str(folder)
    assert set(about) == {"workspace", "known_at", "exported_at", "zone", "currency"}
    told = dict(exported.execute("select table_name, comment from duckdb_tables()").fetchall())
    assert told["account_months"] == VIEWS["account_months"].meaning
    (comment,) = exported.execute("""
        select comment from duckdb_columns() where table_name = 'mrr_changes' and column_name = 'after'
    """).fetchone()
    assert comment == "MRR in this currency from it on. Unit: `currency`."


def _fails(*_: object) -> None:
    raise OSError("no room")
