"""Zendesk and Intercom as Fivetran lays them into a warehouse, pulled by the declarations of examples/."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from holdfast.flow import Workspace
from tests.collect.test_exports import ROOT, exports

TIMES = ("created", "updated")


def laid_out(name: str, tmp_path: Path) -> Path:
    """The warehouse that the exported tables came from."""
    file = tmp_path / f"{name}.duckdb"
    with duckdb.connect(file) as con:
        for table in exports(f"connectors/fivetran_{name}").glob("*_data.csv"):
            bare, header = table.name.removesuffix("_data.csv"), table.read_text().split("\n")[0].split(",")
            times = {name: "timestamp" for name in header if name.endswith("_at") or name in TIMES}
            if not times:
                continue
            con.execute(f"create table \"{bare}\" as from read_csv('{table}', types = {times})")
    return file


def lines(name: str, table: str) -> list[dict[str, str]]:
    with (exports(f"connectors/fivetran_{name}") / f"{table}_data.csv").open() as file:
        return list(csv.DictReader(file))


def counted(name: str) -> dict[str, int]:
    """How many rows of each table there must be, counted from the files without SQL."""
    if name == "zendesk":
        people = [one for one in lines(name, "user") if one["role"] == "end-user" and one["organization_id"]]
        kept = [one for one in lines(name, "ticket") if one["status"] != "deleted"]
        return {"accounts": len(lines(name, "organization")), "users": len(people), "tickets": len(kept)}
    active = {
        table: [one for one in lines(name, table) if one["_fivetran_active"].lower() == "true"]
        for table in ("company_history", "contact_history", "contact_company_history", "conversation_history")
    }
    linked = {one["contact_id"] for one in active["contact_company_history"]}
    asked = [
        one for one in active["conversation_history"] if one["source_delivered_as"] == "customer_initiated"
    ]
    return {
        "accounts": len({one["id"] for one in active["company_history"]}),
        "users": len({one["id"] for one in active["contact_history"]} & linked),
        "tickets": len({one["id"] for one in asked}),
    }


@pytest.mark.parametrize("name", ["zendesk", "intercom"])
def test_what_fivetran_lays_out_is_pulled(
    name: str, space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HOLDFAST_SOURCE_{name.upper()}S_URL", f"duckdb:///{laid_out(name, tmp_path)}")
    declaration = (ROOT / "examples" / f"fivetran_{name}" / f"{name}.toml").read_text()
    space.sources.declare_database(f"{name}s", declaration)
    taken = space.sources.pull(f"{name}s")
    assert taken.rejected == 0, space.rejects().to_pylist()[:5]
    assert {table: taken.rows[table].new for table in ("accounts", "users", "tickets")} == counted(name)
    again = space.sources.pull(f"{name}s")
    assert [table for table, done in again.rows.items() if done.new or done.changed] == []
