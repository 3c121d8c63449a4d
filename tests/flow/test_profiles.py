"""What calls tell becomes users and accounts, in whatever order it comes, beside what files said."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.flow import Workspace
from holdfast.flow.live import Live
from holdfast.warehouse import Warehouse
from tests.flow.loads import TODAY, folder, live, load, name, rows, seen
from tests.posting import NOON, batch, call

__all__ = ["folder", "live", "name"]


def test_events_users_and_accounts_are_kept(live: Live, name: str) -> None:
    done = load(
        live,
        batch(
            call(
                "group",
                userId=f"u{name}",
                groupId=name,
                traits={"name": "Acme", "employees": 12, "tier": "x"},
            ),
            call(
                "identify", userId=f"u{name}", traits={"email": "a@x.io", "createdAt": "2025-01-05T00:00:00Z"}
            ),
            call("track", "Report Created", userId=f"u{name}"),
        ),
    )
    assert (done.messages, done.events, done.rejected) == (3, 1, 0)
    (account,) = rows(live, "accounts", account_id=name)
    assert (account["name"], account["employees"], account["created_at"]) == ("Acme", 12, NOON)
    assert account["attributes"] == '{"tier": "x"}'
    (user,) = rows(live, "users", user_id=f"u{name}")
    assert (user["account_id"], user["email"]) == (name, "a@x.io")
    assert user["created_at"] == datetime(2025, 1, 5)
    (event,) = rows(live, "events", user_id=f"u{name}")
    assert (event["name"], event["occurred_at"]) == ("Report Created", NOON)


def test_a_user_waits_for_an_account_and_then_has_all_that_was_told(live: Live, name: str) -> None:
    load(live, batch(call("identify", userId=name, traits={"email": "a@x.io"})))
    assert rows(live, "users", user_id=name) == []
    load(live, batch(call("track", "a", userId=name, context={"groupId": f"k{name}"})))
    (user,) = rows(live, "users", user_id=name)
    assert (user["account_id"], user["email"]) == (f"k{name}", "a@x.io")


def test_the_account_of_a_group_call_comes_before_the_one_acted_at(live: Live, name: str) -> None:
    load(live, batch(call("group", userId=name, groupId=f"home{name}")))
    load(live, batch(call("track", "a", userId=name, context={"groupId": f"other{name}"})))
    assert rows(live, "users", user_id=name)[0]["account_id"] == f"home{name}"


def test_calls_leave_what_a_file_said_besides(live: Live, folder: Path, name: str, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(
        f"account_id,created_at,name,country,industry\n{name},2024-01-01T00:00:00Z,Old,ID,tools\n"
    )
    with Workspace(Warehouse.open(folder)) as space:
        space.import_files("accounts", [tmp_path / "accounts.csv"])
    load(live, batch(call("group", userId="u", groupId=name, traits={"name": "New"})))
    (account,) = rows(live, "accounts", account_id=name)
    assert (account["name"], account["country"], account["industry"]) == ("New", "ID", "tools")
    assert account["created_at"] == datetime(2024, 1, 1)


def test_the_same_traits_again_are_no_new_version(live: Live, name: str) -> None:
    for at in (NOON, NOON + timedelta(hours=1)):
        load(
            live,
            batch(call("group", userId="u", groupId=name, traits={"name": "A"}) | {"timestamp": None}, at=at),
        )
    assert len(rows(live, "account_traits", account_id=name)) == 2
    with Warehouse.open(live.spool.parent, read_only=True) as warehouse:
        versions = warehouse.history("accounts")
        assert versions.filter(versions.account_id == name).count().execute() == 1


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)])
def test_the_order_in_which_calls_are_loaded_says_nothing(live: Live, name: str, order: tuple[int]) -> None:
    calls = [
        call("identify", userId=name, traits={"role": "owner", "x": 1}),
        call("identify", userId=name, traits={"role": "admin"}) | _later(1),
        call("group", userId=name, groupId=f"a{name}", traits={"name": "A"}) | _later(2),
        call("track", "a", userId=name, context={"groupId": f"b{name}"}) | _later(-9),
    ]
    for place in order:
        load(live, batch(calls[place]))
    (user,) = rows(live, "users", user_id=name)
    (account,) = rows(live, "accounts", account_id=f"a{name}")
    assert (user["role"], user["account_id"], user["attributes"]) == ("admin", f"a{name}", '{"x": 1}')
    assert (account["name"], account["created_at"]) == ("A", NOON + timedelta(minutes=2))


def _later(minutes: int) -> dict[str, str]:
    return {"timestamp": (NOON + timedelta(minutes=minutes)).isoformat() + "Z"}


def test_an_erased_user_leaves_nothing_in_what_calls_told(live: Live, folder: Path, name: str) -> None:
    load(
        live,
        seen(call("identify", userId=name, anonymousId=f"v{name}", traits={"email": f"{name}@x.io"})),
        seen(call("track", "a", anonymousId=f"v{name}", context={"groupId": "k"})),
    )
    with Workspace(Warehouse.open(folder)) as space:
        space.erase("user", name)
    for table in ("events", "users", "visitors", "user_traits"):
        assert not [row for row in rows(live, table) if name in str(row)], table
    done = load(live, seen(call("track", "again", userId=name)))
    assert (done.events, done.erased) == (0, 1)


def test_kpis_tell_of_live_events(live: Live, folder: Path) -> None:
    own = secrets.token_hex(4)
    load(
        live,
        seen(
            call("group", userId=own, groupId=own, traits={"name": "A"}),
            call("identify", userId=own, traits={"role": "x"}),
            call("track", "a", userId=own),
        ),
    )
    day = f"{TODAY:%Y-%m-%d}"
    with Workspace(Warehouse.open(folder)) as space:
        (figure,) = space.kpis(["daily_active_users"], grain="day", first=day, last=day)
        assert figure.value == len({row["user_id"] for row in rows(live, "events") if _of_day(row)} - {None})


def _of_day(row: dict[str, Any]) -> bool:
    occurred: datetime = row["occurred_at"]
    return occurred.date() == TODAY.date()
