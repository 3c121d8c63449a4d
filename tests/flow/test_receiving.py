"""Messages of services: kept once, the same tables whatever their order and number."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.collect.sources import SOURCES, Message
from holdfast.collect.sources.stripe.kept import of_event, of_object
from holdfast.errors import UsageError
from holdfast.flow import Workspace, create
from holdfast.flow.arrivals.receiving import Taken, take
from tests.sources.lives import lived
from tests.stripe_service import Service
from tests.warehouse.batches import EXAMPLES

TABLES = tuple(SOURCES["stripe"].parted)


def messages_of(service: Service) -> list[Message]:
    return [message for event in service.events if (message := of_event(event))]


def told(space: Workspace, messages: list[Message], **more: Any) -> Taken:
    return take(space._warehouse, "stripe", messages, **more)


def rows(space: Workspace, table: str) -> list[dict[str, Any]]:
    found = space.records(table).drop("recorded_at").to_pyarrow().to_pylist()
    return sorted(found, key=repr)


def kept(space: Workspace) -> dict[str, list[dict[str, Any]]]:
    return {table: rows(space, table) for table in TABLES}


@settings(max_examples=max(2, EXAMPLES // 6))
@given(seed=st.integers(0, 10_000), chance=st.randoms(use_true_random=False), batches=st.integers(2, 3))
def test_the_same_messages_make_the_same_tables(
    spaces: Any, seed: int, chance: random.Random, batches: int
) -> None:
    messages = messages_of(lived(seed, steps=6))
    at_once, by_and_by = spaces(), spaces()
    told(at_once, messages)
    mixed = messages + chance.sample(messages, len(messages) // 3)
    chance.shuffle(mixed)
    for batch in range(batches):
        told(by_and_by, mixed[batch::batches])
    assert kept(by_and_by) == kept(at_once)
    assert len(rows(at_once, "subscription_phases")) > 0
    assert rows(by_and_by, "source_messages") == rows(at_once, "source_messages")
    assert at_once.rejects().num_rows == by_and_by.rejects().num_rows == 0


def test_a_message_is_kept_once_and_says_how_far_records_reach(space: Workspace) -> None:
    service = Service()
    held = service.subscribe(service.customer("Acme"), service.price(5000), 2)
    service.wait(days=40)
    service.change(held, quantity=3)
    messages = messages_of(service)
    assert (told(space, messages).new, told(space, messages).repeated) == (len(messages), len(messages))
    february = space.kpis(["mrr", "customers"], first="2025-01", last="2025-02")
    assert [figure.value for figure in february] == [Decimal(100), Decimal(150), 1, 1]
    reached = space.records("imports").through.max().to_pyarrow().as_py()
    assert reached == messages[-1].at + timedelta(microseconds=1)
    assert space.check() == []


def test_what_history_takes_back_is_buried(space: Workspace) -> None:
    service = Service()
    held = service.subscribe(service.customer("Acme"), service.price(5000), trial_days=14)
    service.end_trial(held)
    late = [message for message in messages_of(service) if message.object == "subscription"][-1:]
    told(space, [message for message in messages_of(service) if message not in late])
    first = space.records("source_messages").recorded_at.max().to_pyarrow().as_py()
    service.wait(days=3)
    service.cancel(held)
    told(space, [*late, *messages_of(service)])
    assert [row["status"] for row in rows(space, "subscription_phases")] == ["trialing", "active"]
    then = space.records("subscription_phases", first).to_pyarrow().to_pylist()
    assert [row["end_at"] for row in then] == [None]


def test_a_refund_waits_for_its_charge_and_a_line_for_its_price(space: Workspace) -> None:
    service = Service()
    customer, price = service.customer("Acme"), service.price(5000)
    held = service.subscribe(customer, price)
    charge = next(iter(service.objects["charge"].values()))
    service.refund(charge)
    messages = messages_of(service)
    early = [each for each in messages if each.object in ("refund", "invoice")]
    taken = told(space, early)
    assert [each.problem for each in taken.unused] == [
        f"{charge['id']}, which it belongs to, has not been told of"
    ]
    assert space.rejects().select(["table", "value", "state"]).to_pylist() == [
        {"table": "refunds", "value": early[-1].object_id, "state": "open"}
    ]
    bodies = [message for message in messages if message not in early]
    assert told(space, bodies).unused == []
    assert space.rejects().num_rows == 0
    (refund,) = rows(space, "refunds")
    assert (refund["payment_id"], refund["amount"], refund["kind"]) == (charge["id"], Decimal(50), "refund")
    assert [row["status"] for row in rows(space, "payments")] == ["refunded"]
    assert held.body["id"] in {row["subscription_id"] for row in rows(space, "invoices")}


def test_a_price_that_comes_later_prices_what_was_read_before(space: Workspace) -> None:
    service = Service()
    small, large = service.price(1000), service.price(3000)
    held = service.subscribe(service.customer("Acme"), small)
    service.wait(days=10)
    service.change(held, price=large)
    service.wait(days=10)
    bodies = [body for each in service.objects.values() for body in each.values()]
    messages = [message for body in bodies for message in of_object(body, service.now)]
    prices = [message for message in messages if message.object == "price"]
    told(space, [message for message in messages if message not in prices])
    waiting = space.rejects().to_pylist()
    assert [(row["value"], row["problem"]) for row in waiting] == [
        (held.body["id"], f"price {small['id']} is not known")
    ]
    told(space, prices)
    assert [row["unit_amount"] for row in rows(space, "subscription_phases")] == [Decimal(10), Decimal(30)]
    assert space.rejects().num_rows == 0


def test_what_else_is_written_stands_and_falls_with_the_messages(space: Workspace) -> None:
    messages = messages_of(lived(3))

    def fails(writing: Any) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        told(space, messages, besides=fails)
    assert rows(space, "source_messages") == []


def test_an_erased_customer_stays_erased(tmp_path: Path) -> None:
    service = Service()
    for name in ("Acme", "Other"):
        held = service.subscribe(service.customer(name), service.price(5000))
    gone, charge = held.body["customer"], list(service.objects["charge"].values())[-1]
    with create(tmp_path / "space") as space:
        told(space, messages_of(service))
        before = kept(space)["subscription_phases"]
        space.erase("account", gone)
        service.wait(days=1)
        service.refund(charge)
        service.change(held, quantity=7)
        told(space, messages_of(service))
        phases = kept(space)["subscription_phases"]
        told_of = repr([rows(space, name) for name in (*TABLES, "source_messages", "rejects")])
    assert len(phases) == len(before)
    assert gone not in told_of
    assert "Other" not in told_of
    assert "Acme" in told_of


def test_an_object_that_cannot_be_read_stops_nobody_else(space: Workspace) -> None:
    service = Service()
    price = service.price(5000)
    for name in ("Acme", "Other"):
        held = service.subscribe(service.customer(name), price)
    messages = messages_of(service)
    odd = [each for each in messages if each.account_id == held.body["customer"]][-1]
    body = {"object": {"id": odd.object_id, "lines": 7}}
    broken = replace(odd, message_id="evt_odd", at=odd.at + timedelta(seconds=1), body=body)
    told(space, messages)
    told(space, [broken])
    assert len(rows(space, "subscription_phases")) == 2
    (waiting,) = space.rejects().to_pylist()
    assert (waiting["value"], waiting["table"]) == (held.body["customer"], "accounts")
    assert waiting["problem"].startswith("something told of it cannot be read (")


def test_a_source_that_is_none() -> None:
    with pytest.raises(UsageError, match="No source is called 'strip'") as refused:
        take(None, "strip", [])  # type: ignore[arg-type]
    assert refused.value.hint == "Did you mean 'stripe'?"
