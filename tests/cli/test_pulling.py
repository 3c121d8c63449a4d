"""`holdfast pull` from a shell: what it says, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import app
from tests.stripe_served import KEY, served
from tests.stripe_service import Service


def said(*arguments: str, code: int = 0) -> str:
    answer = CliRunner().invoke(app, list(arguments))
    assert answer.exit_code == code, answer.output
    assert "Traceback" not in answer.output
    assert KEY not in answer.output
    return answer.output


def test_a_pull_says_what_is_new_and_what_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service, place = Service(), str(tmp_path / "acme")
    service.subscribe(service.customer("Acme"), service.price(1000))
    tiers = service.price(0, unit_amount=None, unit_amount_decimal=None, billing_scheme="tiered")
    alone = service.customer("Odd")
    service.charge({"customer": alone["id"], "total": 500, "currency": "usd"}, "pi_alone")
    service.wait(minutes=1)
    said("init", place)
    with served(service) as stripe:
        monkeypatch.setenv("HOLDFAST_STRIPE_URL", stripe.url)
        monkeypatch.setenv("HOLDFAST_STRIPE_KEY", "rk_wrong")
        assert "does not know the key" in said("pull", "stripe", "-w", place, code=2)
        monkeypatch.setenv("HOLDFAST_STRIPE_KEY", KEY)
        told = said("pull", "stripe", "-w", place)
        assert "accounts: 2 new" in told
        assert "left out: charge, it pays no invoice (1)" in told
        body = service.subscribe(alone, tiers | {"unit_amount": 1, "unit_amount_decimal": "1"}).body
        (item,) = body["items"]["data"]
        now = body | {"items": {"data": [item | {"price": tiers}]}}
        service.tell("customer.subscription.updated", now, {"items": body["items"]})
        told = said("pull", "stripe", "-w", place, code=6)
        assert "1 could not be used; `holdfast rejects` says why." in told
        assert f"price {tiers['id']} has no amount in USD" in said("rejects", "-w", place, "-f", "json")
        assert said("pull", "stripe", "-w", place, "--quiet") == ""
