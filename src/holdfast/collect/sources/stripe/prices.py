"""What an item of a subscription costs: unit price, quantity and interval, from prices of any age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from holdfast.collect.sources.source import Body
from holdfast.collect.sources.stripe.kept import reference
from holdfast.collect.sources.stripe.money import fits, major

Shared = Mapping[str, Body]
"""The newest known body of each price, plan, product and coupon, by its id."""


@dataclass(frozen=True)
class Priced:
    """What one item costs for one interval: `amount` a unit, in major units, before discount."""

    plan: str
    amount: Decimal
    quantity: Decimal
    interval: str
    interval_count: int
    currency: str
    metered: bool = False


class Unpriced(Exception):
    """Why an item has no price that could be counted."""

    def __init__(self, problem: str, wanted: str) -> None:
        super().__init__(problem)
        self.problem, self.wanted = problem, wanted


def is_metered(price: Body) -> bool:
    """Whether a price is billed by use, which is no recurring revenue (R10)."""
    return (price.get("recurring") or price).get("usage_type") == "metered"


def priced(given: Body | str, quantity: Any, currency: str | None, shared: Shared) -> Priced:
    """The cost of `quantity` units of a price, in the subscription's currency; raises Unpriced."""
    price = known(given, shared)
    recurring = price.get("recurring") or price
    interval = recurring.get("interval")
    if not interval:
        raise Unpriced(f"price {price['id']} does not recur", "a price with an interval")
    code = (currency or price.get("currency") or "").upper()
    count, plan = int(recurring.get("interval_count") or 1), str(price["id"])
    if is_metered(price):
        return Priced(plan, Decimal(0), Decimal(1), interval, count, code, metered=True)
    amount, units = _unit(price, Decimal(str(quantity if quantity is not None else 1)), code, shared)
    if not fits(amount):
        amount, units = amount * units, Decimal(1)
    if not (fits(amount) and fits(units)):
        raise Unpriced(f"price {plan} has more than 9 decimals", "an amount of at most 9 decimals")
    return Priced(plan, amount, units, interval, count, code)


def known(given: Body | str, shared: Shared) -> Body:
    """A price in full: as it is written out, else as the list of prices has it."""
    if not isinstance(given, str):
        return given
    if given not in shared:
        raise Unpriced(f"price {given} is not known", "the price itself: `holdfast pull stripe` lists it")
    return shared[given]


def _unit(price: Body, quantity: Decimal, code: str, shared: Shared) -> tuple[Decimal, Decimal]:
    """The amount of one unit and how many there are."""
    listed = shared.get(price["id"], price)
    terms = price if price.get("currency", code).upper() == code else _option(listed, code)
    units = _packages(price, quantity)
    unit = _amount(terms, "unit_amount", code)
    if unit is None:
        unit = _amount(terms, "amount", code)
    if unit is not None and price.get("billing_scheme") != "tiered":
        return unit, units
    if tiers := terms.get("tiers") or (_option(listed, code) if listed is not price else {}).get("tiers"):
        mode = price.get("tiers_mode") or listed.get("tiers_mode")
        return _tiered(tiers, mode, units, code), Decimal(1)
    raise Unpriced(
        f"price {price['id']} has no amount in {code}",
        "the price with its tiers and currencies: `holdfast pull stripe` lists it",
    )


def _option(listed: Body, code: str) -> Body:
    if listed.get("currency", "").upper() == code:
        return listed
    option: Body = (listed.get("currency_options") or {}).get(code.lower()) or {}
    return option


def _amount(terms: Body, name: str, code: str) -> Decimal | None:
    told = terms.get(f"{name}_decimal")
    return major(terms.get(name) if told is None else told, code)


def _packages(price: Body, quantity: Decimal) -> Decimal:
    """How many are billed where a price is for a package of units."""
    package = price.get("transform_quantity") or price.get("transform_usage")
    if not package:
        return quantity
    rounding = ROUND_CEILING if package["round"] == "up" else ROUND_FLOOR
    return (quantity / Decimal(package["divide_by"])).to_integral_value(rounding)


def _tiered(tiers: list[Body], mode: str | None, quantity: Decimal, code: str) -> Decimal:
    """The amount of one interval: by the tier the quantity falls in, or each unit by its own (graduated)."""
    total, before = Decimal(0), Decimal(0)
    for tier in tiers:
        end = tier.get("up_to")
        within = end is None or quantity <= end
        if mode == "volume" and not within:
            continue
        upto = quantity if end is None else min(quantity, Decimal(end))
        billed = quantity if mode == "volume" else upto - before
        total += billed * (_amount(tier, "unit_amount", code) or 0) + (
            _amount(tier, "flat_amount", code) or 0
        )
        before = upto
        if within:
            break
    return total


def plan_rows(shared: Shared) -> list[dict[str, Any]]:
    """Rows of `plans`: every recurring price, named as people know it."""
    rows = []
    for body in shared.values():
        recurring = body.get("recurring") or body
        if not recurring.get("interval"):
            continue
        product = shared.get(reference(body.get("product")) or "", {})
        code = (body.get("currency") or "").upper()
        amount = _amount(body, "unit_amount", code)
        amount = _amount(body, "amount", code) if amount is None else amount
        rows.append(
            {
                "plan": body["id"],
                "name": body.get("nickname") or product.get("name"),
                "family": product.get("name") or reference(body.get("product")),
                "list_amount": amount if amount is None or fits(amount) else None,
                "currency": code or None,
                "interval": recurring["interval"],
                "interval_count": int(recurring.get("interval_count") or 1),
            }
        )
    return rows
