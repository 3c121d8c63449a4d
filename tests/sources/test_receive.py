"""Webhooks: whose they are, and what is kept of what they say."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import WebhookSignature

from holdfast.collect.sources.stripe.kept import of_object
from holdfast.collect.sources.stripe.receive import authentic, messages
from holdfast.errors import BadInput
from tests.stripe_service import Service

NOW = datetime(2026, 1, 5, 12)
OLD, NEW = "whsec_old", "whsec_new"


def signed(body: bytes, secret: str, at: datetime = NOW) -> dict[str, str]:
    stamp = int(at.replace(tzinfo=UTC).timestamp())
    return {"stripe-Signature": WebhookSignature.generate_signature_header(body.decode(), secret, stamp)}


def test_a_signature_of_any_of_the_secrets_is_good() -> None:
    body = b'{"object": "event"}'
    for secret in (OLD, NEW):
        assert authentic(body, signed(body, secret), [OLD, NEW], NOW)
    assert not authentic(body, signed(body, "whsec_other"), [OLD, NEW], NOW)
    assert not authentic(body + b" ", signed(body, OLD), [OLD], NOW)
    assert not authentic(body, signed(body, OLD), [], NOW)


def test_a_signature_is_good_for_five_minutes() -> None:
    body = b"{}"
    assert authentic(body, signed(body, OLD, NOW - timedelta(seconds=300)), [OLD], NOW)
    assert not authentic(body, signed(body, OLD, NOW - timedelta(seconds=301)), [OLD], NOW)


@pytest.mark.parametrize("header", ["", "t=", "v1=abc", "t=x,v1=y", "t=1767614400,v1=", "t=1767614400"])
def test_a_header_that_is_none_is_refused(header: str) -> None:
    assert not authentic(b"{}", {"Stripe-Signature": header}, [OLD], NOW)
    assert not authentic(b"{}", {}, [OLD], NOW)
    assert not authentic(b"\xff\xfe", {"Stripe-Signature": "t=1767614400,v1=00"}, [OLD], NOW)


def test_an_event_is_a_message_with_the_time_that_stripe_gives_it() -> None:
    service = Service()
    service.customer("Acme")
    (message,) = messages(json.dumps(service.events[0]).encode(), {})
    assert (message.message_id, message.object, message.at) == (
        service.events[0]["id"],
        "customer",
        service.now,
    )
    assert message.account_id == message.object_id


def test_only_what_is_read_is_kept() -> None:
    service = Service()
    service.subscribe(service.customer("Acme"), service.price(100))
    kept = json.dumps(
        [each.body for event in service.events for each in messages(json.dumps(event).encode(), {})]
    )
    assert "a street" not in kept
    assert "4242" not in kept
    assert '"country": "DE"' in kept


def test_what_nobody_reads_is_no_message() -> None:
    event: dict[str, Any] = {"object": "event", "id": "evt_1", "created": 1, "type": "payout.paid"}
    for thing in ({"object": "payout", "id": "po_1"}, {"object": "invoice"}):
        assert messages(json.dumps(event | {"data": {"object": thing}}).encode(), {}) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["charge", "refund", "invoice"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["object", "id", "customer"]), inner),
    max_leaves=8,
)


@given(st.fixed_dictionaries(dict.fromkeys(("id", "created", "type", "data"), VALUES)), VALUES, VALUES)
def test_a_body_is_read_or_refused(event: dict[str, Any], thing: Any, previous: Any) -> None:
    for data in (event["data"], {"object": thing, "previous_attributes": previous}):
        with contextlib.suppress(BadInput):
            for message in messages(json.dumps(event | {"object": "event", "data": data}).encode(), {}):
                assert isinstance(message.message_id, str)
                assert isinstance(message.object_id, str)
                assert isinstance(message.account_id, str | None)


@given(st.binary())
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        messages(body, {})


def test_objects_written_out_within_another_are_messages_too() -> None:
    method = {"id": "pm_1", "object": "payment_method", "type": "card", "customer": "cus_1", "created": 1}
    given = {"id": "sub_1", "object": "subscription", "customer": "cus_1", "default_payment_method": method}
    assert [(each.object, each.account_id) for each in of_object(given, NOW)] == [
        ("subscription", "cus_1"),
        ("payment_method", "cus_1"),
    ]
