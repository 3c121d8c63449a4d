"""The plan for one file: the SQL that turns its relation into our typed columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from holdfast.collect.faults import FaultBook, faults_sql
from holdfast.collect.fields import Field, Reading, field
from holdfast.collect.headers import match, resolve
from holdfast.collect.instants import Clock
from holdfast.collect.making import TEXT, Made, Row, as_text, holds, lookup_key, make, valued
from holdfast.collect.mapping import Mapping
from holdfast.collect.quoting import literal, literals
from holdfast.collect.readers import Mode, Source, open_source
from holdfast.collect.recipes import Recipe
from holdfast.errors import BadInput
from holdfast.periods import Calendar
from holdfast.tables import Column, Kind, Table, sql_type


@dataclass(frozen=True)
class Plan:
    """What to select for one file: `values` by our column, from `relation`."""

    relation: str
    values: list[tuple[str, str]]
    faults: str
    whole_row: str
    days: dict[str, str]


def plan_file(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    mapping: Mapping,
    calendar: Calendar,
    source: Source,
    book: FaultBook,
) -> Plan:
    """The plan for `source`; raises BadInput where its headers do not fit."""
    recipes = match(table, mapping, source.headers, source.path.name)
    lookups, joins = _lookups(con, mapping, recipes, source)
    row = _row(mapping, source, lookups)
    fields = [
        field(
            column,
            _made(column, recipes[column.name], mapping, row),
            _reading(column, mapping, calendar, source, recipes),
        )
        for column in table.columns
        if column.name in recipes
    ]
    fate = _fate(fields, mapping, row, source)
    given = ", ".join(["*", *(f"{sql} AS {alias}" for one in fields for alias, sql in one.given_parts)])
    values = ", ".join(["*", *(f"{one.value} AS {one.value_as}" for one in fields)])
    inner = f"(SELECT {values} FROM (SELECT {given} FROM {source.relation}{joins}))"
    relation = f"(SELECT *, {fate} AS _fate FROM {inner})"
    days = {f"_day_{one.column.name}": one.day_alone for one in fields if one.day_alone}
    return Plan(
        relation=relation,
        values=_values(table, fields),
        faults=f"CASE WHEN _fate = 1 THEN {faults_sql(fields, source.faults, book)} END",
        whole_row=f"CASE WHEN _fate = 1 THEN {source.whole_row or _whole_row(source)} END",
        days=days,
    )


def _row(mapping: Mapping, source: Source, lookups: dict[str, str]) -> Row:
    def cell(column: str) -> Made:
        header = resolve(column, source.headers)
        if header is None:
            raise BadInput(f"{mapping.name} reads {column!r}, which {source.path.name} lacks.")
        sql, kind = source.columns[header]
        if kind == TEXT:
            sql = _emptied(sql, mapping)
        return Made(sql, kind, sql)

    number = source.number or "NULL"
    if mapping.replayed and "reject_row" in source.columns:
        number = source.columns["reject_row"][0]
    return Row(cell, number, lookups, mapping.decimal, mapping.thousands)


def _emptied(sql: str, mapping: Mapping) -> str:
    if not mapping.empty:
        return f"nullif({sql}, '')"
    return (
        f"CASE WHEN {sql} = '' OR list_contains([{literals(mapping.empty)}], {sql}) THEN NULL ELSE {sql} END"
    )


def _made(column: Column, recipe: Recipe, mapping: Mapping, row: Row) -> Made:
    made = make(recipe, row)
    values = mapping.values.get(column.name)
    if not values:
        return made
    return Made(valued(as_text(made), values), TEXT, made.shown)


def _reading(
    column: Column, mapping: Mapping, calendar: Calendar, source: Source, recipes: dict[str, Recipe]
) -> Reading:
    changes = recipes[column.name].changes
    zone = changes.get("zone", mapping.zone)
    dates = changes.get("dates", mapping.dates)
    stated = None if zone is None else replace(calendar, zone=zone)
    clock = Clock(
        days=stated or calendar,
        times=stated,
        formats=tuple([dates] if isinstance(dates, str) else dates),
        inclusive=mapping.ends == "inclusive",
        serials=source.serials,
    )
    minor = mapping.money == "minor" and "currency" in recipes
    return Reading(clock, mapping.decimal, mapping.thousands, minor, asks_ends=mapping.ends is None)


def _fate(fields: list[Field], mapping: Mapping, row: Row, source: Source) -> str:
    wrong = [fault.when for fault in source.faults]
    wrong += [one.broken for one in fields if one.broken != "false"]
    out = " OR ".join(f"NOT {holds(condition, row)}" for condition in mapping.where) or "false"
    broken = " OR ".join(f"({test})" for test in wrong) or "false"
    return f"CASE WHEN {source.blank} THEN 3 WHEN {out} THEN 2 WHEN {broken} THEN 1 ELSE 0 END"


def _values(table: Table, fields: list[Field]) -> list[tuple[str, str]]:
    made = {one.column.name: one.value_as for one in fields}
    found = []
    for column in table.columns:
        value = made.get(column.name)
        if column.default is not None:
            default = f"CAST({literal(column.default)} AS {sql_type(column.kind)})"
            value = default if value is None else f"coalesce({value}, {default})"
        if column.default_from in made:
            other = made[str(column.default_from)]
            default = f"CAST({other} AS DATE)" if column.kind is Kind.DAY else other
            value = default if value is None else f"coalesce({value}, {default})"
        if value is not None:
            found.append((column.name, value))
    return found


def _whole_row(source: Source) -> str:
    members = ", ".join(
        f"{literal(header)}, {as_text(Made(sql, kind, sql))}"
        for header, (sql, kind) in source.columns.items()
    )
    return f"CAST(json_object({members}) AS VARCHAR)"


def _lookups(
    con: duckdb.DuckDBPyConnection, mapping: Mapping, recipes: dict[str, Recipe], source: Source
) -> tuple[dict[str, str], str]:
    """The columns that come from other files, as joins beside the source's relation."""
    found: dict[str, str] = {}
    joins = ""
    for recipe in recipes.values():
        if recipe.verb != "lookup" or lookup_key(recipe) in found:
            continue
        alias = f"lookup_{len(found)}"
        path = (mapping.beside or source.path.parent) / Path(str(recipe.given["file"]))
        other = open_source(con, path, Mapping(), (), Mode.DIRECT)
        key, value = (_cell_of(other, str(recipe.given[word])) for word in ("equals", "take"))
        mine = source.columns[resolve(recipe.given["key"], source.headers) or ""]
        joins += (
            f" LEFT JOIN (SELECT {key} AS {alias}_key, min({value}) AS {alias}"
            f" FROM {other.relation} GROUP BY 1) ON {alias}_key = {as_text(Made(*mine, mine[0]))}"
        )
        found[lookup_key(recipe)] = alias
    return found, joins


def _cell_of(other: Source, column: str) -> str:
    header = resolve(column, other.headers)
    if header is None:
        raise BadInput(
            f"{other.path.name} has no column {column!r}.", hint=f"It has: {', '.join(other.headers)}."
        )
    sql, kind = other.columns[header]
    return as_text(Made(sql, kind, sql))
