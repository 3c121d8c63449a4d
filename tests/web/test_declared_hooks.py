"""Declared webhooks at the door: known by the worker's copy, let in by their signature alone."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from holdfast import flow
from holdfast.collect.spool import sizes
from holdfast.flow.live import Live
from holdfast.web.environment import settings_of
from holdfast.web.webhooks.known import do_copy
from holdfast.web.worker import Worker
from tests.sources.test_webhook import DESK, body, ticket


def send(client: Client, name: str, text: bytes, secret: bytes = b"s3cret") -> Any:
    made = hmac.new(secret, text, hashlib.sha256).hexdigest()
    headers = {"X-Desk-Signature": f"sha256={made}"}
    return client.post(f"/hooks/{name}", text, content_type="application/json", headers=headers)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HELP_DESK", "OTHER"):
        monkeypatch.setenv(f"HOLDFAST_SOURCE_{name}_SIGNING_SECRETS", "old, s3cret")


def test_what_a_declared_webhook_signs_is_kept_and_becomes_rows(
    client: Client, site: Path, secret: None
) -> None:
    with flow.open(site) as space:
        space.sources.declare_webhook("help-desk", DESK)
    with Live(site) as live:
        Worker(site)._pass_on(live.webhooks())
        assert send(client, "help-desk", body(ticket("posted"))).status_code == 200
        assert send(client, "help-desk", b'{"odd": 1}').status_code == 200
        while live.load() is not None:
            pass
        tickets = live.records("tickets")
        assert tickets.filter(tickets.ticket_id == "posted").count().to_pyarrow().as_py() == 1
        rejects = live.records("rejects")
        (odd,) = rejects.filter(rejects.file == "help-desk").to_pyarrow().to_pylist()
        assert "finds no list" in odd["problem"]


def test_what_is_not_signed_or_not_declared_is_refused(client: Client, site: Path, secret: None) -> None:
    do_copy({"other": DESK})
    before = list(sizes(site / "spool"))
    assert send(client, "other", body(ticket()), b"wrong").status_code == 401
    assert send(client, "other", b"no json").status_code == 400
    answer = send(client, "nobody", body(ticket()))
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (404, "usage")
    assert client.get("/hooks/other").status_code == 405
    assert list(sizes(site / "spool")) == before


def test_without_a_secret_or_with_one_that_others_can_read_it_is_asked_to_come_again(
    client: Client, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    do_copy({"bare": DESK})
    assert send(client, "bare", body(ticket())).status_code == 503
    secrets = settings.WORKSPACE / "secrets.toml"
    try:
        secrets.write_text('[bare]\nsigning_secrets = ["s3cret", "other"]\n')
        secrets.chmod(0o644)
        assert send(client, "bare", body(ticket())).status_code == 503
        secrets.chmod(0o600)
        assert send(client, "bare", body(ticket())).status_code == 200
    finally:
        secrets.unlink()


def test_secrets_of_declared_sources_are_settings_that_may_be() -> None:
    settings_of({"HOLDFAST_SOURCE_HELP_DESK_SIGNING_SECRETS": "x", "HOLDFAST_SOURCE_SHOP_URL_FILE": "y"})
