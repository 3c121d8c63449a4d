"""SQL that reads numbers exactly: money, quantities, rates, whole numbers.

A text is a number only if it matches the file's way of writing it as a whole; nothing is
rounded on the way in, so a value with more decimals than we keep is refused.
"""

from __future__ import annotations

import re

from holdfast.collect.quoting import literal
from holdfast.tables import Kind

# ISO 4217, list one; Babel's digits are those of display and differ (IRR, MGA, LBP ...).
_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
DECIMALS = {Kind.MONEY: 9, Kind.NUMBER: 9, Kind.RATE: 12}


def minor_exponent(code: str) -> int:
    """How many decimals the minor unit of a currency has by ISO 4217: EUR 2, JPY 0, KWD 3."""
    return next((e for e, codes in _EXPONENTS.items() if code.upper() in codes.split()), 2)


def pattern(decimal: str, thousands: str | None, decimals: str) -> str:
    """The regular expression of a number; `decimals` is its count of decimals, as `{0,9}`."""
    whole = r"\d+"
    if thousands:
        signs = "[ \u00a0\u202f]" if thousands == " " else re.escape(thousands)
        whole = rf"(\d+|\d{{1,3}}({signs}\d{{3}})+)"
    return rf"\s*[+-]?({whole}({re.escape(decimal)}\d{decimals}0*)?|{re.escape(decimal)}\d{decimals}0*)\s*"


def plain(text: str, decimal: str, thousands: str | None) -> str:
    """SQL for the same number with a point and without signs between thousands."""
    for sign in " \u00a0\u202f" if thousands == " " else thousands or "":
        text = f"replace({text}, {literal(sign)}, '')"
    return text if decimal == "." else f"replace({text}, {literal(decimal)}, '.')"


def exact(text: str, kind: Kind, decimal: str, thousands: str | None) -> str:
    """SQL for a text as DECIMAL(38, n), NULL where it is no number or has more decimals."""
    scale = DECIMALS[kind]
    written = pattern(decimal, thousands, f"{{0,{scale}}}")
    number = f"TRY_CAST({plain(text, decimal, thousands)} AS DECIMAL(38, {scale}))"
    found = f"CASE WHEN regexp_full_match({text}, {literal(written)}) THEN {number}"
    if kind is not Kind.MONEY:
        exponent = r"\s*[+-]?\d(\.\d+)?[eE][+-]?\d+\s*"
        raised = f"TRY_CAST(TRY_CAST({text} AS DOUBLE) AS DECIMAL(38, {scale}))"
        found += f" WHEN regexp_full_match({text}, {literal(exponent)}) THEN {raised}"
    return found + " END"


def whole(text: str, decimal: str, thousands: str | None) -> str:
    """SQL for a text as BIGINT; `12.0` is whole, `12.5` is not."""
    written = literal(pattern(decimal, thousands, "{0,0}"))
    number = f"TRY_CAST({plain(text, decimal, thousands)} AS BIGINT)"
    return f"CASE WHEN regexp_full_match({text}, {written}) THEN {number} END"


def too_fine(text: str, kind: Kind, decimal: str, thousands: str | None) -> str:
    """SQL: a number, but with more decimals than are kept."""
    is_number = f"regexp_full_match({text}, {literal(pattern(decimal, thousands, '+'))})"
    more = rf"{re.escape(decimal)}\d{{{DECIMALS[kind] + 1},}}"
    return f"({is_number} AND regexp_matches({text}, {literal(more)}))"


def major(minor: str, currency: str) -> str:
    """SQL for an exact amount of minor units in major units of the row's currency.

    NULL where a fraction of a minor unit needs more than 9 decimals.
    """
    code = f"upper(trim({currency}))"
    cases = []
    for exponent, codes in _EXPONENTS.items():
        listed = " OR ".join(f"{code} = {literal(c)}" for c in codes.split())
        cases.append(f"WHEN {listed} THEN {_shifted(minor, exponent)}")
    return f"CASE {' '.join(cases)} ELSE {_shifted(minor, 2)} END"


def product(left: str, right: str, *, divide: bool) -> str:
    """SQL for the product or quotient of two exact numbers, rounded half away from 0 at 9 places.

    DuckDB divides decimals as doubles, so a quotient is taken over whole numbers of 10**-9.
    """
    first, second = _billionths(left, 20), _billionths(right, 17)
    if not divide:
        scaled, unit = f"({first} * {second})", "1000000000::HUGEINT"
    else:
        scaled, unit = f"({first} * 1000000000::HUGEINT)", f"abs(nullif({second}, 0))"
        scaled = f"({scaled} * sign({second}))"
    rounded = f"(sign({scaled})::HUGEINT * ((2 * abs({scaled}) + {unit}) // (2 * {unit})))"
    return f"{_from_billionths(rounded)}"


def _billionths(number: str, digits: int) -> str:
    return f"CAST(replace(CAST(TRY_CAST({number} AS DECIMAL({digits}, 9)) AS VARCHAR), '.', '') AS HUGEINT)"


def _from_billionths(units: str) -> str:
    high = f"CAST({units} // 1000000000 AS DECIMAL(29, 0))"
    low = f"CAST({units} % 1000000000 AS DECIMAL(9, 0)) * 0.000000001::DECIMAL(9, 9)"
    return f"CAST(CAST({high} AS DECIMAL(38, 9)) + CAST({low} AS DECIMAL(38, 9)) AS DECIMAL(38, 9))"


def _shifted(minor: str, exponent: int) -> str:
    if exponent == 0:
        return minor
    factor = f"{10**-exponent:.{exponent}f}::DECIMAL({exponent}, {exponent})"
    moved = f"(TRY_CAST({minor} AS DECIMAL(29, 9)) * {factor})"
    return f"CASE WHEN CAST({moved} AS DECIMAL(38, 9)) = {moved} THEN CAST({moved} AS DECIMAL(38, 9)) END"
