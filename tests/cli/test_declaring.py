"""`holdfast webhook` and `holdfast database` from a shell."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.test_pulling import said
from tests.sources.test_webhook import DESK, body, ticket


def test_a_webhook_is_tried_declared_shown_and_dropped(tmp_path: Path) -> None:
    place, file, sample = str(tmp_path / "acme"), tmp_path / "desk.toml", tmp_path / "sample.json"
    file.write_text(DESK)
    sample.write_bytes(body(ticket(), ticket("t2", replies="two")))
    said("init", place)
    told = said("webhook", "try", str(file), str(sample), code=6)
    assert "tickets: 1 row" in told
    assert "agent_replies is not a whole number: two. Wanted: a whole number" in told
    assert "webhook declare" in said("webhook", "-w", place)
    assert "/hooks/desk" in said("webhook", "declare", str(file), "--by", "mina", "-w", place)
    rows = json.loads(said("webhook", "try", "desk", str(sample), "-f", "json", "-w", place, code=6))
    assert [row["table"] for row in rows] == ["tickets", "tickets"]
    assert rows[0]["row"]["ticket_id"] == "t1"
    assert said("webhook", "show", "desk", "-w", place) == DESK
    assert "mina" in said("webhook", "-w", place)
    assert "Did you mean 'desk'?" in said("webhook", "drop", "dsk", "-w", place, code=2)
    said("webhook", "drop", "desk", "-w", place)
    assert "cannot be read" in said("webhook", "declare", str(tmp_path / "none.toml"), "-w", place, code=2)


def test_a_database_is_declared_and_pulled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, file = str(tmp_path / "acme"), tmp_path / "shop.toml"
    with closing(sqlite3.connect(tmp_path / "shop.db")) as con, con:
        con.execute("create table c (id text, since text)")
        con.execute("insert into c values ('a', '2025-01-01'), ('b', 'soon')")
    file.write_text(
        '[[table]]\nname = "accounts"\nquery = "select id as account_id, since as created_at from c"\n'
    )
    said("init", place)
    assert "it feeds accounts" in said("database", "declare", str(file), "-w", place)
    assert "HOLDFAST_SOURCE_SHOP_URL" in said("pull", "shop", "-w", place, code=2)
    monkeypatch.setenv("HOLDFAST_SOURCE_SHOP_URL", f"sqlite:///{tmp_path / 'shop.db'}")
    told = said("pull", "shop", "-w", place, code=6)
    assert "accounts: 1 new" in told
    assert "1 could not be used" in told
    said("settings", "pulls", "shop every 30 minutes", "-w", place)
    assert "no rhythm" in said("settings", "pulls", "shop sometimes", "-w", place, code=2)
