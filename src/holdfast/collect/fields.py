"""Our columns, each as SQL in three steps: what is given, what it means, what is wrong.

`given` is the recipe's expression and becomes the alias `g_NAME`; `value` reads it as the
column's kind and becomes `v_NAME`; `broken` says in one cheap test whether the row must be
rejected. `faults` say why, and are evaluated for broken rows only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from babel.numbers import list_currencies

from holdfast.collect.amounts import DECIMALS, exact, major, too_fine, whole
from holdfast.collect.instants import (
    FIRST,
    LAST,
    Clock,
    day,
    day_alone,
    instant,
    typed_day_alone,
    typed_instant,
)
from holdfast.collect.making import TEXT, Made, as_text
from holdfast.collect.quoting import literal, literals, name
from holdfast.tables import Column, Kind

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")


@dataclass(frozen=True)
class Fault:
    """One thing that can be wrong: when, and what to tell. `wanted` is SQL over `value`."""

    when: str
    problem: str
    wanted: str


@dataclass(frozen=True)
class Reading:
    """How a file writes values: its clock, its numbers, its money."""

    clock: Clock
    decimal: str = "."
    thousands: str | None = None
    minor: bool = False
    asks_ends: bool = False


@dataclass(frozen=True)
class Field:
    """One of our columns over one file."""

    column: Column
    given_parts: tuple[tuple[str, str], ...]
    shown: str
    value: str
    broken: str
    faults: tuple[Fault, ...]
    day_alone: str | None = None

    @property
    def value_as(self) -> str:
        """The alias of what it means."""
        return name("v_" + self.column.name)


def field(column: Column, made: Made, reading: Reading) -> Field:
    """The field of `column` over what a recipe made."""
    given, value_as = name("g_" + column.name), name("v_" + column.name)
    seen = replace(made, sql=given)
    text = as_text(seen)
    value, faults = _READERS[column.kind](column, seen, reading)
    found = [Fault(f"{text} IS NULL", "is empty, but required", literal(column.meaning))] * column.required
    found += [replace(fault, when=f"{text} IS NOT NULL AND ({fault.when})") for fault in faults]
    broken = [f"{given} IS NOT NULL AND {value_as} IS NULL"] * (value != given)
    broken += [f"{given} IS NULL"] * column.required
    if column.kind is Kind.INSTANT:
        broken.append(_implausible(value_as))
    parts = [(given, made.sql)]
    shown = text
    if made.shown != made.sql:
        shown = name("s_" + column.name)
        parts.append((shown, made.shown))
    alone = _day_alone(column, seen, reading)
    whole_test = " OR ".join(f"({test})" for test in broken) or "false"
    return Field(column, tuple(parts), shown, value, whole_test, tuple(found), alone)


def _implausible(value: str) -> str:
    return f"{value} < {FIRST} OR {value} >= {LAST}"


def _day_alone(column: Column, made: Made, reading: Reading) -> str | None:
    if not (column.is_end and reading.asks_ends):
        return None
    if made.type == TEXT:
        return day_alone(made.sql, reading.clock)
    return typed_day_alone(made.sql, made.type)


def _text(column: Column, made: Made, _reading: Reading) -> tuple[str, list[Fault]]:
    if not column.choices:
        return as_text(made), []
    spelled = f"replace(replace(lower(trim({as_text(made)})), ' ', '_'), '-', '_')"
    cases = " ".join(f"WHEN {literal(choice)} THEN {literal(choice)}" for choice in column.choices)
    wanted = _one_of(column)
    return f"CASE {spelled} {cases} END", [Fault("true", "is none of the values known", wanted)]


def _one_of(column: Column) -> str:
    scored = (
        f"list_transform([{literals(column.choices)}], c -> [jaro_winkler_similarity(lower(value), c), 0])"
    )
    scores = f"list_transform({scored}, p -> p[1])"
    best = f"list_position({scores}, list_max({scores}))"
    nearest = f"[{literals(column.choices)}][{best}]"
    near = f"CASE WHEN list_max({scores}) > 0.75 THEN 'did you mean ' || {nearest} || '? ' ELSE '' END"
    listed = literal(f"one of {', '.join(column.choices)}; or say in the mapping ")
    line = literal(f"values.{column.name} = {{ ")
    example = f"{line} || chr(34) || replace(value, chr(34), '') || chr(34) || ' = ' || chr(34)"
    return f"{near} || {listed} || {example} || coalesce({nearest}, '') || chr(34) || ' }}'"


def _instant(column: Column, made: Made, reading: Reading) -> tuple[str, list[Fault]]:
    value = typed_instant(made.sql, made.type, reading.clock, is_end=column.is_end)
    value = value or instant(as_text(made), reading.clock, is_end=column.is_end)
    if made.microseconds is not None:
        value = f"({value} + to_microseconds({made.microseconds}))"
    parsed = name("v_" + column.name)
    return value, [
        Fault(
            f"{parsed} IS NULL",
            "is not a moment in time",
            literal('such as 2025-04-30T09:30:00Z; or say how it is written: dates = ["%d.%m.%Y %H:%M"]'),
        ),
        Fault(
            "true",
            "is a year before 1900 or after 2199",
            literal("a real moment; a value that stands for none: empty = ['")
            + " || value || "
            + literal("']"),
        ),
    ]


def _day(column: Column, made: Made, reading: Reading) -> tuple[str, list[Fault]]:
    wanted = literal('a day such as 2025-04-30; or say how it is written: dates = ["%d.%m.%Y"]')
    faults = [Fault("true", "is not a day", wanted)]
    if made.type == "DATE":
        shifted = column.is_end and reading.clock.inclusive
        return (f"({made.sql} + 1)" if shifted else made.sql), faults
    return day(as_text(made), reading.clock, is_end=column.is_end), faults


def _exact(column: Column, made: Made, reading: Reading) -> tuple[str, list[Fault]]:
    kind, text = column.kind, as_text(made)
    scale = DECIMALS[kind]
    decimal, thousands = (reading.decimal, reading.thousands) if made.type == TEXT else (".", None)
    if made.type in _INTEGERS or (made.type.startswith("DECIMAL") and _scale(made.type) <= scale):
        value = f"TRY_CAST({made.sql} AS DECIMAL(38, {scale}))"
    else:
        value = exact(text, kind, decimal, thousands)
    if kind is Kind.MONEY and reading.minor:
        value = major(value, name("g_currency"))
    fine = literal(f"at most {scale} decimals: {column.name} = {{ from = '...', round = {scale} }}")
    like = "1234,50" if decimal == "," else "1234.50"
    wrong = literal(f"a number such as {like}")
    comma = literal(
        "; a decimal comma is told by decimal = ',' and signs between thousands by thousands = '.'"
    )
    told = f"{wrong} || CASE WHEN contains(value, ',') THEN {comma} ELSE '' END"
    return value, [
        Fault(too_fine(text, kind, decimal, thousands), f"has more than {scale} decimals", fine),
        Fault("true", "is not a number", told),
    ]


def _integer(_column: Column, made: Made, reading: Reading) -> tuple[str, list[Fault]]:
    faults = [Fault("true", "is not a whole number", literal("a whole number such as 12"))]
    if made.type in _INTEGERS:
        return f"CAST({made.sql} AS BIGINT)", faults
    if made.type == TEXT:
        return whole(made.sql, reading.decimal, reading.thousands), faults
    return whole(as_text(made), ".", None), faults


def _boolean(_column: Column, made: Made, _reading: Reading) -> tuple[str, list[Fault]]:
    faults = [Fault("true", "is neither true nor false", literal("true, false, yes, no, t, f, y, n, 1 or 0"))]
    if made.type == "BOOLEAN":
        return made.sql, faults
    yes = (
        "WHEN 'true' THEN true WHEN 'yes' THEN true WHEN '1' THEN true WHEN 't' THEN true WHEN 'y' THEN true"
    )
    no = yes.replace("THEN true", "THEN false").replace("'true'", "'false'").replace("'yes'", "'no'")
    no = no.replace("'1'", "'0'").replace("'t'", "'f'").replace("'y'", "'n'")
    return f"CASE lower(trim({as_text(made)})) {yes} {no} END", faults


def _json(_column: Column, made: Made, _reading: Reading) -> tuple[str, list[Fault]]:
    text = as_text(made)
    wanted = literal('JSON, such as {"seats": 3}')
    return f"CASE WHEN json_valid({text}) THEN {text} END", [Fault("true", "is not JSON", wanted)]


def _currency(_column: Column, made: Made, _reading: Reading) -> tuple[str, list[Fault]]:
    code = f"upper(trim({as_text(made)}))"
    known = literal("|".join(sorted(list_currencies())))
    wanted = literal("an ISO 4217 code such as EUR or USD")
    value = f"CASE WHEN regexp_full_match({code}, {known}) THEN {code} END"
    return value, [Fault("true", "is not a currency", wanted)]


def _scale(kind: str) -> int:
    return int(kind.rstrip(")").split(",")[1])


_READERS: dict[Kind, Callable[[Column, Made, Reading], tuple[str, list[Fault]]]] = {
    Kind.TEXT: _text,
    Kind.INSTANT: _instant,
    Kind.DAY: _day,
    Kind.MONEY: _exact,
    Kind.NUMBER: _exact,
    Kind.RATE: _exact,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.JSON: _json,
    Kind.CURRENCY: _currency,
}
