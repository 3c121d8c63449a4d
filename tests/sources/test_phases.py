"""Phases of subscriptions against what the service of the tests knows to be true."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from holdfast.collect.sources import Message, Told
from holdfast.collect.sources.stripe.kept import SHARED, of_event, of_object
from holdfast.collect.sources.stripe.translate import of_accounts
from tests.sources.lives import lived
from tests.stripe_service import Service, phases


def told(messages: list[Message]) -> Told:
    shared = [message for message in messages if message.object in SHARED]
    return of_accounts([message for message in messages if message.object not in SHARED], shared)


def events(service: Service) -> list[Message]:
    return [message for event in service.events if (message := of_event(event))]


def read_now(service: Service) -> list[Message]:
    """Every object as a first pull finds it: nothing of what it was before."""
    bodies = [body for each in service.objects.values() for body in each.values()]
    return [message for body in bodies for message in of_object(body, service.now)]


def shown(found: Told, subscription: str) -> list[tuple[Any, ...]]:
    rows = [row for row in found.rows["subscription_phases"] if row["subscription_id"] == subscription]
    return [
        (
            row["start_at"],
            row["end_at"],
            row["status"],
            row["unit_amount"],
            row["quantity"],
            row["discount_amount"] or Decimal(0),
        )
        for row in sorted(rows, key=lambda row: row["start_at"])
    ]


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_phases_are_those_that_were(seed: int, chance: random.Random) -> None:
    service = lived(seed)
    messages = events(service)
    chance.shuffle(messages)
    found = told(messages + messages[: len(messages) // 2])
    for identity, held in service.held.items():
        assert shown(found, identity) == phases(held.truth)


def test_a_subscription_that_is_only_read_has_the_history_that_its_invoices_tell() -> None:
    service = Service()
    small, large = service.price(1000), service.price(3000)
    held = service.subscribe(service.customer("Acme"), small, 2, trial_days=14)
    service.end_trial(held)
    service.bill(held)
    for _ in range(2):
        service.wait(days=20)
        service.change(held, price=large)
        service.wait(days=10)
        service.change(held, quantity=5)
        service.wait(days=5)
        service.change(held, price=small, quantity=1)
    service.wait(days=3)
    service.cancel(held)
    service.wait(days=100)
    assert shown(told(read_now(service)), held.body["id"]) == phases(held.truth)
