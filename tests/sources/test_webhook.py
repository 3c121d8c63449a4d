"""Declared webhooks: how they are signed, what a body becomes, what does not fit, what a mistake is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.collect.sources.webhook import source_of_webhook, webhook
from holdfast.collect.sources.webhook.receive import RECEIVED
from holdfast.errors import BadInput

DESK = """
[signature]
header = "X-Desk-Signature"
prefix = "sha256="

[message]
each = "items[]"
outer = { sent = "sent_at" }
id = "id"
at = "updated"
account = "customer.id"
object = "id"

[[rows]]
table = "tickets"
when = "kind == 'ticket'"
[rows.columns]
ticket_id = "id"
account_id = "customer.id"
created_at = "created"
subject = "title"
agent_replies = "replies"
channel = "via"
[rows.values.channel]
mail = "email"

[[rows]]
table = "invoices"
when = "kind == 'bill'"
money = "minor"
[rows.columns]
invoice_id = "id"
account_id = "customer.id"
issued_at = "created"
currency = "currency"
total = "amount"
subtotal = "amount"
[rows.constants]
status = "open"
"""
NOW = datetime(2025, 6, 2, 12)
HEADERS = {RECEIVED: NOW.isoformat()}


def ticket(name: str = "t1", updated: str = "2025-06-01T10:00:00Z", **more: Any) -> dict[str, Any]:
    body = {"id": name, "kind": "ticket", "created": "2025-06-01T09:00:00Z", "updated": updated}
    return body | {"customer": {"id": "a1"}, "title": "Help", "replies": 2, "via": "Mail"} | more


def body(*items: Any) -> bytes:
    return json.dumps({"sent_at": "2025-06-01T11:00:00Z", "items": list(items)}).encode()


def told(*items: Any, declaration: str = DESK) -> Any:
    source = source_of_webhook(webhook("desk", declaration))
    return source.of_accounts(source.messages(body(*items), HEADERS), [])


def test_a_body_becomes_typed_rows_of_several_tables() -> None:
    bill = {"id": 7, "kind": "bill", "created": 1748768400, "updated": "2025-06-01", "currency": "kwd"}
    found = told(ticket(), bill | {"amount": 12345, "customer": {"id": "a1"}}, ticket(kind="other"))
    assert found.unused == []
    (row,) = found.rows["tickets"]
    assert (row["ticket_id"], row["account_id"], row["channel"]) == ("t1", "a1", "email")
    assert (row["created_at"], row["agent_replies"]) == (datetime(2025, 6, 1, 9), 2)
    (invoice,) = found.rows["invoices"]
    assert (invoice["invoice_id"], invoice["total"], invoice["currency"]) == ("7", Decimal("12.345"), "KWD")
    assert invoice["issued_at"] == datetime(2025, 6, 1, 9)


def test_messages_say_whose_they_are_when_and_what_they_are_about() -> None:
    source = source_of_webhook(webhook("desk", DESK))
    (message,) = source.messages(body(ticket()), HEADERS)
    assert (message.message_id, message.object_id, message.account_id) == ("t1", "t1", "a1")
    assert message.at == datetime(2025, 6, 1, 10)
    assert message.body["told"]["sent"] == "2025-06-01T11:00:00Z"
    plain = source_of_webhook(webhook("desk", DESK.replace('id = "id"\nat = "updated"', "")))
    one, other = plain.messages(body(ticket(), ticket(title="Other")), HEADERS)
    assert (one.at, len(one.message_id)) == (NOW, 64)
    assert one.message_id != other.message_id
    (again,) = plain.messages(body(ticket()), HEADERS)
    assert again.message_id == one.message_id


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=4))
def test_order_and_number_of_deliveries_say_nothing(order: list[int], again: list[int]) -> None:
    source = source_of_webhook(webhook("desk", DESK.replace('id = "id"\n', "", 1)))
    items = [ticket(updated=f"2025-06-01T10:00:0{n}Z", title=f"Title {n}", replies=n) for n in range(4)]
    sent = [items[place] for place in (*order, *again)]
    messages = [each for item in sent for each in source.messages(body(item), HEADERS)]
    kept = list({message.message_id: message for message in messages}.values())
    (row,) = source.of_accounts(kept, []).rows["tickets"]
    assert (row["subject"], row["agent_replies"]) == ("Title 3", 3)


@pytest.mark.parametrize(
    ("more", "problem", "wanted"),
    [
        ({"created": "soon"}, "created_at is not a moment in time: soon", "ISO 8601"),
        ({"created": None}, "created_at is missing", "ISO 8601"),
        ({"replies": 2.5}, "agent_replies is not a whole number: 2.5", "whole number"),
        ({"title": {"de": "Hilfe"}}, "subject is not a text: {'de': 'Hilfe'}", "any text"),
    ],
)
def test_what_does_not_fit_is_told_and_spoils_nothing_else(
    more: dict[str, Any], problem: str, wanted: str
) -> None:
    found = told(ticket("t1"), ticket("t2", **more))
    assert [row["ticket_id"] for row in found.rows["tickets"]] == ["t1"]
    (unused,) = found.unused
    assert (unused.object_id, unused.table, unused.problem) == ("t2", "tickets", problem)
    assert wanted in unused.wanted


def test_a_later_message_that_fits_mends_what_did_not() -> None:
    declaration = DESK.replace('id = "id"\n', "", 1)
    found = told(
        ticket(replies="x"), ticket(updated="2025-06-01T10:00:05Z", replies=3), declaration=declaration
    )
    assert found.unused == []
    assert found.rows["tickets"][0]["agent_replies"] == 3


@pytest.mark.parametrize(
    ("was", "now", "said", "hint"),
    [
        ('table = "tickets"', 'table = "tikets"', "No table is called 'tikets'", "'tickets'"),
        ('ticket_id = "id"', 'ticketid = "id"', "has no 'ticketid'", "'ticket_id'"),
        ('subject = "title"', 'subject = "title["', "is no JMESPath", "jmespath"),
        ('created_at = "created"', "", "created_at of tickets is required", "created_at ="),
        ('header = "X-Desk-Signature"', "", "signature.header is missing", "header ="),
        ('prefix = "sha256="', 'signed = "{timestamp}"', "nothing says where that stands", "timestamp ="),
        ('prefix = "sha256="', 'signed = "hello"', "leaves out the body", "{body}"),
        ('prefix = "sha256="', 'algorithm = "md5"', "algorithm cannot be 'md5'", "sha256"),
        ('each = "items[]"', "ech = 1", "message has no 'ech'", "'each'"),
        ('money = "minor"', 'money = "cents"', "money cannot be 'cents'", "minor"),
        ("[message]", "[message", "is not TOML", "quotes"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_with_what_would_be_right(
    was: str, now: str, said: str, hint: str
) -> None:
    assert was in DESK
    with pytest.raises(BadInput, match="desk") as refused:
        webhook("desk", DESK.replace(was, now))
    assert said in refused.value.message
    assert hint in str(refused.value.hint)


def test_an_expression_that_cannot_be_asked_of_a_body_is_named() -> None:
    found = told(ticket(), declaration=DESK.replace('subject = "title"', 'subject = "length(replies)"'))
    (unused,) = found.unused
    assert "subject (length(replies))" in unused.problem
    source = source_of_webhook(webhook("desk", DESK))
    for wrong, said in ((b"{", "no JSON"), (b"[]", "finds no list"), (b'{"items": 1}', "finds no list")):
        with pytest.raises(BadInput, match=said):
            source.messages(wrong, HEADERS)


def digest(secret: bytes, text: bytes, name: str = "sha256") -> bytes:
    return hmac.new(secret, text, getattr(hashlib, name)).digest()


PADDLE = 'timestamp = "Paddle-Signature:ts"'
SIGNED: dict[str, tuple[str, Callable[[bytes], dict[str, str]]]] = {
    "GitHub": (
        'header = "X-Hub-Signature-256"\nprefix = "sha256="',
        lambda text: {"X-Hub-Signature-256": "sha256=" + digest(b"s", text).hex()},
    ),
    "Shopify": (
        'header = "X-Shopify-Hmac-Sha256"\nencoding = "base64"',
        lambda text: {"X-Shopify-Hmac-Sha256": base64.b64encode(digest(b"s", text)).decode()},
    ),
    "Paddle": (
        'header = "Paddle-Signature"\nsigned = "{timestamp}:{body}"\nprefix = "h1="\n' + PADDLE,
        lambda text: {
            "Paddle-Signature": f"ts=1748865600;h1={digest(b's', b'1748865600:' + text).hex()}",
        },
    ),
    "Standard Webhooks": (
        'scheme = "standard-webhooks"',
        lambda text: {
            "webhook-id": "m1",
            "webhook-timestamp": "1748865600",
            "webhook-signature": "v1,"
            + base64.b64encode(digest(b"s", b"m1.1748865600." + text)).decode()
            + " v1a,bm9uZQ==",
        },
    ),
}


@pytest.mark.parametrize("service", SIGNED)
def test_signatures_as_services_make_them(service: str) -> None:
    scheme, sign = SIGNED[service]
    _, _, rest = DESK.partition("[message]")
    source = source_of_webhook(webhook("desk", f"[signature]\n{scheme}\n[message]{rest}"))
    secrets = ["other", "whsec_cw==" if "standard" in scheme else "s"]
    text, now = body(ticket()), datetime(2025, 6, 2, 12, 0, 30)
    assert source.authentic(text, sign(text), secrets, now)
    assert not source.authentic(text + b" ", sign(text), secrets, now)
    assert not source.authentic(text, sign(text), ["other"], now)
    assert not source.authentic(text, {}, secrets, now)
    if "timestamp" in scheme or "standard" in scheme:
        assert not source.authentic(text, sign(text), secrets, datetime(2025, 6, 2, 12, 6))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
some_tickets = st.fixed_dictionaries(
    {"kind": st.just("ticket") | json_values},
    optional=dict.fromkeys(("id", "created", "updated", "customer", "title", "replies", "via"), json_values),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(some_tickets | json_values, max_size=4), st.integers(0, 4))
def test_any_body_becomes_rows_or_reasons_and_never_loses_a_good_one(items: list[Any], place: int) -> None:
    declaration = DESK.replace('id = "id"\nat = "updated"\n', "")
    source = source_of_webhook(webhook("desk", declaration))
    items.insert(min(place, len(items)), ticket("good"))
    found = source.of_accounts(source.messages(body(*items), HEADERS), [])
    assert "good" in [row["ticket_id"] for row in found.rows["tickets"]]
