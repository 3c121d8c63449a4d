from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from holdfast import collect
from holdfast.errors import BadInput
from holdfast.tables import TABLES, table, template


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("x\n")


def names(feeds: list[collect.Feed]) -> list[tuple[str, list[str]]]:
    return [(feed.table.name, [file.name for file in feed.files]) for feed in feeds]


def test_files_named_after_tables(tmp_path: Path) -> None:
    touch(tmp_path, "events-2024-01.parquet", "events-2024-02.parquet", "accounts.csv", "read me.md",
          "subscription_phases.csv.gz", "Tickets.tsv", "ticket_replies_2024.jsonl")  # fmt: skip
    assert names(collect.folder(tmp_path)) == [
        ("accounts", ["accounts.csv"]),
        ("subscription_phases", ["subscription_phases.csv.gz"]),
        ("events", ["events-2024-01.parquet", "events-2024-02.parquet"]),
        ("tickets", ["Tickets.tsv"]),
        ("ticket_replies", ["ticket_replies_2024.jsonl"]),
    ]


def test_a_file_named_after_no_table(tmp_path: Path) -> None:
    touch(tmp_path, "acounts.csv")
    with pytest.raises(BadInput) as refused:
        collect.folder(tmp_path)
    assert "Did you mean accounts.csv?" in str(refused.value.hint)
    assert "acounts.toml" in str(refused.value.hint)


def test_a_mapping_beside_a_file(tmp_path: Path) -> None:
    touch(tmp_path, "kunden.csv", "usage-1.csv", "usage-2.csv")
    (tmp_path / "kunden.toml").write_text('table = "accounts"\nzone = "Europe/Berlin"\n')
    (tmp_path / "usage.toml").write_text('table = "events"\nfiles = ["usage-*.csv"]\n')
    feeds = collect.folder(tmp_path)
    assert names(feeds) == [("accounts", ["kunden.csv"]), ("events", ["usage-1.csv", "usage-2.csv"])]
    assert feeds[0].mapping.zone == "Europe/Berlin"


def test_one_file_for_several_tables(tmp_path: Path) -> None:
    touch(tmp_path, "desk.csv")
    (tmp_path / "desk.toml").write_text('[[table]]\nname = "tickets"\n[[table]]\nname = "survey_responses"\n')
    assert names(collect.folder(tmp_path)) == [("tickets", ["desk.csv"]), ("survey_responses", ["desk.csv"])]


def test_a_mapping_without_a_file_or_a_table(tmp_path: Path) -> None:
    touch(tmp_path, "kunden.csv")
    (tmp_path / "kundn.toml").write_text('table = "accounts"\n')
    with pytest.raises(BadInput) as refused:
        collect.folder(tmp_path)
    assert "'kunden.csv'" in str(refused.value.hint)
    (tmp_path / "kundn.toml").rename(tmp_path / "kunden.toml")
    (tmp_path / "kunden.toml").write_text("")
    with pytest.raises(BadInput, match="does not say which table"):
        collect.folder(tmp_path)


def test_no_folder_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No folder"):
        collect.folder(tmp_path / "none")
    with pytest.raises(BadInput, match="no files"):
        collect.folder(tmp_path)


@pytest.mark.parametrize("name", TABLES)
def test_every_template_is_an_empty_file_of_its_table(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text(template(name))
    staged = collect.stage(con, table(name), [path])
    assert staged.rows == 0
    columns = [row[0] for row in con.execute(f"DESCRIBE {staged.good}").fetchall()]
    assert columns == [*table(name).column_names, "row_number", "file"]


def test_nothing_is_left_behind(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text('note_id,account_id,at,kind,text\n1,a,2024-01-01,crm,"x\n')
    collect.stage(con, table("notes"), [path]).drop(con)
    with pytest.raises(BadInput):
        collect.stage(con, table("events"), [path])
    assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == []
    assert con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == []


def test_progress_tells_rows_and_rejects(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("note_id,account_id,at,kind,text\n1,a,2024-01-01,crm,x\n2,a,soon,crm,x\n")
    told: list[tuple[str, int, int | None, int]] = []
    collect.stage(con, table("notes"), [path], progress=lambda *words: told.append(words))
    assert told[-1] == ("reading", 2, None, 1)
