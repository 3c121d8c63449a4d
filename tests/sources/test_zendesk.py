"""Zendesk: what its events and exports tell becomes what was lived, in any order and however often."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.collect.sources.asking import TRIES, Asker
from holdfast.collect.sources.source import Message, Told
from holdfast.collect.sources.zendesk import ZENDESK
from holdfast.collect.sources.zendesk.pull import pages, pull
from holdfast.errors import BadInput, Unreachable, UsageError
from tests.zendesk_served import Served, served, signed
from tests.zendesk_service import AGENTS, KEY, Desk, lived

ACTS = (
    "created_at",
    "solved_at",
    "reopened_at",
    "first_reply_at",
    "agent_replies",
    "requester_replies",
    "transfers",
)


def by_events(desk: Desk) -> list[Message]:
    bodies = [json.dumps(event).encode() for event in desk.events]
    return [message for body in bodies for message in ZENDESK.messages(body, {})]


def by_exports(stood: Served) -> list[Message]:
    stood.desk.wait(minutes=5)
    return [message for page in pull(KEY, stood.url, {}) for message in page.messages]


def rows_of(messages: list[Message]) -> Told:
    kept = {message.message_id: message for message in messages}
    return ZENDESK.of_accounts(list(kept.values()), [])


def acts(told: Told) -> dict[str, tuple[Any, ...]]:
    return {row["ticket_id"]: tuple(row[name] for name in ACTS) for row in told.rows["tickets"]}


def truth(desk: Desk) -> dict[str, tuple[Any, ...]]:
    return {
        str(number): (
            was.created,
            was.solved,
            was.reopened,
            was.first_reply,
            was.agent_replies,
            was.requester_replies,
            was.transfers,
        )
        for number, was in desk.truth.items()
        if not was.gone
    }


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_events_in_any_order_and_number_tell_what_was_lived(seed: int, order: random.Random) -> None:
    desk = lived(seed)
    messages = by_events(desk)
    told = messages + [order.choice(messages) for _ in range(5)]
    order.shuffle(told)
    found = rows_of(told)
    assert found.unused == []
    assert acts(found) == truth(desk)
    assert found == rows_of(messages)
    assert {row["name"] for row in found.rows["users"]} == {"user0", "user1"}


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), most=st.sampled_from([2, 7, 1000]))
def test_exports_tell_what_was_lived_in_pages_of_any_size(seed: int, most: int) -> None:
    desk = lived(seed)
    with served(desk) as stood:
        stood.most = most
        found = rows_of(by_exports(stood))
    assert found.unused == []
    assert acts(found) == truth(desk)
    alive = {number for number, was in desk.truth.items() if not was.gone}
    given_ = [
        each for each in desk.ratings.values() if each["score"] != "offered" and each["ticket_id"] in alive
    ]
    answers = {
        row["response_id"]: (row["score"], row["trigger_ref"]) for row in found.rows["survey_responses"]
    }
    assert answers == {
        str(each["id"]): (5 if each["score"] == "good" else 1, str(each["ticket_id"])) for each in given_
    }
    both = rows_of(by_events(desk) + _pulled(desk))
    assert acts(both) == truth(desk)
    assert len(both.rows["ticket_replies"]) == len(found.rows["ticket_replies"])


def _pulled(desk: Desk) -> list[Message]:
    with served(desk) as stood:
        return by_exports(stood)


def test_what_an_agent_began_is_a_touchpoint_and_a_call_that_came_in_is_none() -> None:
    desk = Desk()
    user, agent, web = desk.user("who", desk.organization("Org")), AGENTS[0], {"channel": "web"}
    asked, begun, taken_up = desk.open(user), desk.open(user, by=agent, via=web), desk.open(user, by=agent)
    desk.comment(taken_up, user)
    for rel in ("inbound", "voicemail"):
        desk.open(user, by=agent, via={"channel": "voice", "source": {"rel": rel}})
    rang = desk.open(user, by=agent, via={"channel": "voice", "source": {"rel": "outbound"}})
    desk.open(desk.user("nobody's", None), by=agent)
    with served(desk) as stood:
        exported = by_exports(stood)
    for messages in (by_events(desk), exported):
        found = {
            row["touchpoint_id"]: (row["channel"], row["outcome"], row["direction"], row["member"])
            for row in rows_of(messages).rows["touchpoints"]
        }
        assert found == {
            str(begun): ("web", None, "out", str(agent)),
            str(taken_up): ("email", "answered", "out", str(agent)),
            str(rang): ("voice", None, "out", str(agent)),
        }
        assert str(asked) in {row["ticket_id"] for row in rows_of(messages).rows["tickets"]}


def test_a_second_pull_reads_what_changed() -> None:
    desk = lived(3)
    with served(desk) as stood:
        desk.wait(minutes=5)
        cursors: dict[str, Any] = {}
        for page in pull(KEY, stood.url, cursors):
            cursors |= page.cursors
        ticket = next(number for number, was in desk.truth.items() if not was.gone)
        desk.comment(ticket, AGENTS[0])
        desk.wait(minutes=5)
        kinds = [each.object for page in pull(KEY, stood.url, cursors) for each in page.messages]
    assert sorted(set(kinds) - {"satisfaction_rating"}) == ["ticket", "update"]
    assert kinds.count("ticket") == 1


def test_what_is_not_read_is_not_kept() -> None:
    desk = Desk()
    desk.open(desk.user("who", desk.organization("Org")))
    event = desk.events[-1]
    event["detail"] |= {"custom_fields": ["card 4111"], "via": {"channel": "email", "source": {"from": "x"}}}
    assert "4111" not in repr(ZENDESK.messages(json.dumps(event).encode(), {}))
    assert (
        ZENDESK.messages(json.dumps(event | {"type": "zen:event-type:article.published"}).encode(), {}) == []
    )


def test_a_signature_is_of_this_body_and_of_lately() -> None:
    now, body = datetime(2025, 6, 2, 8, 0, 30), b'{"a": 1}'
    headers = signed(body, "s", now - timedelta(seconds=20))
    assert ZENDESK.authentic(body, headers, ["old", "s"], now)
    assert not ZENDESK.authentic(body + b" ", headers, ["s"], now)
    assert not ZENDESK.authentic(body, headers, ["other"], now)
    assert not ZENDESK.authentic(body, headers, ["s"], now + timedelta(minutes=9))
    assert not ZENDESK.authentic(body, {}, ["s"], now)


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"type": "zen:event-type:ticket.created"}', b"null"])
def test_bodies_that_are_no_events(body: bytes) -> None:
    with pytest.raises(BadInput):
        ZENDESK.messages(body, {})


def test_an_object_that_cannot_be_read_stops_nobody_else() -> None:
    desk = lived(5)
    messages = by_events(desk)
    broken = Message("m-odd", "ticket", "ticket-7", datetime(2025, 6, 2), None, None, {"ticket": {"id": "7"}})
    alone = Message("m-waits", "update", "ticket-8", datetime(2025, 6, 2), None, None, {"change": {}})
    found = rows_of([*messages, broken, alone])
    assert acts(found) == truth(desk)
    assert sorted(each.object_id for each in found.unused) == ["ticket-7", "ticket-8"]


def test_it_waits_as_long_as_it_is_asked_to_and_a_key_is_in_no_message() -> None:
    waited: list[float] = []
    with served(lived(1)) as stood:
        user, _, secret = KEY.partition(":")
        asker = Asker.with_headers("Zendesk", stood.url, {}, (user, secret), waited.append)
        stood.refusals = [429, 503]
        list(pages(asker, {}))
        assert waited == [3, 3]
        stood.refusals = [429] * TRIES
        with pytest.raises(Unreachable, match="did not answer") as refused:
            list(pages(asker, {}))
        assert "hush" not in str(refused.value)
        wrong = Asker.with_headers("Zendesk", stood.url, {}, (user, "wrong-key"), waited.append)
        with pytest.raises(UsageError, match="does not know the key") as denied:
            list(pages(wrong, {}))
    assert "wrong-key" not in f"{denied.value} {denied.value.hint}"
    with pytest.raises(UsageError, match="no address"):
        list(pull(KEY, None, {}))
