"""What is handed to a person: all that is theirs, nobody else's, and just what an erasure takes away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import holdfast
from holdfast import Workspace
from holdfast.errors import UsageError
from tests.cli.shell import holdfast as shell
from tests.demo import demo

__all__ = ["demo"]


@pytest.fixture
def space(demo: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(demo, tmp_path / "demo")
    with holdfast.open(tmp_path / "demo") as found:
        yield found


def asker(space: Workspace) -> tuple[str, str]:
    """An account and a user of it who asked for help, had an answer and used the product."""
    found = space.sql(
        "select account_id, user_id from tickets where user_id in (select user_id from events)"
        " and ticket_id in (select ticket_id from ticket_replies) order by user_id limit 1"
    )
    return tuple(found.to_pylist()[0].values())


def test_a_user_gets_what_is_theirs_and_no_more(space: Workspace) -> None:
    _, user = asker(space)
    found = space.disclose("user", user)
    assert {"users", "events", "tickets", "ticket_replies"} <= {row["table"] for row in found}
    assert {row["user_id"] for row in found if "user_id" in row} == {user}
    tickets = {row["ticket_id"] for row in found if row["table"] == "tickets"}
    assert {row["ticket_id"] for row in found if row["table"] == "ticket_replies"} <= tickets
    (count,) = space.sql(f"select count(*) from events where user_id = '{user}'").to_pylist()[0].values()
    assert sum(row["table"] == "events" for row in found) == count


@pytest.mark.parametrize("kind", ["user", "account"])
def test_nothing_is_left_to_hand_over_once_it_is_erased(space: Workspace, kind: str) -> None:
    person = asker(space)[kind == "user"]
    before = space.disclose(kind, person)
    assert before
    space.erase(kind, person)
    with pytest.raises(UsageError, match="Nothing is kept"):
        space.disclose(kind, person)


def test_an_account_gets_its_users_and_its_money_too(space: Workspace) -> None:
    account, user = asker(space)
    found = space.disclose("account", account)
    assert {"accounts", "users", "events", "subscription_phases"} <= {row["table"] for row in found}
    assert user in {row.get("user_id") for row in found if row["table"] == "users"}


def test_it_is_written_as_json(space: Workspace) -> None:
    _, user = asker(space)
    ran = shell("disclose", "user", user, "-w", space.folder)
    assert ran.returncode == 0, ran.stderr
    assert {row["table"] for row in json.loads(ran.stdout)} >= {"users", "events"}
    nobody = shell("disclose", "user", "nobody", "-w", space.folder)
    assert nobody.returncode == 2
    assert b"Nothing is kept of the user 'nobody'." in nobody.stderr
