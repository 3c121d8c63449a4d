"""One value of JSON as a column of ours holds it, or what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import is_currency

from holdfast.collect.amounts import DECIMALS, minor_exponent
from holdfast.collect.sources.moments import moment
from holdfast.collect.sources.told import LONGEST, Unfit
from holdfast.tables import Kind, Table
from holdfast.tables.schema import KIND_HELP, Column

TRUE_OR_FALSE = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
WHOLE_DIGITS = 28


def typed_row(table: Table, values: Mapping[str, Any], *, minor: bool = False) -> dict[str, Any]:
    """A row of a table from values of JSON by column; raises Unfit for the first that does not fit.

    Money is in major units, or with `minor` in those that the row's currency has by ISO 4217.
    Empty values take the column's default; what is required and still empty does not fit.
    """
    row = {column.name: _value(column, values.get(column.name)) for column in table.columns}
    if minor:
        exponent = minor_exponent(row.get("currency") or "")
        money = [column.name for column in table.columns if column.kind is Kind.MONEY]
        row |= {name: row[name].scaleb(-exponent) for name in money if row[name] is not None}
    for column in table.columns:
        if row[column.name] is None and column.default_from:
            row[column.name] = _value(column, _isoformat(row[column.default_from]))
        if row[column.name] is None and column.required:
            raise Unfit(column.name, None, f"{column.name} is missing", KIND_HELP[column.kind])
    return row


def _value(column: Column, told: Any) -> Any:
    given = column.default if told is None or told == "" else told
    if given is None:
        return None
    try:
        read = READERS[column.kind](given)
    except (ValueError, TypeError, KeyError, ArithmeticError, Unfit):
        said = f"{column.name} is {_KINDS[column.kind]}"
        raise Unfit(column.name, given, said, KIND_HELP[column.kind]) from None
    if column.choices and read not in column.choices:
        said = f"{column.name} cannot be {read!r}"
        raise Unfit(column.name, given, said, f"one of {', '.join(column.choices)}")
    return read


def _isoformat(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _text(told: Any) -> str:
    if isinstance(told, bool):
        return str(told).lower()
    if not isinstance(told, str | int | float | Decimal) or len(str(told)) > LONGEST**2:
        raise ValueError
    return str(told)


def _decimal(kind: Kind) -> Callable[[Any], Decimal]:
    def read(told: Any) -> Decimal:
        if isinstance(told, bool):
            raise TypeError
        number = Decimal(str(told).strip())
        if not number.is_finite() or number.adjusted() >= WHOLE_DIGITS:
            raise ValueError
        if number != round(number, DECIMALS[kind]):
            raise ValueError
        return number

    return read


def _whole(told: Any) -> int:
    number = _decimal(Kind.NUMBER)(told)
    if number != int(number) or abs(number) >= 2**63:
        raise ValueError
    return int(number)


def _flag(told: Any) -> bool:
    return told if isinstance(told, bool) else TRUE_OR_FALSE[str(told).strip().casefold()]


def _day(told: Any) -> date:
    if isinstance(told, str) and len(told) == len("2025-04-30"):
        return date.fromisoformat(told)
    at = moment(told)
    if at is None:
        raise ValueError
    return at.date()


def _currency(told: Any) -> str:
    code = str(told).strip().upper()
    if not is_currency(code):
        raise ValueError
    return code


READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INSTANT: moment,
    Kind.DAY: _day,
    Kind.MONEY: _decimal(Kind.MONEY),
    Kind.NUMBER: _decimal(Kind.NUMBER),
    Kind.RATE: _decimal(Kind.RATE),
    Kind.INTEGER: _whole,
    Kind.BOOLEAN: _flag,
    Kind.JSON: lambda told: json.dumps(told, ensure_ascii=False, sort_keys=True),
    Kind.CURRENCY: _currency,
}

_KINDS = {
    Kind.TEXT: "not a text",
    Kind.INSTANT: "not a moment in time",
    Kind.DAY: "not a day",
    Kind.MONEY: "not an amount",
    Kind.NUMBER: "not a number",
    Kind.RATE: "not a number",
    Kind.INTEGER: "not a whole number",
    Kind.BOOLEAN: "neither true nor false",
    Kind.JSON: "not JSON",
    Kind.CURRENCY: "not a currency",
}
