"""Lines of invoices, written as Stripe wrote them over the years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.collect.sources.source import Body, moment
from holdfast.collect.sources.stripe.kept import reference
from holdfast.collect.sources.stripe.money import amount
from holdfast.collect.sources.stripe.prices import Shared, is_metered


@dataclass(frozen=True)
class Line:
    """One line: `price` in full or its id; `credit` where it gives back what was billed before."""

    line_id: str
    kind: str
    amount: Decimal
    start: datetime | None
    end: datetime | None
    quantity: Any
    description: str | None
    subscription: str | None
    item: str | None
    price: Body | str | None
    proration: bool
    currency: str
    discounts: tuple[str, ...]

    @property
    def credit(self) -> bool:
        """Whether the line gives back what was billed before, which says nothing of what is now."""
        return self.proration and self.amount <= 0


def lines_of(invoice: Body, shared: Shared) -> Iterator[Line]:
    """The lines of an invoice that Stripe wrote out with it."""
    for place, given in enumerate((invoice.get("lines") or {}).get("data") or ()):
        yield _line(invoice, given, place, shared)


def subscription_of(invoice: Body) -> str | None:
    """The subscription that an invoice is for."""
    details = (invoice.get("parent") or {}).get("subscription_details") or {}
    return reference(invoice.get("subscription")) or reference(details.get("subscription"))


def _line(invoice: Body, given: Body, place: int, shared: Shared) -> Line:
    parent = given.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    price = _price(given)
    proration = bool(given.get("proration") or details.get("proration"))
    subscription = reference(given.get("subscription")) or reference(details.get("subscription"))
    period, code = given.get("period") or {}, (given.get("currency") or invoice["currency"]).upper()
    recurs = given.get("type") == "subscription" or parent.get("type") == "subscription_item_details"
    full = shared.get(price, {}) if isinstance(price, str) else price or {}
    start, end = moment(period.get("start")), moment(period.get("end"))
    return Line(
        # Until 2019 the line of a subscription bore the subscription's id, the same in each invoice.
        line_id=f"{invoice['id']}/{given.get('id') or place}",
        kind=_kind(recurs or (proration and subscription is not None), full),
        amount=amount(given.get("amount"), code) - _tax_within(given, code),
        start=start,
        end=end if start is None or end is None or end > start else None,
        quantity=given.get("quantity"),
        description=given.get("description"),
        subscription=subscription,
        item=reference(given.get("subscription_item")) or details.get("subscription_item"),
        price=price,
        proration=proration,
        currency=code,
        discounts=tuple(
            found
            for each in given.get("discount_amounts") or ()
            if each.get("amount") and (found := reference(each.get("discount")))
        ),
    )


def _price(given: Body) -> Body | str | None:
    if price := given.get("price") or given.get("plan"):
        found: Body | str = price
        return found
    priced: Body | str | None = ((given.get("pricing") or {}).get("price_details") or {}).get("price")
    return priced


def _kind(recurs: bool, price: Body) -> str:
    if is_metered(price):
        return "usage"
    return "recurring" if recurs else "one_off"


def _tax_within(given: Body, code: str) -> Decimal:
    """The tax that the line's amount holds already."""
    taxes = [
        each.get("amount")
        for each in (given.get("taxes") or given.get("tax_amounts") or ())
        if each.get("inclusive") or each.get("tax_behavior") == "inclusive"
    ]
    return sum((amount(each, code) for each in taxes), Decimal(0))
