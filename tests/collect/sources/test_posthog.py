"""What PostHog's messages tell, each kind."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from holdfast.collect.sources.delivery import Delivery
from holdfast.collect.sources.posthog.receive import posted
from holdfast.errors import BadInput
from tests.collect.sources.test_segment import said, told
from tests.posting import NOON, delivery


def captures(*messages: dict[str, Any]) -> Delivery:
    stamped = [{"timestamp": "2025-06-02T11:00:00Z", **message} for message in messages]
    return delivery({"api_key": "KEY", "batch": stamped}, source="posthog", path="/batch/")


def test_a_capture_is_an_event_of_a_user_at_the_account_of_its_group() -> None:
    properties = {"n": 1, "$groups": {"team": "t9", "company": "acme"}}
    found = told(captures({"event": "exported", "distinct_id": "u", "uuid": "m1", "properties": properties}))
    (event,) = found.events
    assert event.event_id == "m1"
    assert (event.user_id, event.anonymous_id, event.account_id) == ("u", None, "acme")
    assert event.occurred_at == datetime(2025, 6, 2, 11)
    assert event.origin is None
    assert json.loads(event.properties or "") == properties


def test_a_capture_without_a_profile_is_of_a_visitor() -> None:
    found = told(
        captures({"event": "a", "distinct_id": "v", "properties": {"$process_person_profile": False}})
    )
    assert (found.events[0].user_id, found.events[0].anonymous_id) == (None, "v")


def test_what_a_library_sends_by_itself_makes_nobody_active() -> None:
    assert told(captures({"event": "$feature_flag_called", "distinct_id": "u"})).events[0].origin == "server"


def test_what_is_set_tells_of_a_user_wherever_it_stands() -> None:
    found = told(
        captures(
            {"event": "a", "distinct_id": "u", "properties": {"$set": {"email": "a@x.io"}}},
            {"event": "$set", "distinct_id": "u", "$set": {"role": "admin"}, "$set_once": {"seen": 1}},
        )
    )
    assert said(found.user_traits) == {("u", "email"): "a@x.io", ("u", "role"): "admin", ("u", "seen"): 1}
    assert len(found.events) == 1


def test_identify_and_alias_say_who_a_visitor_is() -> None:
    found = told(
        captures(
            {"event": "$identify", "distinct_id": "u", "properties": {"$anon_distinct_id": "v"}},
            {
                "event": "$create_alias",
                "distinct_id": "old",
                "properties": {"distinct_id": "old", "alias": "u"},
            },
        )
    )
    assert {visitor: user for visitor, (user, _) in found.visitors.items()} == {"v": "u", "old": "u"}
    assert found.events == []


def test_a_group_of_an_account_tells_of_it_and_another_is_set_aside() -> None:
    found = told(
        captures(
            {
                "event": "$groupidentify",
                "distinct_id": "x",
                "properties": {
                    "$group_type": "company",
                    "$group_key": "acme",
                    "$group_set": {"name": "Acme"},
                },
            },
            {
                "event": "$groupidentify",
                "distinct_id": "x",
                "properties": {"$group_type": "channel", "$group_key": "c"},
            },
        )
    )
    assert said(found.account_traits) == {("acme", "name"): "Acme"}
    assert [unused.value for unused in found.unused] == ["channel"]


@pytest.mark.parametrize(
    "body",
    [
        {"api_key": "KEY", "event": "a", "distinct_id": "u"},
        {"event": "a", "properties": {"token": "KEY", "distinct_id": "u"}},
        [{"event": "a", "properties": {"token": "KEY", "distinct_id": "u"}}],
    ],
)
def test_single_events_and_lists_are_taken_too(body: Any) -> None:
    assert posted(json.dumps(body).encode(), {}).key == "KEY"
    (event,) = told(delivery(body, source="posthog", path="/e/")).events
    assert (event.name, event.user_id, event.occurred_at) == ("a", "u", NOON)


@pytest.mark.parametrize("body", [b"1", b"{}", b'{"batch": 1}', b'["x"]'])
def test_a_body_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        posted(body, {})
