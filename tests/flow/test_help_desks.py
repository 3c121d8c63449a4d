"""Help desks in a workspace: by pulls and by webhooks alike, what is gone is gone, and figures follow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from holdfast.flow import Workspace
from holdfast.flow.arrivals import pulling
from holdfast.flow.arrivals.loading import load
from tests import intercom_service
from tests.posting import delivery, post
from tests.zendesk_served import Served, served
from tests.zendesk_service import KEY, Desk, lived

TABLES = ("accounts", "users", "tickets", "ticket_replies", "survey_responses")


@pytest.fixture
def zendesk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    with served(lived(11, tickets=4, steps=9)) as found:
        found.desk.rate(next(name for name, was in found.desk.truth.items() if not was.gone), "good")
        found.desk.wait(minutes=5)
        monkeypatch.setenv("HOLDFAST_ZENDESK_KEY", KEY)
        monkeypatch.setenv("HOLDFAST_ZENDESK_URL", found.url)
        yield found


def kept(space: Workspace, source: str = "zendesk") -> dict[str, list[dict[str, Any]]]:
    found = {}
    for name in TABLES:
        rows = space.records(name)
        rows = rows.filter(rows.source == source).drop("recorded_at", "source")
        found[name] = sorted(rows.to_pyarrow().to_pylist(), key=repr)
    return found


def hear(space: Workspace, events: list[Any], source: str = "zendesk") -> None:
    post(space.folder, *(delivery(each, source, f"/hooks/{source}") for each in events))
    while load(space._warehouse, space.folder / "spool") is not None:
        pass


def test_pulls_and_webhooks_in_any_order_give_the_same_tables(zendesk: Served, spaces: Any) -> None:
    by_pull, by_events, chance = spaces(), spaces(), random.Random(1)
    zendesk.most = 5
    taken = by_pull.sources.pull("zendesk")
    assert taken.unused == []
    events = zendesk.desk.events + chance.choices(zendesk.desk.events, k=5)
    chance.shuffle(events)
    for start in range(0, len(events), 17):
        hear(by_events, events[start : start + 17])
    pulled, heard = kept(by_pull), kept(by_events)
    assert {name: pulled[name] for name in TABLES[:4]} == {name: heard[name] for name in TABLES[:4]}
    assert [row["score"] for row in pulled["survey_responses"]] != []
    assert by_events.rejects().num_rows == 0
    (figure,) = by_pull.kpis(["first_reply_time"], first="2025-06", last="2025-06")
    assert figure.value is not None


def test_a_ticket_that_is_deleted_goes_with_all_that_hangs_on_it(zendesk: Served, space: Workspace) -> None:
    space.sources.pull("zendesk")
    desk = zendesk.desk
    replied = {row["ticket_id"] for row in kept(space)["ticket_replies"]}
    gone = next(number for number, was in desk.truth.items() if not was.gone and str(number) in replied)
    desk.delete(gone)
    hear(space, [desk.events[-1]])
    after = kept(space)
    assert str(gone) not in {row["ticket_id"] for row in (*after["tickets"], *after["ticket_replies"])}
    assert str(gone) not in {row["trigger_ref"] for row in after["survey_responses"]}
    assert [each for each in space.check() if each.severity == "error"] == []


def test_a_pull_that_was_stopped_goes_on_and_a_later_one_asks_for_what_is_new(
    zendesk: Served, spaces: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = spaces(), spaces()
    whole.sources.pull("zendesk")
    monkeypatch.setattr(pulling, "AT_ONCE", 5)
    zendesk.most = 5
    answer = zendesk.answer

    def breaks(path: str) -> tuple[int, dict[str, Any]]:
        return (403, {}) if "ticket_events" in path else answer(path)

    monkeypatch.setattr(zendesk, "answer", breaks)
    with pytest.raises(Exception, match="may not read"):
        stopped.sources.pull("zendesk")
    monkeypatch.setattr(zendesk, "answer", answer)
    zendesk.asked.clear()
    stopped.sources.pull("zendesk")
    assert not any("users" in path and "start_time=0" in path for path in zendesk.asked)
    assert kept(stopped) == kept(whole)


def test_an_erased_account_stays_erased(zendesk: Served, space: Workspace) -> None:
    space.sources.pull("zendesk")
    gone = kept(space)["accounts"][0]["account_id"]
    (user,) = {row["user_id"] for row in kept(space)["users"] if row["account_id"] == gone}
    count, said = len(kept(space)["tickets"]), f"said by {user}"
    assert said in repr(space.records("source_messages").to_pyarrow().to_pylist())
    space.erase("account", gone)
    hear(space, zendesk.desk.events)
    found = repr([space.records(name).to_pyarrow().to_pylist() for name in (*TABLES, "source_messages")])
    assert f"'{gone}'" not in found
    assert f"organization-{gone}" not in found
    assert said not in found
    assert len(kept(space)["tickets"]) == count


def test_what_an_erased_user_asked_is_gone_and_was_asked_all_the_same(
    zendesk: Served, space: Workspace
) -> None:
    space.sources.pull("zendesk")
    asked = kept(space)["tickets"][0]
    user, others = (
        asked["user_id"],
        [row for row in kept(space)["tickets"] if row["user_id"] != asked["user_id"]],
    )
    count = len(kept(space)["tickets"])
    shown = [row for row in space.disclose("user", user) if row["table"] == "source_messages"]
    assert f"ticket-{asked['ticket_id']}" in {row["object_id"] for row in shown}
    assert not {f"ticket-{row['ticket_id']}" for row in others} & {row["object_id"] for row in shown}
    space.erase("user", user)
    hear(space, zendesk.desk.events)
    messages = space.records("source_messages").to_pyarrow().to_pylist()
    assert f"said by {user}" not in repr(messages)
    assert f"ticket-{asked['ticket_id']}" in {row["object_id"] for row in messages if row["body"] is None}
    told = {row["object_id"] for row in messages if row["body"] is not None}
    assert {f"ticket-{row['ticket_id']}" for row in others} <= told
    assert len(kept(space)["tickets"]) == count
    assert user not in {row["user_id"] for row in kept(space)["tickets"]}


def test_an_event_alone_says_enough_of_its_ticket(space: Workspace) -> None:
    desk = Desk()
    desk.open(desk.user("who", desk.organization("Org")))
    hear(space, [desk.events[-1]])
    assert len(kept(space)["tickets"]) == 1


@pytest.fixture
def intercom(monkeypatch: pytest.MonkeyPatch) -> Iterator[intercom_service.Served]:
    with intercom_service.served(intercom_service.lived(5, conversations=4)) as found:
        found.inbox.wait(minutes=9)
        monkeypatch.setenv("HOLDFAST_INTERCOM_KEY", intercom_service.KEY)
        monkeypatch.setenv("HOLDFAST_INTERCOM_URL", found.url)
        yield found


def test_conversations_are_their_contacts_companies_in_whatever_order_they_are_told(
    intercom: intercom_service.Served, spaces: Any
) -> None:
    by_pull, by_notifications = spaces(), spaces()
    intercom.most = 2
    assert by_pull.sources.pull("intercom").unused == []
    told = list(reversed(intercom.inbox.notifications))
    for start in range(0, len(told), 11):
        hear(by_notifications, told[start : start + 11], "intercom")
    pulled, heard = kept(by_pull, "intercom"), kept(by_notifications, "intercom")
    assert pulled == heard
    accounts = {row["ticket_id"]: row["account_id"] for row in heard["tickets"]}
    assert accounts == {name: was.account for name, was in intercom.inbox.truth.items()}
    assert None in accounts.values()
    (gone,) = (row["account_id"] for row in heard["accounts"])
    by_notifications.erase("account", gone)
    messages = by_notifications.records("source_messages").to_pyarrow().to_pylist()
    mine = [name for name, was in intercom.inbox.truth.items() if was.account]
    assert all(
        row["body"] is None for row in messages if row["object_id"] in {f"conversation-{n}" for n in mine}
    )
    assert any(row["body"] for row in messages)
