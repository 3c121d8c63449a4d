"""Rejects out as CSV, mended, and in again by the mapping they were read with."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from holdfast import collect
from holdfast.errors import BadInput
from holdfast.tables import table
from tests.collect.conftest import rows

MAPPING = """
source = "desk"
decimal = ","
delimiter = ";"
[columns]
invoice_id = { text = "i{row_number}" }
account_id = "Kunde, Nr."
issued_at = { from = "Datum", dates = ["%d.%m.%Y"] }
total = "Summe"
[constants]
currency = "EUR"
status = "paid"
"""


def stored(con: duckdb.DuckDBPyConnection, staged: collect.Staged) -> None:
    con.execute(f"CREATE TEMP TABLE stored AS SELECT 'r' || row_number AS reject_id, * FROM {staged.bad}")


def test_a_turn(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "rechnungen.csv"
    path.write_text(
        '"Kunde, Nr.";Datum;Summe\na;31.01.2024;1,5\nb;31.02.2024;1,5\nc;01.02.2024\nd;01.02.2024;x\n'
    )
    staged = collect.stage(con, table("invoices"), [path], collect.Mapping.from_toml(MAPPING))
    assert (staged.rows, staged.rejected) == (4, 3)
    stored(con, staged)

    out = tmp_path / "rejects.csv"
    assert collect.write_rejects(con, "stored", out) == 3
    with out.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["reject_row"] for line in lines] == ["3", "4", "5"]
    lines[0]["Datum"] = "29.02.2024"
    lines[1]["Summe"] = "2,25"
    with out.open("w", newline="") as file:
        writer = csv.DictWriter(file, lines[0])
        writer.writeheader()
        writer.writerows(lines)

    [again] = collect.mended(con, out, "stored", tmp_path)
    assert again.ids == ("r3", "r4", "r5")
    replayed = collect.stage(con, again.table, [again.file], again.mapping)
    assert [
        (row["invoice_id"], row["account_id"], str(row["total"])) for row in rows(con, replayed.good)
    ] == [
        ("i3", "b", "1.500000000"),
        ("i4", "c", "2.250000000"),
    ]
    assert replayed.source == "desk"
    [bad] = rows(con, replayed.bad)
    assert (bad["column"], bad["value"]) == ("total", "x")
    assert '"reject_id":"r5"' in bad["row"]


def test_a_file_that_is_not_ours(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    con.execute('CREATE TEMP TABLE stored (reject_id VARCHAR, "table" VARCHAR, mapping VARCHAR, row VARCHAR)')
    with pytest.raises(BadInput, match="no column reject_id"):
        collect.mended(con, path, "stored", tmp_path)
    con.execute("INSERT INTO stored VALUES ('r1', 'notes', '{}', '{\"text\": \"x\"}')")
    path.write_text("reject_id,row\nr1,x\n")
    with pytest.raises(BadInput, match="none of the columns"):
        collect.mended(con, path, "stored", tmp_path)
