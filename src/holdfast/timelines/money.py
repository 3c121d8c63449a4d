"""Exact money inside the engine: functions that round half-even to nine places.

No engine divides decimals exactly, so the division works on whole numbers of the smallest
kept unit; a product is exact as it is, up to 10^17. What stays below 2^63 units is divided as
64-bit numbers, which is fifty times as fast; under a million a double holds the amount to the
unit. A product with a rate is one of doubles, right to some 7e-16 of it, unless it lies so near
to half a unit that they could not tell up from down. Each engine gets the functions under these
names once per connection; `DUCKDB` holds their definitions for DuckDB.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.datatypes as dt

MONEY = dt.Decimal(38, 9)
PRODUCT = dt.Decimal(38, 18)
RATE = dt.Decimal(38, 12)

DUCKDB = (
    """create or replace temp macro holdfast_half_even(n, d) as
       sign(n) * case when 2 * (abs(n) % d) > d
                        or (2 * (abs(n) % d) = d and (abs(n) // d) % 2 <> 0)
                      then abs(n) // d + 1 else abs(n) // d end""",
    """create or replace temp macro holdfast_share_of_any(amount, times, parts) as
       cast(holdfast_half_even(
              (cast(trunc(amount) as hugeint) * 1000000000000000000
               + cast((amount - trunc(amount)) * 1000000000000000000 as hugeint)) * times,
              1000000000::hugeint * parts) as decimal(38, 0)) * 0.000000001""",
    """create or replace temp macro holdfast_units(amount) as
       cast(trunc(amount) as bigint) * 1000000000 + cast((amount - trunc(amount)) * 1000000000 as bigint)""",
    """create or replace temp macro holdfast_share_of_units(n, times, parts) as
       cast(holdfast_half_even(n * cast(times as bigint), cast(parts as bigint)) as decimal(29, 0))
       * 0.000000001""",
    """create or replace temp macro holdfast_share(amount, times, parts) as
       case when abs(amount) < 1000000 and times < 8000
            then holdfast_share_of_units(
                   cast(round(cast(amount as double) * 1000000000) as bigint), times, parts)
            when abs(amount) < 1000000000 and abs(cast(amount as double) * times) < 9e9
            then holdfast_share_of_units(holdfast_units(cast(amount as decimal(18, 9))), times, parts)
            else holdfast_share_of_any(cast(amount as decimal(38, 18)), times, parts) end""",
    """create or replace temp macro holdfast_monthly(amount, times, parts) as
       case when amount = cast(amount as decimal(38, 9))
            then holdfast_share(cast(amount as decimal(38, 9)), times, parts)
            else holdfast_share_of_any(amount, times, parts) end""",
    """create or replace temp macro holdfast_nearest(exact) as
       case when abs(exact - cast(exact as decimal(38, 9))) = 0.0000000005
            then cast(exact as decimal(38, 9)) - cast(sign(exact) as decimal(1, 0)) * 0.000000001
                 * (cast(abs(cast(exact as decimal(38, 9))) * 1000000000 as decimal(38, 0)) % 2)
            else cast(exact as decimal(38, 9)) end""",
    """create or replace temp macro holdfast_told_in(billionths, amount, rate) as
       case when abs(billionths) < 4e14
             and abs(abs(billionths - trunc(billionths)) - 0.5) > 2e-15 * abs(billionths)
            then cast(cast(round(billionths) as bigint) as decimal(29, 0)) * 0.000000001
            else holdfast_nearest(amount * rate) end""",
    """create or replace temp macro holdfast_converted(amount, rate) as
       holdfast_told_in(cast(amount as double) * cast(rate as double) * 1e9,
                        cast(amount as decimal(38, 9)), cast(rate as decimal(38, 12)))""",
    """create or replace temp macro holdfast_billionths(n) as cast(n as decimal(29, 0)) * 0.000000001""",
)

_monthly = ibis.udf.scalar.builtin(
    lambda amount, times, parts: ...,
    name="holdfast_monthly",
    signature=((PRODUCT, dt.int64, dt.int64), MONEY),
)
_share = ibis.udf.scalar.builtin(
    lambda amount, times, parts: ...,
    name="holdfast_share",
    signature=((MONEY, dt.int64, dt.int64), MONEY),
)
_converted = ibis.udf.scalar.builtin(
    lambda amount, rate: ...,
    name="holdfast_converted",
    signature=((MONEY, RATE), MONEY),
)
_billionths = ibis.udf.scalar.builtin(
    lambda n: ...,
    name="holdfast_billionths",
    signature=((dt.int64,), MONEY),
)


def monthly(amount: Any, times: Any, parts: Any) -> Any:
    """`amount * times / parts`, rounded half-even to nine places once (R10, R15).

    The factor of R10 stays a fraction (52/12 for a week), so nothing is lost before the
    one rounding.
    """
    return _monthly(amount.cast(PRODUCT), times, parts)


def share(amount: Any, times: Any, parts: Any) -> Any:
    """`times` of `parts` equal parts of an amount of nine places, rounded half-even to nine once (R15)."""
    return _share(amount.cast(MONEY), times, parts)


def converted(amount: Any, rate: Any) -> Any:
    """`amount * rate` in the workspace's currency, rounded half-even to nine places (R14)."""
    return _converted(amount, rate)


def billionths(number: Any) -> Any:
    """A whole number of the smallest kept unit as the exact amount that it is."""
    return _billionths(number)


def zero() -> Any:
    """Nothing, as money."""
    return ibis.literal(0).cast(MONEY)
