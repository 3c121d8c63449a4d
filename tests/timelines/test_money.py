"""Money inside the engine, against Python's own exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.timelines.money import DUCKDB

PLACES = Decimal("0.000000001")
NINE = st.decimals(-(10**10), 10**10, places=9) | st.decimals(-10, 10, places=9)
EIGHTEEN = st.decimals(-(10**7), 10**7, places=18) | NINE
TIMES = st.integers(0, 20) | st.integers(7_990, 8_010) | st.integers(0, 2_000_000)
PARTS = st.integers(1, 400) | st.integers(1, 377_580 * 366)


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        for statement in DUCKDB:
            con.execute(statement)
        yield con


def rounded(exact: Fraction) -> Decimal:
    """The nearest amount of nine places, the even one where two are as near."""
    return Decimal(round(exact * 10**9)) * PLACES


def told(engine: duckdb.DuckDBPyConnection, function: str, kind: str, *given: object) -> Decimal:
    (found,) = engine.execute(f"select {function}(cast($1 as {kind}), $2, $3)", given).fetchone() or (None,)
    assert isinstance(found, Decimal)
    return found


@given(NINE, TIMES, PARTS)
@example(Decimal("999999.999999999"), 7_999, 1)
@example(Decimal(1000000), 8_000, 7)
@example(Decimal("999999999.999999999"), 9, 7)
@example(Decimal("-999999999.999999999"), 10, 3)
@example(Decimal(1000000000), 1, 3)
@example(Decimal("0.000000001"), 1, 2)
@example(Decimal("0.000000003"), 1, 2)
@example(Decimal("-0.000000003"), 1, 2)
def test_a_share_is_rounded_once_and_half_to_even(
    engine: duckdb.DuckDBPyConnection, amount: Decimal, times: int, parts: int
) -> None:
    share = told(engine, "holdfast_share", "decimal(38, 9)", amount, times, parts)
    assert share == rounded(Fraction(amount) * times / parts)


@given(EIGHTEEN, st.integers(1, 500), st.integers(1, 500))
@example(Decimal("0.000000000500000000"), 1, 1)
@example(Decimal("999999.999999999999999999"), 52, 12)
def test_an_amount_a_month_of_eighteen_places_is_rounded_once(
    engine: duckdb.DuckDBPyConnection, amount: Decimal, times: int, parts: int
) -> None:
    monthly = told(engine, "holdfast_monthly", "decimal(38, 18)", amount, times, parts)
    assert monthly == rounded(Fraction(amount) * times / parts)


@given(NINE, st.decimals("0.000001", 10_000, places=12))
@example(Decimal("0.000000005"), Decimal("0.1"))
@example(Decimal("0.000000015"), Decimal("0.1"))
def test_a_converted_amount_is_rounded_once(
    engine: duckdb.DuckDBPyConnection, amount: Decimal, rate: Decimal
) -> None:
    found = engine.execute(
        "select holdfast_converted(cast($1 as decimal(38, 9)), cast($2 as decimal(38, 12)))", [amount, rate]
    ).fetchone()
    assert found == (rounded(Fraction(amount) * Fraction(rate)),)
