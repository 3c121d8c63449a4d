"""Subscriptions with several items, announced ends, payments that fail for good, discounts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.sources.test_phases import events, told
from tests.stripe_service import START, Service, seconds


def test_two_items_are_two_subscriptions_until_they_follow_each_other() -> None:
    service = Service()
    one, two, three = (service.price(amount) for amount in (1000, 2000, 4000))
    held = service.subscribe(service.customer("Acme"), one)
    first = held.body["items"]["data"][0]
    second = first | {"id": "si_second", "price": two}
    service.wait(days=3)
    service.update(held, items={"data": [first, second]})
    service.wait(days=3)
    service.update(held, items={"data": [second, first | {"id": "si_third", "price": three}]})
    rows = told(events(service)).rows["subscription_phases"]
    days = {START + timedelta(days=day): day for day in (0, 3, 6)}
    shown = [
        (row["subscription_id"], days[row["start_at"]], row["unit_amount"], row.get("end_reason"))
        for row in rows
    ]
    name = held.body["id"]
    assert sorted(shown, key=repr) == [
        (name, 0, Decimal(10), "plan_change"),
        (name, 6, Decimal(40), None),
        (f"{name}+1", 3, Decimal(20), None),
    ]


def test_an_end_that_is_announced_is_told_with_its_cause() -> None:
    service = Service()
    held = service.subscribe(service.customer("Acme"), service.price(1000))
    service.wait(days=3)
    details = {"reason": "cancellation_requested", "feedback": "unused", "comment": "no time"}
    asked: dict[str, Any] = {
        "cancel_at_period_end": True,
        "canceled_at": seconds(service.now),
        "cancellation_details": details,
    }
    service.update(held, **asked)
    (row,) = told(events(service)).rows["subscription_phases"]
    assert row["end_at"] == START + timedelta(seconds=2_592_000)
    assert (row["cancel_requested_at"], row["end_reason"], row["end_cause"]) == (
        service.now,
        "voluntary",
        "unused: no time",
    )
    service.update(held, cancel_at_period_end=False, canceled_at=None, cancellation_details=None)
    (row,) = told(events(service)).rows["subscription_phases"]
    assert (row["end_at"], row.get("cancel_requested_at"), row.get("end_reason")) == (None, None, None)


def test_a_payment_that_fails_for_good_ends_by_it() -> None:
    service = Service()
    held = service.subscribe(service.customer("Acme"), service.price(1000))
    service.wait(days=30)
    service.update(held, status="past_due")
    service.wait(days=20)
    service.update(held, status="unpaid")
    rows = told(events(service)).rows["subscription_phases"]
    assert [(row["status"], row.get("end_reason")) for row in rows] == [
        ("active", None),
        ("past_due", "payment_failure"),
    ]
    assert rows[-1]["end_at"] == service.now


def test_a_discount_that_nobody_told_of_is_no_price_without_one() -> None:
    service = Service()
    held = service.subscribe(service.customer("Acme"), service.price(1000))
    service.discount(held, service.coupon(20, "forever"))
    (name,) = held.body["discounts"]
    without = {"discount": f"discount {name}", "coupon": f"the coupon of discount {name}"}
    assert told(events(service)).unused == []
    for kind, problem in without.items():
        found = told([message for message in events(service) if message.object != kind])
        assert [(each.object_id, each.problem) for each in found.unused] == [
            (held.body["id"], f"{problem} is not known")
        ]


def test_the_customer_s_discount_is_the_subscription_s_where_it_has_none() -> None:
    service = Service()
    customer = service.customer("Acme")
    held = service.subscribe(customer, service.price(1000))
    coupon = service.coupon(10, "forever")
    service.wait(days=2)
    body = {"id": "di_all", "object": "discount", "customer": customer["id"], "start": seconds(service.now)}
    body |= {"subscription": None, "end": None, "source": {"type": "coupon", "coupon": coupon["id"]}}
    service.tell("customer.discount.created", body)
    service.wait(days=2)
    service.discount(held, service.coupon(50, "forever"))
    rows = told(events(service)).rows["subscription_phases"]
    assert [row["discount_amount"] for row in rows] == [None, Decimal(1), Decimal(5)]
    once = body | {"id": "di_once", "checkout_session": "cs_1"}
    service.tell("customer.discount.created", once)
    assert [row["discount_amount"] for row in told(events(service)).rows["subscription_phases"]] == [
        None,
        1,
        5,
    ]
