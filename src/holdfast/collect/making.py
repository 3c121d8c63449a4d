"""From a recipe to SQL: what one of our columns is, before it is read as its kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from holdfast.collect.amounts import exact, product
from holdfast.collect.quoting import literal
from holdfast.collect.recipes import ROW_NUMBER, SPANS, Condition, Recipe, plain_text
from holdfast.tables import Kind

TEXT, EXACT = "VARCHAR", "DECIMAL(38,9)"


@dataclass(frozen=True)
class Made:
    """An SQL expression with its DuckDB type, and the text that it was made from.

    `microseconds` is SQL for what is to be added to the instant that it means.
    """

    sql: str
    type: str
    shown: str
    microseconds: str | None = None


@dataclass(frozen=True)
class Row:
    """What a recipe can see of a row: `cell` by their column, the row's number, lookups."""

    cell: Callable[[str], Made]
    number: str
    lookups: dict[str, str]
    decimal: str = "."
    thousands: str | None = None

    def text(self, column: str) -> str:
        """Their column as text, NULL where it is empty."""
        return as_text(self.cell(column))


def as_text(made: Made) -> str:
    """A value as the text that a CSV of it would hold."""
    if made.type == TEXT:
        return made.sql
    if made.type in ("DOUBLE", "FLOAT"):
        integral = f"{made.sql} = trunc({made.sql}) AND abs({made.sql}) < 1e15"
        whole = f"CAST(CAST({made.sql} AS BIGINT) AS VARCHAR)"
        return f"CASE WHEN {integral} THEN {whole} ELSE CAST({made.sql} AS VARCHAR) END"
    if made.type.startswith(("STRUCT", "MAP")) or made.type.endswith("]"):
        return f"CAST(to_json({made.sql}) AS VARCHAR)"
    return f"CAST({made.sql} AS VARCHAR)"


def make(recipe: Recipe, row: Row) -> Made:
    """The expression of a recipe over a row."""
    if recipe.plain is not None:
        return row.cell(recipe.plain)
    if recipe.verb == "after":
        return _after(recipe, row)
    start = _VERBS[recipe.verb](recipe, row)
    return _changed(start, recipe.changes, row)


def holds(condition: Condition, row: Row) -> str:
    """SQL: whether the condition holds, never NULL."""
    text = row.text(condition.column)
    if condition.filled is not None:
        return f"({text} IS NOT NULL)" if condition.filled else f"({text} IS NULL)"
    tests = [f"lower(trim({text})) = {literal(value.strip().lower())}" for value in condition.values]
    found = f"coalesce({' OR '.join(tests) or 'false'}, false)"
    return f"(NOT {found})" if condition.negated else found


def _from(recipe: Recipe, row: Row) -> str:
    return row.text(recipe.given)


def _constant(recipe: Recipe, _row: Row) -> str:
    return literal(plain_text(recipe.given))


def _join(recipe: Recipe, row: Row) -> str:
    between = literal(str(recipe.changes.get("with", "")))
    parts = ", ".join(row.text(column) for column in recipe.given)
    return f"nullif(concat_ws({between}, {parts}), '')"


def _template(recipe: Recipe, row: Row) -> str:
    pieces = re.split(r"\{([^{}]+)\}", recipe.given)
    found = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            found += [literal(piece)] if piece else []
        else:
            found.append(f"CAST({row.number} AS VARCHAR)" if piece == ROW_NUMBER else row.text(piece))
    return f"({' || '.join(found)})"


def _first(recipe: Recipe, row: Row) -> str:
    return f"coalesce({', '.join(row.text(column) for column in recipe.given)})"


def _date(recipe: Recipe, row: Row) -> str:
    numbers = [f"TRY_CAST({row.text(column)} AS BIGINT)" for column in recipe.given]
    numbers += ["1"] * (3 - len(numbers))
    year, month, day = numbers
    written = f"printf('%04d-%02d-%02d', {year}, {month}, {day})"
    present = " AND ".join(f"{number} IS NOT NULL" for number in numbers)
    return f"CASE WHEN {present} THEN {written} END"


def _json(recipe: Recipe, row: Row) -> str:
    given = recipe.given
    pairs = given.items() if isinstance(given, dict) else [(column, column) for column in given]
    members = ", ".join(f"{literal(key)}, {row.cell(column).sql}" for key, column in pairs)
    return f"CAST(json_object({members}) AS VARCHAR)"


def _when(recipe: Recipe, row: Row) -> str:
    given = recipe.given
    several = given.get("is", given.get("is_not", []))
    values = several if isinstance(several, list) else [several]
    texts = tuple(plain_text(value) for value in values)
    condition = Condition(given["column"], given.get("filled"), texts, "is_not" in given)
    then, otherwise = (_branch(recipe.changes.get(word), row) for word in ("then", "otherwise"))
    return f"CASE WHEN {holds(condition, row)} THEN {then} ELSE {otherwise} END"


def _branch(given: Any, row: Row) -> str:
    if given is None:
        return "CAST(NULL AS VARCHAR)"
    return row.text(given["column"]) if isinstance(given, dict) else literal(plain_text(given))


def _row_number(_recipe: Recipe, row: Row) -> str:
    return f"CAST({row.number} AS VARCHAR)"


def _after(recipe: Recipe, row: Row) -> Made:
    [span] = SPANS.keys() & recipe.changes.keys()
    count = f"TRY_CAST({row.text(recipe.changes[span])} AS DOUBLE)"
    start = f"CASE WHEN {row.text(recipe.changes[span])} IS NOT NULL THEN {row.text(recipe.given)} END"
    return Made(start, TEXT, start, f"CAST(round({count} * {SPANS[span] * 1_000_000}) AS BIGINT)")


def _lookup(recipe: Recipe, row: Row) -> str:
    return row.lookups[lookup_key(recipe)]


def lookup_key(recipe: Recipe) -> str:
    """What tells one lookup from another."""
    return repr(sorted(recipe.given.items()))


_VERBS: dict[str, Callable[[Recipe, Row], str]] = {
    "from": _from,
    "constant": _constant,
    "join": _join,
    "text": _template,
    "first": _first,
    "date": _date,
    "json": _json,
    "when": _when,
    "row_number": _row_number,
    "lookup": _lookup,
}


def _changed(sql: str, changes: dict[str, Any], row: Row) -> Made:
    if "part" in changes:
        parts = f"string_split({sql}, {literal(str(changes['by']))})"
        sql = f"nullif(trim({parts}[{int(changes['part'])}]), '')"
    if changes.get("lower"):
        sql = f"lower({sql})"
    if "values" in changes:
        sql = valued(sql, changes["values"], changes.get("otherwise"))
    if not {"multiply", "divide", "round"} & set(changes):
        return Made(sql, TEXT, sql)
    return Made(_reckoned(sql, changes, row), EXACT, sql)


def valued(text: str, values: dict[str, str], otherwise: Any = None) -> str:
    """SQL for a text with their values turned into ours; unknown ones stay as they are."""
    cases = " ".join(
        f"WHEN {literal(theirs.strip().lower())} THEN {literal(ours)}" for theirs, ours in values.items()
    )
    rest = (
        text
        if otherwise is None
        else f"CASE WHEN {text} IS NOT NULL THEN {literal(plain_text(otherwise))} END"
    )
    return f"CASE lower(trim({text})) {cases} ELSE {rest} END"


def _reckoned(sql: str, changes: dict[str, Any], row: Row) -> str:
    if "round" in changes:
        rounded = f"round(CAST({_loose(sql, row)} AS DECIMAL(38, 18)), {int(changes['round'])})"
        number = f"TRY_CAST({rounded} AS DECIMAL(38, 9))"
    else:
        number = exact(sql, Kind.MONEY, row.decimal, row.thousands)
    for word in ("multiply", "divide"):
        if word not in changes:
            continue
        by = changes[word]
        plain = f"CAST({literal(str(by))} AS DECIMAL(17, 9))"
        other = exact(row.text(by), Kind.MONEY, row.decimal, row.thousands) if isinstance(by, str) else plain
        number = product(number, other, divide=word == "divide")
    return number


def _loose(sql: str, row: Row) -> str:
    sign = sql if row.decimal == "." else f"replace({sql}, {literal(row.decimal)}, '.')"
    for mark in row.thousands or "":
        sign = sign.replace(sql, f"replace({sql}, {literal(mark)}, '')", 1)
    return f"TRY_CAST({sign} AS DECIMAL(38, 18))"
