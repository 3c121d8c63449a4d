"""Random lives of subscriptions at the Stripe of the tests."""

from __future__ import annotations

from random import Random

from tests.stripe_service import Body, Held, Service


def lived(seed: int, customers: int = 2, steps: int = 8) -> Service:
    """A service whose customers did something at random."""
    service, chance = Service(seed), Random(seed)
    prices = [service.price(amount) for amount in (1000, 2500, 4900)]
    coupon = service.coupon(20, "forever")
    for number in range(customers):
        customer = service.customer(f"c{number}")
        held = service.subscribe(
            customer, chance.choice(prices), chance.randint(1, 5), chance.choice((0, 0, 14))
        )
        for _ in range(steps):
            service.wait(seconds=chance.choice((0, 1, 90_000, 900_000)))
            _step(service, held, chance, prices, coupon)
    return service


def _step(service: Service, held: Held, chance: Random, prices: list[Body], coupon: Body) -> None:
    """Whatever may happen to a subscription as it is."""
    body = held.body
    match "paused" if body["pause_collection"] else body["status"]:
        case "trialing":
            service.end_trial(held)
        case "past_due":
            service.update(held, status=chance.choice(("active", "unpaid")))
        case "unpaid":
            service.update(held, status="active")
        case "paused":
            service.update(held, pause_collection=None)
        case "active":
            _while_active(service, held, chance, prices, coupon)


def _while_active(service: Service, held: Held, chance: Random, prices: list[Body], coupon: Body) -> None:
    match chance.randrange(7):
        case 0:
            service.change(held, price=chance.choice(prices))
        case 1:
            service.change(held, quantity=chance.randint(1, 9))
        case 2:
            _recover(service, held)
        case 3:
            if held.body["discounts"]:
                service.undiscount(held)
            else:
                service.discount(held, coupon)
        case 4:
            service.update(held, pause_collection={"behavior": "void"})
        case 5:
            service.cancel(held)
        case _:
            service.bill(held)


def _recover(service: Service, held: Held) -> None:
    """A payment fails, another works two days later and is given back."""
    invoice = service.bill(held, fails=True)
    service.update(held, status="past_due")
    service.wait(days=2)
    charge = service.charge(invoice, invoice["intent"])
    service.paid(invoice)
    service.refund(charge)
