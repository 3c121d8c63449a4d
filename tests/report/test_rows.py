"""JSON and CSV carry every digit, in the documented columns and order."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.rows import COLUMNS, as_csv, as_json, exact, figures_as_rows
from tests.report.made_up import figure

ORDER = ["metric", "variant", "grain", "period_start", "period_end", "segment", "of", "value", "unit"]
ORDER += ["numerator", "denominator", "n", "low", "high", "status", "reason", "today"]


def read_exactly(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def test_json_is_an_array_of_objects_in_the_documented_order() -> None:
    churn = figure(
        "customer_churn_rate", 4, Decimal("0.064"), "share", segment={"country": "DE", "plan": None}, n=1000
    )
    (row,) = read_exactly(as_json(figures_as_rows([churn])))
    assert list(row) == ORDER == list(COLUMNS)
    assert row["value"] == Decimal("0.064")
    assert row["segment"] == {"country": "DE", "plan": None}
    assert row["of"] == {}
    assert row["variant"] == ""
    assert row["period_start"] == "2025-04-01T00:00:00Z"
    assert row["period_end"] == "2025-05-01T00:00:00Z"
    assert row["reason"] is None


def test_an_undefined_value_is_null_with_its_reason() -> None:
    (row,) = read_exactly(
        as_json(figures_as_rows([figure("quick_ratio", 4, None, "ratio", reason="no_losses")]))
    )
    assert (row["value"], row["reason"]) == (None, "no_losses")


def test_no_figures_are_an_empty_array() -> None:
    assert json.loads(as_json([])) == []


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**28), max_value=10**28))
def test_money_survives_to_the_last_digit(money: Decimal) -> None:
    assert Decimal(exact(money)) == money
    assert read_exactly(f"[{exact(money)}]") == [money]


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(), st.text())))
def test_any_row_is_valid_json_also_in_ascii(row: dict[str, Any]) -> None:
    assert json.loads(as_json([row])) == [row]
    plain = as_json([row], plain=True)
    assert plain.isascii()
    assert json.loads(plain) == [row]


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="no figure"):
        exact(number)


def test_csv_has_one_line_per_row_and_quotes_what_needs_it() -> None:
    rows = figures_as_rows([figure("mrr", 4, Decimal("10.500000000"), "USD", segment={"city": 'a,"b"\n'})])
    (line,) = csv.DictReader(io.StringIO(as_csv(rows, COLUMNS)))
    assert line["value"] == "10.5"
    assert json.loads(line["segment"]) == {"city": 'a,"b"\n'}
    assert line["low"] == ""


def test_other_tables_keep_their_kinds() -> None:
    text = as_csv(
        [{"at": datetime(2025, 4, 1, 12), "open": True, "n": 3, "of": ["a"]}], ["at", "open", "n", "of"]
    )
    assert text.splitlines()[1] == '2025-04-01T12:00:00Z,true,3,"[""a""]"'
