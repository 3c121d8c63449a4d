"""What Segment's calls tell, each kind, and what of a call cannot be used."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.collect.sources import POSTED
from holdfast.collect.sources.delivery import Delivery, TooLarge
from holdfast.collect.sources.segment.receive import posted
from holdfast.collect.sources.told import Act, Told
from holdfast.errors import BadInput
from tests.posting import NOON, batch, call, delivery


def told(*deliveries: Delivery) -> Told:
    """What deliveries tell."""
    found = Told()
    for each in deliveries:
        POSTED[each.source].translate(each, found)
    return found


def said(tellings: dict[tuple[str, str], tuple[str, datetime]]) -> dict[tuple[str, str], Any]:
    """Traits without the times at which they were told."""
    return {key: json.loads(value) for key, (value, _) in tellings.items() if "$first" not in key[1]}


def test_a_track_call_is_an_event() -> None:
    found = told(
        batch(
            {
                "type": "track",
                "messageId": "m1",
                "userId": 42,
                "anonymousId": "v1",
                "event": "Report Created",
                "properties": {"rows": 3},
                "context": {"groupId": "acme", "library": {"name": "x"}},
                "channel": "browser",
                "timestamp": "2025-06-02T13:30:00+02:00",
            }
        )
    )
    assert found.events == [
        Act(
            event_id="m1",
            stamped_on=date(2025, 6, 2),
            user_id="42",
            anonymous_id="v1",
            account_id="acme",
            name="Report Created",
            occurred_at=datetime(2025, 6, 2, 11, 30),
            received_at=NOON,
            origin="client",
            properties='{"rows": 3}',
        )
    ]
    assert found.visitors == {"v1": ("42", datetime(2025, 6, 2, 11, 30))}
    assert found.unused == []


def test_the_path_names_the_kind_of_a_single_call() -> None:
    for path in ("/v1/track", "/v1/t/"):
        (event,) = told(delivery({"userId": "u", "event": "Login"}, path=path)).events
        assert event.name == "Login"
        assert event.occurred_at == NOON


def test_pages_and_screens_are_events_with_their_names() -> None:
    found = told(
        batch(call("page", category="Docs", properties={"url": "x"}) | {"name": "Home"}, call("screen"))
    )
    assert [(e.name, e.properties) for e in found.events] == [
        ("page", '{"url":"x","category":"Docs","name":"Home"}'),
        ("screen", None),
    ]


def test_a_call_that_says_its_user_was_not_active_is_of_a_server() -> None:
    found = told(
        batch(
            call("track", "a", context={"active": False}),
            call("track", "b", channel="server"),
            call("track", "c", channel="mobile"),
        )
    )
    assert [event.origin for event in found.events] == ["server", None, "client"]


def test_identify_tells_traits_and_who_a_visitor_is() -> None:
    found = told(batch(call("identify", userId="u", anonymousId="v", traits={"email": "a@x.io", "seats": 3})))
    assert said(found.user_traits) == {("u", "email"): "a@x.io", ("u", "seats"): 3}
    assert found.visitors == {"v": ("u", NOON)}


def test_traits_may_stand_in_the_context() -> None:
    found = told(batch(call("identify", userId="u", context={"traits": {"email": "a@x.io"}})))
    assert said(found.user_traits) == {("u", "email"): "a@x.io"}


def test_group_tells_of_an_account_and_puts_the_user_there() -> None:
    found = told(batch(call("group", userId="u", groupId="acme", traits={"name": "Acme"})))
    assert said(found.account_traits) == {("acme", "name"): "Acme"}
    assert said(found.user_traits) == {("u", "account_id"): "acme"}


def test_alias_names_an_earlier_id() -> None:
    assert told(batch(call("alias", userId="u", previousId="old"))).visitors == {"old": ("u", NOON)}


def test_of_two_tellings_the_later_counts_in_whatever_order_they_come() -> None:
    early = call("identify", userId="u", traits={"plan": "free"})
    late = call("identify", userId="u", traits={"plan": "pro"}, timestamp="2025-06-02T12:00:01Z")
    for calls in ((early, late), (late, early)):
        assert said(told(batch(*calls)).user_traits) == {("u", "plan"): "pro"}


@pytest.mark.parametrize("off", [timedelta(hours=3), -timedelta(hours=3), timedelta(seconds=50)])
def test_a_clock_that_is_wrong_is_corrected_by_when_the_body_was_sent(off: timedelta) -> None:
    sent = NOON + off
    stamped = (sent - timedelta(minutes=5)).isoformat() + "Z"
    (event,) = told(batch(call("track", "a", timestamp=stamped), sentAt=sent.isoformat() + "Z")).events
    right = NOON - timedelta(minutes=5)
    assert event.occurred_at == (right if abs(off) > timedelta(minutes=1) else right + off)
    assert event.stamped_on == (sent - timedelta(minutes=5)).date()


def test_what_a_server_before_us_corrected_is_not_corrected_again() -> None:
    forwarded = call("track", "a", timestamp="2020-01-01T00:00:00Z", receivedAt="2020-01-01T00:00:01Z")
    forwarded |= {"sentAt": "2019-12-31T20:00:00Z", "originalTimestamp": "2019-12-31T19:59:59Z"}
    (event,) = told(batch(forwarded)).events
    assert event.occurred_at == datetime(2020, 1, 1)
    assert event.stamped_on == date(2019, 12, 31)


@pytest.mark.parametrize("nobody", [None, "", "  ", "null", "undefined", "[object Object]", 0])
def test_an_id_that_names_nobody_is_none(nobody: object) -> None:
    (event,) = told(batch(call("track", "a", userId=nobody, anonymousId="v"))).events
    assert event.user_id is None
    assert event.anonymous_id == "v"


@pytest.mark.parametrize(
    ("spoiled", "column", "problem"),
    [
        ({"event": None}, "event", "event is missing"),
        ({"event": {"a": 1}}, "event", "event is missing"),
        ({"type": "trakc"}, "type", "no kind of call"),
        ({"timestamp": "soon"}, "timestamp", "not a moment in time"),
        ({"timestamp": True}, "timestamp", "not a moment in time"),
        ({"timestamp": "2025-06-04T12:00:00Z"}, "occurred_at", "after its own arrival"),
        ({"timestamp": "0001-01-01T00:00:00Z"}, "occurred_at", "no product was used then"),
        ({"userId": ["u"]}, "userId", "no text and no whole number"),
        ({"userId": "u" * 3000}, "userId", "longer than"),
        ({"properties": [1]}, "properties", "no JSON object"),
        ({"type": "group"}, "groupId", "names no account"),
        ({"type": "identify", "userId": None}, "userId", "names no user"),
        ({"type": "alias"}, "previousId", "names no two ids"),
    ],
)
def test_a_spoiled_message_is_kept_with_its_reason_beside_good_ones(
    spoiled: dict[str, Any], column: str, problem: str
) -> None:
    good = call("track", "Good")
    found = told(batch(good, {**call("track", "Bad", userId="u"), **spoiled}, good))
    assert [event.name for event in found.events] == ["Good", "Good"]
    (unused,) = found.unused
    assert (unused.place, unused.column) == (2, column)
    assert problem in unused.problem
    assert unused.wanted
    assert json.loads(unused.message)["messageId"]


def test_what_is_no_object_is_kept_with_its_reason() -> None:
    found = told(delivery({"batch": [1, "x", None, [], call("track", "Good")]}))
    assert len(found.unused) == 4
    assert len(found.events) == 1


def test_the_key_is_found_where_clients_put_it() -> None:
    basic = base64.b64encode(b"KEY:").decode()
    for headers, body in (
        ({"authorization": f"Basic {basic}"}, b'{"batch": []}'),
        ({"authorization": "Bearer KEY"}, b'{"batch": []}'),
        ({"authorization": "Basic %%%"}, b'{"batch": [], "writeKey": "KEY"}'),
        ({}, b'{"batch": [], "writeKey": "KEY"}'),
    ):
        assert posted(body, {":path": "/v1/batch", **headers}).key == "KEY"


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"{}", b'{"batch": {}}', b'{"batch": null}'])
def test_a_body_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        posted(body, {":path": "/v1/batch"})


def test_a_body_of_too_many_messages_is_refused() -> None:
    with pytest.raises(TooLarge, match="10,001 messages"):
        posted(json.dumps({"batch": [1] * 10_001}).encode(), {":path": "/v1/batch"})


ANY: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just({}) | st.just([1])
)
FIELDS = (
    "type",
    "userId",
    "anonymousId",
    "groupId",
    "messageId",
    "event",
    "timestamp",
    "properties",
    "traits",
)


@given(st.lists(st.dictionaries(st.sampled_from([*FIELDS, "context", "sentAt", "name"]), ANY), max_size=5))
def test_no_message_is_lost_whatever_it_holds(messages: list[dict[str, Any]]) -> None:
    kinds = ("track", "page", "identify")
    messages = [{"type": kinds[i % 3], **message} for i, message in enumerate(messages)]
    found = told(batch(call("track", "Good"), *messages))
    assert "Good" in [event.name for event in found.events]
    assert found.messages == len(messages) + 1
    identified = [m for m in messages if m["type"] == "identify"]
    assert len(found.events) + len(found.unused) + len(identified) >= found.messages
