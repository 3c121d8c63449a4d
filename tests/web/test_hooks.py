"""Signed messages: let in by their signature alone, and loaded as the source has them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from holdfast.collect.spool import sizes
from holdfast.flow.live import Live
from tests.posting import batch, call, post
from tests.stripe_service import Service

SECRETS = ["whsec_new", "whsec_old"]


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.INSTALLATION, "STRIPE_SIGNING_SECRETS", SECRETS)


def signed(body: bytes, secret: str, at: float | None = None) -> str:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def send(client: Client, body: bytes, signature: str) -> Any:
    headers = {"stripe-signature": signature}
    return client.post("/hooks/stripe", body, content_type="application/json", headers=headers)


def events() -> list[bytes]:
    service = Service()
    service.subscribe(service.customer("Acme"), service.price(5000), 2)
    return [json.dumps(event, indent=1).encode() for event in service.events]


def test_what_is_signed_is_kept_and_loaded_beside_events(client: Client, site: Path) -> None:
    bodies = events()
    for place, body in enumerate(bodies):
        assert send(client, body, signed(body, SECRETS[place % 2])).status_code == 200
    post(site, batch(call("track", "a", userId="hooked")))
    with Live(site) as live:
        while live.load() is not None:
            pass
        kept = live.records("source_messages").to_pyarrow().to_pylist()
        assert {row["message_id"] for row in kept if row["source"] == "stripe"} == {
            json.loads(body)["id"] for body in bodies
        }
        phases = live.records("subscription_phases")
        assert phases.filter(phases.source == "stripe").count().to_pyarrow().as_py() == 1
        acts = live.records("events")
        assert acts.filter(acts.user_id == "hooked").count().to_pyarrow().as_py() == 1


@pytest.mark.parametrize("signature", ["", "t=1,v1=0", "nonsense"])
def test_what_nobody_signed_is_refused(client: Client, site: Path, signature: str) -> None:
    before = list(sizes(site / "spool"))
    assert send(client, events()[0], signature).status_code == 401
    assert list(sizes(site / "spool")) == before


def test_a_signature_of_another_body_or_of_long_ago_is_refused(client: Client) -> None:
    one, other = events()[:2]
    assert send(client, one, signed(other, SECRETS[0])).status_code == 401
    assert send(client, one, signed(one, SECRETS[0], time.time() - 400)).status_code == 401


def test_a_signed_body_that_is_no_event_is_refused(client: Client) -> None:
    for body in (b"{", b"{}", b"[1]"):
        assert send(client, body, signed(body, SECRETS[0])).status_code == 400


def test_without_a_secret_the_service_is_asked_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.INSTALLATION, "STRIPE_SIGNING_SECRETS", [])
    answer = send(client, events()[0], "")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
