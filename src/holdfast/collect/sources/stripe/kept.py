"""What is kept of each object of Stripe: the fields that are read, and nothing besides.

Addresses, mail and phone numbers, card digits, evidence and links to receipts stay outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from holdfast.collect.sources.source import Body, Message, instant

KEPT: dict[str, str] = {
    "customer": "created name description email address preferred_locales metadata discount deleted",
    "product": "created name",
    "price": "created product nickname currency unit_amount unit_amount_decimal recurring type"
    " billing_scheme tiers tiers_mode transform_quantity currency_options",
    "plan": "created product nickname currency amount amount_decimal interval interval_count usage_type"
    " billing_scheme tiers tiers_mode transform_usage",
    "coupon": "percent_off amount_off currency currency_options duration duration_in_months",
    "discount": "customer subscription subscription_item invoice invoice_item checkout_session start end"
    " coupon source",
    "subscription": "customer currency status created start_date trial_start trial_end cancel_at"
    " cancel_at_period_end canceled_at ended_at cancellation_details current_period_end"
    " pause_collection items plan quantity discount discounts",
    "invoice": "customer currency status created effective_at due_date status_transitions subscription"
    " parent subtotal total tax total_taxes total_tax_amounts total_discount_amounts discount discounts"
    " lines attempt_count payment_intent charge finalized_at paid closed forgiven date",
    "invoice_payment": "invoice payment status created",
    "payment_intent": "customer invoice created",
    "charge": "customer invoice payment_intent created amount currency status refunded failure_code"
    " outcome payment_method payment_method_details refunds source",
    "refund": "charge payment_intent created amount currency status",
    "dispute": "charge created amount currency status",
    "payment_method": "customer type card created",
    "card": "customer brand exp_month exp_year",
}
"""The kinds of objects that are read, and of each the fields."""

SHARED = frozenset({"product", "price", "plan", "coupon"})
"""Kinds that belong to no customer."""

_CARD = ("brand", "exp_month", "exp_year")
_OUTCOME = ("type", "reason", "advice_code", "network_status")


def trimmed(kind: str, given: Body) -> dict[str, Any]:
    """The fields of an object that are kept; of `previous_attributes` the same."""
    kept = {name: given[name] for name in ("id", *KEPT[kind].split()) if name in given}
    if isinstance(kept.get("address"), dict):
        kept["address"] = _only(kept["address"], ("country",))
    if isinstance(kept.get("card"), dict):
        kept["card"] = _only(kept["card"], _CARD)
    if isinstance(kept.get("outcome"), dict):
        kept["outcome"] = _only(kept["outcome"], _OUTCOME)
    if isinstance(kept.get("source"), dict) and kind == "charge":
        kept["source"] = _only(kept["source"], ("id", "object", *_CARD))
    if isinstance(details := kept.get("payment_method_details"), dict):
        kept["payment_method_details"] = {
            "type": details.get("type"),
            "card": _only(details.get("card") or {}, _CARD),
        }
    return kept


def _only(given: Body, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}


def reference(value: Any) -> str | None:
    """The id of an object that another names, whether it is written as an id or in full."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if found and isinstance(found, str) else None


def of_event(event: Body) -> Message | None:
    """The message that an event is; None where its object is of no kind that is read."""
    data = event["data"]
    return _message(
        event["id"], data["object"], instant(event["created"]), event["type"], data.get("previous_attributes")
    )


def of_object(given: Body, at: datetime) -> Iterator[Message]:
    """The messages that an object read at an instant is: itself, and objects written out within it."""
    stamp = f"{at:%Y%m%dT%H%M%SZ}"
    inner = {}
    for name in ("default_payment_method", "default_source"):
        if isinstance(given.get(name), dict):
            inner[name] = given[name]
    if isinstance(method := (given.get("invoice_settings") or {}).get("default_payment_method"), dict):
        inner["default"] = method
    for each in (given, *inner.values()):
        if each.get("id") and (message := _message(f"{each['id']}@{stamp}", each, at, None, None)):
            yield message


def _message(
    message_id: str, given: Body, at: datetime, kind: str | None, previous: Body | None
) -> Message | None:
    name, identity = given.get("object"), given.get("id")
    if name not in KEPT or not identity:
        return None
    if not (isinstance(identity, str) and isinstance(message_id, str)):
        raise TypeError("an id is a text")
    body: dict[str, Any] = {"object": trimmed(name, given)}
    if kind:
        body["type"] = str(kind)
    if previous is not None:
        body["previous"] = trimmed(name, previous)
    customer = identity if name == "customer" else reference(given.get("customer"))
    parent = None if customer or name in SHARED else _parent(given)
    return Message(message_id, name, identity, at, customer, parent, body)


def _parent(given: Body) -> str | None:
    """The object that knows whose this one is: the charge of a refund, the invoice of a payment."""
    for name in ("charge", "payment_intent", "invoice"):
        if found := reference(given.get(name)):
            return found
    return None
