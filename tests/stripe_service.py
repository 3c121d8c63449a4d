"""A small Stripe for tests: it bills subscriptions, tells of it as Stripe does, and knows the truth.

Objects have the shape of today's API. Each subscription keeps what it was from when on, written by
what is done to it and never read from what is told.
"""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Body = dict[str, Any]
START = datetime(2025, 1, 10, 8)


@dataclass(frozen=True)
class Was:
    """The truth of a subscription from an instant on; `status` None where it is nothing."""

    at: datetime
    status: str | None
    amount: Decimal
    quantity: int
    off: Decimal


@dataclass
class Held:
    """A subscription as the service holds it."""

    body: Body
    truth: list[Was] = field(default_factory=list)


def seconds(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp())


class Service:
    """Customers, prices and subscriptions; every change is an event."""

    def __init__(self, seed: int = 0) -> None:
        self.now = START
        self.objects: dict[str, dict[str, Body]] = defaultdict(dict)
        self.events: list[Body] = []
        self.held: dict[str, Held] = {}
        self._count = 0
        self._ids = random.Random(seed)

    def wait(self, **time: int) -> None:
        self.now += timedelta(**time)

    def tell(self, kind: str, body: Body, previous: Body | None = None) -> None:
        """Put down the object, and an event about it whose id says nothing of its place."""
        self.objects[body["object"]][body["id"]] = body
        data: Body = {"object": copy.deepcopy(body)}
        if previous is not None:
            data["previous_attributes"] = previous
        event_id = f"evt_{self._ids.getrandbits(60):015x}"
        event = {"id": event_id, "object": "event", "created": seconds(self.now), "type": kind, "data": data}
        self.events.append(event)

    def fresh(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}_{self._count:04d}"

    def customer(self, name: str, country: str = "DE") -> Body:
        body = {"id": self.fresh("cus"), "object": "customer", "created": seconds(self.now), "name": name}
        body |= {"address": {"country": country, "line1": "a street"}, "email": f"{name}@example.org"}
        body |= {"metadata": {"tier": "gold"}, "preferred_locales": ["de"]}
        self.tell("customer.created", body)
        return body

    def price(self, amount: int, *, interval: str = "month", currency: str = "usd", **more: Any) -> Body:
        product = {"id": self.fresh("prod"), "object": "product", "name": f"Plan {amount}", "created": 1}
        self.tell("product.created", product)
        body = {"id": self.fresh("price"), "object": "price", "product": product["id"], "currency": currency}
        body |= {"unit_amount": amount, "unit_amount_decimal": str(amount), "nickname": None}
        body |= {"billing_scheme": "per_unit", "type": "recurring", "created": seconds(self.now)}
        body |= {"recurring": {"interval": interval, "interval_count": 1, "usage_type": "licensed"}} | more
        self.tell("price.created", body)
        return body

    def coupon(self, percent: int, duration: str, months: int | None = None) -> Body:
        body = {"id": self.fresh("coupon"), "object": "coupon", "percent_off": percent, "duration": duration}
        body |= {"duration_in_months": months, "amount_off": None, "currency": None}
        self.tell("coupon.created", body)
        return body

    def subscribe(self, customer: Body, price: Body, quantity: int = 1, trial_days: int = 0) -> Held:
        created, trial_end = seconds(self.now), seconds(self.now + timedelta(days=trial_days))
        item = {"id": self.fresh("si"), "object": "subscription_item", "price": price, "quantity": quantity}
        body: Body = {
            "id": self.fresh("sub"),
            "object": "subscription",
            "customer": customer["id"],
            "currency": price["currency"],
            "status": "trialing" if trial_days else "active",
            "created": created,
            "start_date": created,
            "trial_start": created if trial_days else None,
            "trial_end": trial_end if trial_days else None,
            "items": {"data": [item | {"created": created, "current_period_end": created + 2_592_000}]},
            "discounts": [],
            "cancel_at_period_end": False,
            "canceled_at": None,
            "ended_at": None,
            "pause_collection": None,
            "metadata": {},
        }
        held = self.held[body["id"]] = Held(body)
        self.tell("customer.subscription.created", body)
        self._was(held)
        self.bill(held, free=bool(trial_days))
        return held

    def _was(self, held: Held) -> None:
        """Write down what the subscription is from now on."""
        body, item = held.body, held.body["items"]["data"][0]
        status = body["status"] if body["status"] not in ("canceled", "unpaid") else None
        if status and (body["pause_collection"] or {}).get("behavior") == "void":
            status = "paused"
        amount, off = Decimal(item["price"]["unit_amount"]) / 100, Decimal(0)
        if body["discounts"]:
            found = self.objects["discount"][body["discounts"][0]]
            percent = self.objects["coupon"][found["source"]["coupon"]]["percent_off"]
            off = amount * item["quantity"] * percent / 100
        held.truth.append(Was(self.now, status, amount, item["quantity"], off))

    def update(self, held: Held, kind: str = "customer.subscription.updated", **changes: Any) -> None:
        previous = {name: copy.deepcopy(held.body.get(name)) for name in changes}
        held.body = copy.deepcopy(held.body) | changes
        self.tell(kind, held.body, previous)
        self._was(held)

    def change(self, held: Held, price: Body | None = None, quantity: int | None = None) -> None:
        """Another price or quantity from now on, billed at once by a proration."""
        before = held.body["items"]["data"][0]
        after = before | {"price": price or before["price"], "quantity": quantity or before["quantity"]}
        self.update(held, items={"data": [after]})
        lines = [self._line(held, before, -300, proration=True), self._line(held, after, 700, proration=True)]
        self._invoice(held, lines)

    def end_trial(self, held: Held) -> None:
        """The clock reaches the trial's end; the event comes a little later."""
        moment = datetime.fromtimestamp(held.body["trial_end"], UTC).replace(tzinfo=None)
        self.now = max(self.now, moment)
        self.wait(seconds=40)
        self.update(held, status="active")
        last = held.truth.pop()
        held.truth.append(Was(moment, last.status, last.amount, last.quantity, last.off))

    def discount(self, held: Held, coupon: Body) -> None:
        body = {"id": self.fresh("di"), "object": "discount", "customer": held.body["customer"]}
        body |= {"subscription": held.body["id"], "start": seconds(self.now), "end": None}
        body |= {"source": {"type": "coupon", "coupon": coupon["id"]}}
        self.tell("customer.discount.created", body)
        self.update(held, discounts=[body["id"]])

    def undiscount(self, held: Held) -> None:
        (found,) = held.body["discounts"]
        body = self.objects["discount"][found] | {"end": seconds(self.now)}
        self.tell("customer.discount.deleted", body)
        self.update(held, discounts=[])

    def bill(self, held: Held, *, fails: bool = False, free: bool = False) -> Body:
        """Bill the subscription for a period, and collect it unless that fails."""
        item = held.body["items"]["data"][0]
        amount = 0 if free else int(Decimal(item["price"]["unit_amount_decimal"]) * item["quantity"])
        return self._invoice(held, [self._line(held, item, amount)], fails=fails)

    def _line(self, held: Held, item: Body, amount: int, *, proration: bool = False) -> Body:
        details = {"subscription": held.body["id"], "subscription_item": item["id"], "proration": proration}
        taken = [] if proration else [{"amount": 1, "discount": each} for each in held.body["discounts"]]
        return {
            "id": self.fresh("il"),
            "object": "line_item",
            "amount": amount,
            "currency": item["price"]["currency"],
            "quantity": item["quantity"],
            "period": {"start": seconds(self.now), "end": seconds(self.now + timedelta(days=30))},
            "parent": {"type": "subscription_item_details", "subscription_item_details": details},
            "pricing": {"type": "price_details", "price_details": {"price": item["price"]["id"]}},
            "discount_amounts": taken,
        }

    def _invoice(self, held: Held, lines: list[Body], *, fails: bool = False) -> Body:
        total = sum(line["amount"] for line in lines)
        parent = {"type": "subscription_details", "subscription_details": {"subscription": held.body["id"]}}
        body = {"id": self.fresh("in"), "object": "invoice", "customer": held.body["customer"]}
        body |= {"currency": held.body["currency"], "created": seconds(self.now), "status": "draft"}
        body |= {"parent": parent, "subtotal": total, "total": total, "attempt_count": 0}
        body |= {"lines": {"data": lines, "has_more": False}, "status_transitions": {}, "due_date": None}
        self.tell("invoice.created", body)
        body = body | {"status": "open", "status_transitions": {"finalized_at": seconds(self.now)}}
        self.tell("invoice.finalized", body)
        if total:
            intent = self.fresh("pi")
            link = {"id": self.fresh("inpay"), "object": "invoice_payment", "invoice": body["id"]}
            link |= {"payment": {"type": "payment_intent", "payment_intent": intent}, "status": "open"}
            self.tell("invoice_payment.created", link | {"created": seconds(self.now)})
            self.charge(body, intent, fails=fails)
        if fails:
            body = body | {"attempt_count": 1}
            self.tell("invoice.payment_failed", body)
            return body | {"intent": intent}
        self.paid(body)
        return body

    def charge(self, invoice: Body, intent: str, *, fails: bool = False) -> Body:
        body = {"id": self.fresh("ch"), "object": "charge", "customer": invoice["customer"]}
        body |= {"payment_intent": intent, "created": seconds(self.now), "amount": invoice["total"]}
        body |= {"currency": invoice["currency"], "status": "failed" if fails else "succeeded"}
        body |= {
            "refunded": False,
            "payment_method": f"pm_{invoice['customer']}",
            "failure_code": "card_declined" if fails else None,
        }
        body |= {"outcome": {"type": "x", "reason": "insufficient_funds" if fails else None}}
        card = {"brand": "visa", "exp_month": 8, "exp_year": 2030, "last4": "4242"}
        body |= {"payment_method_details": {"type": "card", "card": card}}
        self.tell(f"charge.{body['status']}", body)
        return body

    def paid(self, invoice: Body) -> None:
        moments = invoice["status_transitions"] | {"paid_at": seconds(self.now)}
        body = {name: value for name, value in invoice.items() if name != "intent"}
        self.tell("invoice.paid", body | {"status": "paid", "status_transitions": moments})

    def refund(self, charge: Body) -> None:
        body = {
            "id": self.fresh("re"),
            "object": "refund",
            "charge": charge["id"],
            "amount": charge["amount"],
        }
        body |= {"currency": charge["currency"], "status": "succeeded", "created": seconds(self.now)}
        self.tell("refund.created", body)
        self.tell("charge.refunded", charge | {"refunded": True}, {"refunded": False})

    def cancel(self, held: Held) -> None:
        now = seconds(self.now)
        details = {"reason": "cancellation_requested", "feedback": "too_expensive", "comment": None}
        gone = {"status": "canceled", "ended_at": now, "canceled_at": now, "cancellation_details": details}
        self.update(held, "customer.subscription.deleted", **gone)


def phases(truth: Iterable[Was]) -> list[tuple[Any, ...]]:
    """The truth as phases: (start, end, status, amount, quantity, off), without empty ones."""
    found: list[list[Any]] = []
    for was in truth:
        if found and found[-1][1] is None:
            found[-1][1] = was.at
        if was.status:
            found.append([was.at, None, was.status, was.amount, was.quantity, was.off])
    merged: list[list[Any]] = []
    for each in found:
        if each[0] == each[1]:
            continue
        if merged and merged[-1][1] == each[0] and merged[-1][2:] == each[2:]:
            merged[-1][1] = each[1]
        else:
            merged.append(each)
    return [tuple(each) for each in merged]
