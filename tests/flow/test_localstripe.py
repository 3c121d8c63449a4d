"""A pull from localstripe, an independent stand-in for Stripe as it was in 2017, in its own process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import stripe

from holdfast.flow import Workspace
from tests.flow.test_receiving import rows

KEY = "sk_test_12345"
Post = Callable[..., dict[str, Any]]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    """Requests to localstripe, which the environment leads to."""
    folder, port = tmp_path_factory.mktemp("localstripe"), free_port()
    command = [sys.executable, "-u", "-m", "localstripe", "--port", str(port), "--from-scratch"]
    patch, url = pytest.MonkeyPatch(), f"http://127.0.0.1:{port}"
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        command, env=os.environ | {"TMPDIR": str(folder)}, stdout=subprocess.PIPE, stderr=log
    )
    patch.setenv("HOLDFAST_STRIPE_KEY", KEY)
    patch.setenv("HOLDFAST_STRIPE_URL", url)
    try:
        _listens(process, folder / "log")
        client = stripe.StripeClient(KEY, base_addresses={"api": url})
        yield lambda path, **said: dict(client.raw_request("post", f"/v1/{path}", **said).data)
    finally:
        process.terminate()
        process.communicate()
        log.close()
        patch.undo()


def _listens(process: subprocess.Popen[bytes], log: Path) -> None:
    """Read what it says until it listens; where it died, its log says why."""
    assert process.stdout is not None
    for line in process.stdout:
        if b"Running on" in line:
            return
    pytest.fail(log.read_text())


def card(post: Post, customer: str, number: str) -> None:
    """Make a card the one that a customer is charged with."""
    told = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    method = post("payment_methods", type="card", card=told)
    post(f"payment_methods/{method['id']}/attach", customer=customer)
    post(f"customers/{customer}", invoice_settings={"default_payment_method": method["id"]})


def test_a_subscription_is_pulled_and_then_what_became_of_it(post: Post, space: Workspace) -> None:
    customer = post("customers", name="Acme")
    product = post("products", name="Pro")
    plan = post("plans", amount=5000, currency="eur", interval="month", product=product["id"])
    card(post, customer["id"], "4242424242424242")
    held = post("subscriptions", customer=customer["id"], items=[{"plan": plan["id"], "quantity": 3}])
    assert space.sources.pull("stripe").unused == []
    (phase,) = rows(space, "subscription_phases")
    assert (phase["subscription_id"], phase["account_id"]) == (held["id"], customer["id"])
    assert (phase["unit_amount"], phase["quantity"], phase["currency"], phase["status"]) == (
        50,
        3,
        "EUR",
        "active",
    )
    assert [(row["plan"], row["name"]) for row in rows(space, "plans")] == [(plan["id"], "Pro")]
    assert [(row["status"], row["total"]) for row in rows(space, "invoices")] == [("paid", Decimal(150))]
    assert [(row["status"], row["amount"]) for row in rows(space, "payments")] == [
        ("succeeded", Decimal(150))
    ]
    assert [row["brand"] for row in rows(space, "payment_methods")] == ["visa"]
    charge = rows(space, "payments")[0]["payment_id"]
    post("refunds", charge=charge, amount=1000)
    late = post("customers", name="Late")
    second = space.sources.pull("stripe")
    assert second.repeated > 0
    assert {row["account_id"] for row in rows(space, "accounts")} == {customer["id"], late["id"]}
    assert space.check() == []
