"""Keys: shown once, kept hashed, revocable, and let in no further than they may."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from holdfast.errors import UsageError
from holdfast.web.workspaces import keys as room
from holdfast.web.workspaces.keys import keys as listed
from tests.web.conftest import holdfast

pytestmark = pytest.mark.usefixtures("site")


def test_a_key_is_let_in_and_its_use_is_noted() -> None:
    key = room_key()
    door = room.Doorkeeper()
    found = door.let_in(key, "intake")
    assert found is not None
    assert found.begins == key[:10]
    (kept,) = [each for each in listed() if each.id == found.id]
    assert kept.last_used_at is not None


def room_key() -> str:
    return room.do_create("intake", "of a test")


@pytest.mark.parametrize("text", [None, "", "hfw_", "hfw_wrong", "x" * 1000, "hfr_" + "a" * 32])
def test_what_is_no_key_is_not(text: str | None) -> None:
    assert room.Doorkeeper().let_in(text, "intake") is None


def test_a_revoked_key_is_let_in_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    key, door = room_key(), room.Doorkeeper()
    assert door.let_in(key, "intake")
    room.do_revoke(key)
    assert room.Doorkeeper().let_in(key, "intake") is None
    monkeypatch.setattr(room, "REMEMBERED_SECONDS", 0.0)
    assert door.let_in(key, "intake") is None
    with pytest.raises(UsageError, match="begins with"):
        room.do_revoke(key)


def test_the_text_of_a_key_is_kept_nowhere(site: Path) -> None:
    key = room_key()
    with closing(sqlite3.connect(site / "web.sqlite")) as database:
        database.execute("pragma wal_checkpoint")
    # To close a file that SQLite has open in this process lets its locks go, whoever reads it.
    connection.close()
    for file in site.glob("web.sqlite*"):
        assert key.encode() not in file.read_bytes()
        assert b"hfw_" in (site / "web.sqlite").read_bytes()


def test_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="kind of key"):
        room.do_create("intakes")


def test_a_key_that_asks_too_often_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    door = room.Doorkeeper(rate=3)
    key = door.let_in(room_key(), "intake")
    assert key is not None
    assert [door.too_often(key) for _ in range(4)] == [False, False, False, True]
    now[0] += 0.4
    assert [door.too_often(key) for _ in range(2)] == [False, True]
    now[0] += 60
    assert [door.too_often(key) for _ in range(4)] == [False, False, False, True]


def test_the_commands_make_list_and_revoke(site: Path) -> None:
    where = ("-w", str(site))
    key = holdfast("keys", "create", "intake", "--quiet", "--label", "shop", *where).strip()
    assert key.startswith("hfw_")
    assert "\n" not in key
    listed = holdfast("keys", "list", "--format", "json", *where)
    assert key not in listed
    (mine,) = [row for row in json.loads(listed) if row["begins"] == key[:10]]
    assert (mine["kind"], mine["label"], mine["revoked_at"]) == ("intake", "shop", None)
    holdfast("keys", "revoke", key[:10], *where)
    holdfast("keys", "revoke", key[:10], *where, ends=2)


def test_a_key_for_reading_reads_what_its_scopes_name_and_writes_nothing(client: Client) -> None:
    key, writes = room.do_create("read", "notebook", ["figures"]), room_key()
    door = room.Doorkeeper()
    assert key.startswith("hfr_")
    found = door.let_in(key, "read", "figures")
    assert found is not None
    assert found.scopes == ("figures",)
    assert door.let_in(key, "read", "accounts") is None
    assert door.let_in(key, "intake") is None
    assert [door.let_in(writes, "read", scope) for scope in (None, *room.SCOPES)] == [None] * 4
    body = {"type": "track", "event": "x", "userId": "u", "writeKey": key}
    assert client.post("/v1/track", body, content_type="application/json").status_code == 401
    assert (
        client.post("/v1/track", body | {"writeKey": writes}, content_type="application/json").status_code
        == 200
    )


@pytest.mark.parametrize(
    ("kind", "scopes", "said"),
    [
        ("read", [], "says what it may read"),
        ("read", ["figure"], "'figure'"),
        ("intake", ["figures"], "reads nothing"),
    ],
)
def test_scopes_that_cannot_be(kind: str, scopes: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        room.do_create(kind, "", scopes)
