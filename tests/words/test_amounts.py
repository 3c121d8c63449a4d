"""Numbers, money, days and periods by the rules of each language, rounded half-even."""

from datetime import date as day
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.words import LANGUAGES, amount, date, money, number, percent, period_name, signed, when


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "1,234,567.12"),
        ("hi", "12,34,567.12"),
        ("id", "1.234.567,12"),
        ("ar", "1,234,567.12"),
        ("fa", "۱٬۲۳۴٬۵۶۷٫۱۲"),
        ("hi-IN", "12,34,567.12"),
        ("xx", "1,234,567.12"),
    ],
)
def test_numbers(language: str, shown: str) -> None:
    assert number(Decimal("1234567.125"), language) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.0645", "6.4%"), ("0.0655", "6.6%"), ("0.064", "6.4%"), ("-0.0004", "0.0%"), ("1.5", "150.0%")],
)
def test_percents_are_rounded_half_even_to_one_decimal(value: str, shown: str) -> None:
    assert percent(Decimal(value)) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**28), max_value=10**28, places=9))
def test_rounding_is_half_even_at_any_size(value: Decimal) -> None:
    shown = number(value, decimals=2).replace(",", "")
    with localcontext(prec=80):
        assert Decimal(shown) == value.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    assert shown != "-0.00"


def test_percents_in_other_languages() -> None:
    assert percent(0.064, "id") == "6,4%"
    assert percent(0.064, "fa") == "۶٫۴٪"


@pytest.mark.parametrize(
    ("value", "currency", "language", "shown"),
    [
        ("1200", "USD", "en", "USD 1,200.00"),
        ("-0.125", "USD", "en", "USD -0.12"),
        ("1200.4", "JPY", "en", "JPY 1,200"),
        ("1234567.5", "INR", "hi", "INR 12,34,567.50"),
        ("-0.001", "USD", "en", "USD 0.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency(value: str, currency: str, language: str, shown: str) -> None:
    assert money(Decimal(value), currency, language) == shown


def test_money_may_show_its_symbol() -> None:
    assert money(1200, "INR", "hi", symbol=True) == "₹ 1,200.00"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.064, "share", "6.4%"),
        (1200, "USD", "USD 1,200.00"),
        (1204, "accounts", "1,204"),
        (Decimal("15.64"), "months", "15.6 months"),
        (4, "months", "4 months"),
        (3.5, "ratio", "3.50"),
        (30, "points", "30 points"),
    ],
)
def test_amounts_have_their_units(value: Decimal | float, unit: str, shown: str) -> None:
    assert amount(value, unit) == shown


def test_differences_have_a_sign() -> None:
    assert signed(Decimal("-0.021"), "share") == "-2.1 points"
    assert signed(Decimal("0.5"), "ratio") == "+0.50"
    assert signed(1200, "USD") == "+1,200.00"
    assert signed(0, "accounts") == "0"
    assert signed(Decimal("0.0004"), "share") == signed(Decimal("-0.0004"), "share") == "0.0 points"
    assert signed(Decimal("-0.004"), "USD", "fa") == signed(0, "USD", "fa")
    assert signed(Decimal("0.00051"), "share") == "+0.1 points"


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "30 April 2025"),
        ("hi", "30 अप्रैल 2025"),
        ("id", "30 April 2025"),
        ("ar", "30 أبريل 2025"),
        ("fa", "۳۰ آوریل ۲۰۲۵"),
    ],
)
def test_days(language: str, shown: str) -> None:
    assert date(day(2025, 4, 30), language) == shown


@pytest.mark.parametrize(
    ("grain", "label", "shown"),
    [
        ("day", "2025-04-30", "30 April 2025"),
        ("week", "2025-W07", "week 7 of 2025"),
        ("week", "2025-03-30", "the week from 30 March 2025"),
        ("month", "2025-04", "April 2025"),
        ("quarter", "2025-Q2", "Q2 2025"),
        ("quarter", "FY2025-Q1", "Q1 FY2025"),
        ("year", "2025", "2025"),
        ("trailing_28_days", "2025-04-30", "the 28 days to 30 April 2025"),
        ("trailing_12_months", "2025-04", "the 12 months to April 2025"),
    ],
)
def test_periods_are_named_as_people_say_them(grain: str, label: str, shown: str) -> None:
    assert period_name(grain, label) == shown
    assert all(period_name(grain, label, language) for language in LANGUAGES)


def test_a_period_beside_one_of_the_same_year_leaves_the_year_out() -> None:
    assert when("month", "2025-03", "2025-04") == "in March"
    assert when("month", "2024-12", "2025-01") == "in December 2024"
    assert when("day", "2025-04-30", "2025-05-01") == "on 30 April 2025"
