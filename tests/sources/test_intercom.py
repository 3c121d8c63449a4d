"""Intercom: what its notifications and searches tell becomes what was lived, in any order."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.collect.sources.intercom import INTERCOM
from holdfast.collect.sources.intercom.pull import pull
from holdfast.collect.sources.source import Message, Told
from holdfast.errors import BadInput, UsageError
from tests.intercom_service import ADMINS, KEY, Inbox, Served, lived, served

ACTS = (
    *("created_at", "account_id", "solved_at", "reopened_at", "first_reply_at"),
    *("agent_replies", "requester_replies", "transfers", "agent"),
)


def by_notifications(inbox: Inbox) -> list[Message]:
    bodies = [json.dumps(told).encode() for told in inbox.notifications]
    return [message for body in bodies for message in INTERCOM.messages(body, {})]


def by_searches(stood: Served) -> list[Message]:
    stood.inbox.wait(minutes=9)
    return [message for page in pull(KEY, stood.url, {}) for message in page.messages]


def rows_of(messages: list[Message]) -> Told:
    kept = {message.message_id: message for message in messages}
    return INTERCOM.of_accounts(list(kept.values()), [])


def acts(told: Told) -> dict[str, tuple[Any, ...]]:
    return {row["ticket_id"]: tuple(row[name] for name in ACTS) for row in told.rows["tickets"]}


def truth(inbox: Inbox) -> dict[str, tuple[Any, ...]]:
    return {
        name: (
            *(was.created, was.account, was.closed, was.reopened, was.first_reply),
            *(was.agent_replies, was.requester_replies, was.transfers, was.admin),
        )
        for name, was in inbox.truth.items()
    }


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_notifications_in_any_order_and_number_tell_what_was_lived(seed: int, order: random.Random) -> None:
    inbox = lived(seed)
    messages = by_notifications(inbox)
    told = messages + [order.choice(messages) for _ in range(5)]
    order.shuffle(told)
    found = rows_of(told)
    assert found.unused == []
    assert acts(found) == truth(inbox)
    assert found == rows_of(messages)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), most=st.sampled_from([1, 2, 100]))
def test_searches_tell_what_was_lived_in_pages_of_any_size(seed: int, most: int) -> None:
    inbox = lived(seed)
    with served(inbox) as stood:
        stood.most = most
        pulled = by_searches(stood)
    found = rows_of(pulled)
    assert acts(found) == truth(inbox)
    ratings = {name: body["conversation_rating"] for name, body in inbox.conversations.items()}
    assert {row["trigger_ref"]: row["score"] for row in found.rows["survey_responses"]} == {
        name: rating["rating"] for name, rating in ratings.items() if rating
    }
    assert [row["name"] for row in found.rows["accounts"]] == ["One"]
    assert [row["name"] for row in found.rows["users"]] == ["one"]
    both = rows_of(by_notifications(inbox) + pulled)
    assert both.rows == found.rows


def test_what_the_team_began_is_outreach_until_somebody_answers() -> None:
    inbox = Inbox()
    contact = inbox.contact("one", inbox.company("One"))
    name = inbox.open(contact, "admin_initiated")
    found = rows_of(by_notifications(inbox))
    (row,) = found.rows["touchpoints"]
    assert (row["direction"], row["account_id"], row["member"]) == (
        "out",
        inbox.truth[name].account,
        ADMINS[0],
    )
    assert found.rows["tickets"] == []
    inbox.wait(minutes=1)
    inbox.answer(name)
    found = rows_of(by_notifications(inbox))
    assert found.rows["touchpoints"] == []
    assert [row["requester_replies"] for row in found.rows["tickets"]] == [1]


def test_a_second_pull_reads_what_changed() -> None:
    inbox, cursors = lived(3), dict[str, Any]()
    with served(inbox) as stood:
        inbox.wait(minutes=9)
        for page in pull(KEY, stood.url, cursors):
            cursors |= page.cursors
        inbox.reply(next(iter(inbox.conversations)), ADMINS[0])
        inbox.wait(minutes=9)
        kinds = [each.object for page in pull(KEY, stood.url, cursors) for each in page.messages]
        assert kinds == ["company", "conversation"]
        with pytest.raises(UsageError, match="does not know the key") as refused:
            list(pull("wrong-key", stood.url, {}))
    assert "wrong-key" not in f"{refused.value} {refused.value.hint}"


def test_what_is_not_read_is_not_kept() -> None:
    inbox = lived(1)
    kept = repr(by_notifications(inbox))
    assert "example.org/secret" not in kept


def test_a_signature_is_of_this_body() -> None:
    body, now = b'{"a": 1}', datetime(2025, 6, 2)
    headers = {"X-Hub-Signature": "sha1=" + hmac.new(b"s", body, hashlib.sha1).hexdigest()}
    assert INTERCOM.authentic(body, headers, ["old", "s"], now)
    assert not INTERCOM.authentic(body + b" ", headers, ["s"], now)
    assert not INTERCOM.authentic(body, headers, ["other"], now)


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"type": "notification_event"}', b"null"])
def test_bodies_that_are_no_notifications(body: bytes) -> None:
    with pytest.raises(BadInput):
        INTERCOM.messages(body, {})
    ping = {"type": "notification_event", "topic": "ping", "data": {"item": {"message": "hi"}}}
    assert INTERCOM.messages(json.dumps(ping).encode(), {}) == []
