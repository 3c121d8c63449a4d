"""Discounts of a customer: what each takes off, for how long, as all that names them tells together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any

from holdfast.collect.sources.source import Body, Message, moment
from holdfast.collect.sources.stripe.kept import reference
from holdfast.collect.sources.stripe.money import major
from holdfast.collect.sources.stripe.prices import Priced, Shared

MONTHS = {"month": Decimal(1), "year": Decimal(12), "week": Decimal(12) / 52, "day": Decimal(12) / 365}
"""About how many months an interval has; a discount's length is told in months."""

NINE = Decimal("0.000000001")


@dataclass(frozen=True)
class Discount:
    """One coupon in use from `start` until `end`, on a subscription, on one item of it, or on a customer."""

    discount_id: str
    start: datetime | None
    end: datetime | None
    on_customer: bool
    coupon: Body | None

    def holds(self, at: datetime) -> bool:
        """Whether it takes something off at an instant."""
        begun = self.start is None or self.start <= at
        return begun and (self.end is None or at < self.end)


@dataclass(frozen=True)
class TakenOff:
    """What discounts take off one phase for one interval."""

    amount: Decimal
    kind: str
    cycles: int | None


Discounts = Mapping[str, Discount]


def discounts_of(messages: Iterable[Message], shared: Shared) -> dict[str, Discount]:
    """Every discount that messages about a customer name, by its id; later ones complete earlier ones."""
    found: dict[str, Discount] = {}
    for message in sorted(messages, key=lambda each: (each.at, each.message_id)):
        removed = message.at if message.body.get("type") == "customer.discount.deleted" else None
        for body in _within(message.body["object"] | {"object": message.object}):
            told = _discount(body, shared)
            if removed and (told.end is None or removed < told.end):
                told = replace(told, end=removed)
            found[told.discount_id] = _completed(found.get(told.discount_id), told)
    return found


def _within(value: Any) -> Iterator[Body]:
    """Every discount that is written out in a body."""
    if isinstance(value, dict):
        if value.get("object") == "discount" and value.get("id"):
            yield value
        for inner in value.values():
            yield from _within(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _within(inner)


def _discount(body: Body, shared: Shared) -> Discount:
    given = body.get("coupon") or (body.get("source") or {}).get("coupon")
    coupon = shared.get(given) if isinstance(given, str) else given
    narrower = ("subscription", "subscription_item", "invoice", "invoice_item", "checkout_session")
    return Discount(
        body["id"],
        moment(body.get("start")),
        moment(body.get("end")),
        on_customer=not any(body.get(name) for name in narrower),
        coupon=coupon,
    )


def _completed(old: Discount | None, new: Discount) -> Discount:
    if old is None:
        return new
    ends = [end for end in (old.end, new.end) if end is not None]
    return replace(
        new,
        start=new.start or old.start,
        end=min(ends, default=None),
        coupon=new.coupon or old.coupon,
        on_customer=new.on_customer and old.on_customer,
    )


def listed(body: Body) -> tuple[str, ...]:
    """The ids of the discounts that a subscription or an item says it has."""
    one = reference(body.get("discount"))
    several = [found for each in body.get("discounts") or () if (found := reference(each))]
    return tuple(dict.fromkeys([*([one] if one else []), *several]))


def taken_off(discounts: Sequence[Discount], item: Priced, share: Decimal) -> TakenOff | None:
    """What discounts take off an item; of an amount off the whole subscription, its `share`.

    Those that recur are added up. A discount of one billing is told only where none recurs, since
    it does not lower MRR (R11).
    """
    recurring = [each for each in discounts if each.coupon and each.coupon.get("duration") != "once"]
    counted = recurring or [each for each in discounts if each.coupon]
    whole = item.amount * item.quantity
    total = sum((_off(each.coupon or {}, item, whole, share) for each in counted), Decimal(0))
    if total <= 0:
        return None
    kinds = {(each.coupon or {}).get("duration") for each in counted}
    kind = next((name for name in ("repeating", "forever") if name in kinds), "once")
    return TakenOff(min(total, whole).quantize(NINE), kind, _cycles(counted, item))


def _off(coupon: Body, item: Priced, whole: Decimal, share: Decimal) -> Decimal:
    if (percent := coupon.get("percent_off")) is not None:
        return whole * Decimal(str(percent)) / 100
    code = (coupon.get("currency") or item.currency).upper()
    if code == item.currency:
        return (major(coupon.get("amount_off"), code) or Decimal(0)) * share
    option = (coupon.get("currency_options") or {}).get(item.currency.lower()) or {}
    return (major(option.get("amount_off"), item.currency) or Decimal(0)) * share


def _cycles(discounts: Sequence[Discount], item: Priced) -> int | None:
    """For how many billings the longest repeating discount lasts; one begun counts."""
    months = [
        int((each.coupon or {}).get("duration_in_months") or 0)
        for each in discounts
        if (each.coupon or {}).get("duration") == "repeating"
    ]
    if not months:
        return None
    each = MONTHS[item.interval] * item.interval_count
    return max(1, ceil(max(months) / each))
