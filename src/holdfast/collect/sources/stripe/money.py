"""Stripe's minor units, which are not everywhere those of ISO 4217."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

_EXPONENTS = {
    0: "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF",
    3: "BHD JOD KWD OMR TND",
}
"""docs.stripe.com/currencies: MGA has no minor unit there, ISK and UGX are written with two decimals."""

_BY_CODE = {code: exponent for exponent, codes in _EXPONENTS.items() for code in codes.split()}

DECIMALS = 9
"""How many decimals of an amount are kept."""


def major(minor: Any, currency: str) -> Decimal | None:
    """An amount in Stripe's minor units (a whole number, or a decimal text) as exact major units."""
    return None if minor is None else Decimal(str(minor)).scaleb(-_BY_CODE.get(currency.upper(), 2))


def amount(minor: Any, currency: str) -> Decimal:
    """The same, 0 where nothing is told."""
    return major(minor or 0, currency) or Decimal(0)


def fits(value: Decimal) -> bool:
    """Whether a number can be kept as it is."""
    return value == round(value, DECIMALS)
