"""Money as Stripe writes it, and what an item of a subscription costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from holdfast.collect.sources.stripe.discounts import Discount, taken_off
from holdfast.collect.sources.stripe.money import major
from holdfast.collect.sources.stripe.prices import Priced, Unpriced, plan_rows, priced


@pytest.mark.parametrize(
    ("currency", "minor", "is_major"),
    [
        ("usd", 1999, "19.99"),
        ("jpy", 500, "500"),
        ("KRW", 500, "500"),
        ("kwd", 5120, "5.120"),
        # Where Stripe and ISO 4217 differ.
        ("mga", 500, "500"),
        ("isk", 500, "5"),
        ("ugx", 500, "5"),
        ("huf", 1045, "10.45"),
        ("usd", "0.0525", "0.000525"),
        ("usd", -250, "-2.5"),
    ],
)
def test_minor_units_are_those_of_stripe(currency: str, minor: Any, is_major: str) -> None:
    assert major(minor, currency) == Decimal(is_major)


def price(**more: Any) -> dict[str, Any]:
    recurring = {"interval": "month", "interval_count": 3, "usage_type": "licensed"}
    usual = {"id": "price_1", "currency": "usd", "billing_scheme": "per_unit", "recurring": recurring}
    return usual | {"unit_amount": 1000, "unit_amount_decimal": "1000"} | more


def costs(given: dict[str, Any], quantity: int = 1, currency: str = "usd", **shared: Any) -> tuple[Any, ...]:
    found = priced(given, quantity, currency, shared)
    return found.amount, found.quantity, found.currency, found.interval, found.interval_count


def test_a_price_of_today_and_a_plan_of_old_cost_the_same() -> None:
    plan = {"id": "gold", "amount": 1000, "currency": "usd", "interval": "month", "interval_count": 3}
    wanted = (Decimal(10), 4, "USD", "month", 3)
    assert costs(price(), 4) == costs(plan | {"usage_type": "licensed"}, 4) == wanted


TIERS = [
    {"up_to": 5, "unit_amount": 1000, "flat_amount": 200},
    {"up_to": 10, "unit_amount": 800, "flat_amount": None},
    {"up_to": None, "unit_amount": None, "unit_amount_decimal": "650.5", "flat_amount": 100},
]


@pytest.mark.parametrize(
    ("mode", "quantity", "amount"),
    [
        ("volume", 5, "52"),
        ("volume", 6, "48"),
        ("volume", 20, "131.1"),
        ("graduated", 5, "52"),
        ("graduated", 6, "60"),
        ("graduated", 12, "106.01"),
    ],
)
def test_tiers_cost_what_the_quantity_costs(mode: str, quantity: int, amount: str) -> None:
    tiered = price(unit_amount=None, unit_amount_decimal=None, billing_scheme="tiered", tiers_mode=mode)
    listed: dict[str, Any] = {"price_1": tiered | {"tiers": TIERS}}
    assert costs(tiered, quantity, **listed)[:2] == (Decimal(amount), 1)
    with pytest.raises(Unpriced, match="price price_1 has no amount in USD"):
        costs(tiered, quantity)


def test_packages_are_counted_whole() -> None:
    packed = price(transform_quantity={"divide_by": 10, "round": "up"})
    assert costs(packed, 21)[:2] == (Decimal(10), 3)
    assert costs(price(transform_quantity={"divide_by": 10, "round": "down"}), 29)[:2] == (Decimal(10), 2)


def test_a_price_of_several_currencies_is_taken_in_the_subscription_s() -> None:
    listed = {"price_1": price(currency_options={"eur": {"unit_amount": 900, "unit_amount_decimal": "900"}})}
    assert costs(price(), 1, "eur", **listed)[:3] == (Decimal(9), 1, "EUR")
    with pytest.raises(Unpriced, match="no amount in EUR"):
        costs(price(), 1, "eur")


def test_fine_amounts_are_exact_or_refused() -> None:
    assert costs(price(unit_amount=None, unit_amount_decimal="0.00000005"), 200)[:2] == (Decimal("1e-7"), 1)
    with pytest.raises(Unpriced, match="more than 9 decimals"):
        costs(price(unit_amount=None, unit_amount_decimal="0.00000001"), 3)


def test_use_is_no_recurring_revenue() -> None:
    metered = price(recurring={"interval": "month", "interval_count": 1, "usage_type": "metered"})
    assert costs(metered, 50)[:2] == (0, 1)
    assert priced(metered, None, None, {}).metered


def test_plans_are_named_as_people_know_them() -> None:
    product = {"id": "prod_1", "name": "Pro"}
    rows = plan_rows({"prod_1": product, "price_1": price(product="prod_1"), "once": {"id": "once"}})
    assert rows == [
        {
            "plan": "price_1",
            "name": "Pro",
            "family": "Pro",
            "list_amount": Decimal(10),
            "currency": "USD",
            "interval": "month",
            "interval_count": 3,
        }
    ]


ITEM = Priced("p", Decimal("29.99"), Decimal(2), "month", 1, "USD")


def coupon(**terms: Any) -> Discount:
    return Discount("di_1", None, None, on_customer=False, coupon={"duration": "forever"} | terms)


@pytest.mark.parametrize(
    ("discounts", "off"),
    [
        ([coupon(percent_off=15.5)], ("9.2969", "forever", None)),
        ([coupon(amount_off=500, currency="usd")], ("2.5", "forever", None)),
        (
            [coupon(amount_off=500, currency="eur", currency_options={"usd": {"amount_off": 600}})],
            ("3", "forever", None),
        ),
        ([coupon(percent_off=100)], ("59.98", "forever", None)),
        ([coupon(percent_off=50), coupon(percent_off=80)], ("59.98", "forever", None)),
        ([coupon(percent_off=10, duration="repeating", duration_in_months=3)], ("5.998", "repeating", 3)),
        ([coupon(percent_off=10, duration="once")], ("5.998", "once", None)),
        ([coupon(percent_off=10, duration="once"), coupon(percent_off=50)], ("29.99", "forever", None)),
    ],
)
def test_discounts_take_off_what_they_say(discounts: list[Discount], off: tuple[Any, ...]) -> None:
    found = taken_off(discounts, ITEM, Decimal("0.5"))
    assert found is not None
    assert (found.amount, found.kind, found.cycles) == (Decimal(off[0]), *off[1:])


def test_a_year_s_price_has_one_billing_in_three_months() -> None:
    yearly = Priced("p", Decimal(100), Decimal(1), "year", 1, "USD")
    found = taken_off(
        [coupon(percent_off=10, duration="repeating", duration_in_months=3)], yearly, Decimal(1)
    )
    assert found is not None
    assert found.cycles == 1
    assert taken_off([], yearly, Decimal(1)) is None
