"""All that is kept of one person, to hand to them: every version of every row that is theirs."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from holdfast.errors import UsageError
from holdfast.flow.arrivals.telling_of import Object, objects_telling_of
from holdfast.tables import OWNED, TABLES, Table
from holdfast.timelines.in_memory import in_memory
from holdfast.warehouse import Warehouse
from holdfast.warehouse.personal import PARENTS, owner_columns

Row = dict[str, Any]

APART = "\x1f"
"""Stands in no id, so that no two ids of two sources share a key."""

MESSAGES, REJECTS = "source_messages", "rejects"


@dataclass(frozen=True)
class People:
    """Who is asked for, by what a column holds: tables of `key`, which is a source and an id there."""

    users: Any
    accounts: Any
    anonymous: Any


def disclosed(warehouse: Warehouse, kind: str, person: str, source: str | None = None) -> list[Row]:
    """The rows of a user, or of an account and its users: the `table` of each and what it says, oldest first.

    What services told of them and their rows among the rejects are there too. Raises UsageError where
    nothing is kept of that id.
    """
    people = _people(warehouse, kind, person, source)
    found = [
        {"table": table.name, **row}
        for table in (TABLES | OWNED).values()
        for row in _of(warehouse, table, people)
    ]
    told = objects_telling_of(warehouse, kind, person, source)
    found += [{"table": MESSAGES, **row} for row in _told(warehouse, told)]
    found += [{"table": REJECTS, **row} for row in _waiting(warehouse, people)]
    if not found:
        raise UsageError(f"Nothing is kept of the {kind} {person!r}.", hint="Ids are written exactly.")
    return found


def _people(warehouse: Warehouse, kind: str, person: str, source: str | None) -> People:
    sources = [source] if source else _sources(warehouse)
    asked = _keys([f"{each}{APART}{person}" for each in sources])
    if kind == "user":
        return People(asked, _keys([]), _visitors(warehouse, asked))
    users = warehouse.history("users")
    theirs = users.filter(_is_among(users, "account_id", asked))
    found = theirs.select(key=_key(theirs, "user_id")).distinct()
    return People(found, asked, _visitors(warehouse, found))


def _sources(warehouse: Warehouse) -> set[str]:
    found = [warehouse.history(name).select("source").distinct() for name in (*TABLES, MESSAGES)]
    return {each for rows in found for each in rows.to_pyarrow()["source"].to_pylist()}


def _keys(keys: Collection[str]) -> Any:
    return in_memory([{"key": key} for key in sorted(keys)], schema={"key": "string"})


def _key(rows: Any, column: str) -> Any:
    return rows.source + APART + rows[column]


def _is_among(rows: Any, column: str, people: Any) -> Any:
    return _key(rows, column).isin(people.key).fill_null(False)


def _visitors(warehouse: Warehouse, users: Any) -> Any:
    """The visitors who became these users and nobody else."""
    known = warehouse.history("visitors")
    is_theirs = _is_among(known, "user_id", users)
    others = known.filter(~is_theirs).select(key=_key(known, "anonymous_id"))
    return known.filter(is_theirs).select(key=_key(known, "anonymous_id")).distinct().anti_join(others, "key")


def _of(warehouse: Warehouse, table: Table, people: People) -> list[Row]:
    """The person's rows of a table: by the columns that say whose they are, or by what they are part of."""
    rows = warehouse.history(table.name)
    if table.name in PARENTS:
        column, name = PARENTS[table.name]
        parent = _owned(warehouse.history(name), TABLES[name], people)
        return _listed(rows.semi_join(parent, ["source", column]))
    return _listed(_owned(rows, table, people)) if owner_columns(table) else []


def _owned(rows: Any, table: Table, people: People) -> Any:
    owners = owner_columns(table).items()
    return rows.filter(
        reduce(or_, [_is_among(rows, column, getattr(people, kind)) for column, kind in owners])
    )


def _told(warehouse: Warehouse, objects: Collection[Object]) -> list[Row]:
    """Messages of services about objects that are theirs, which do not say so themselves."""
    keys = _keys([f"{source}{APART}{object_id}" for source, object_id in objects])
    rows = warehouse.history(MESSAGES)
    return _listed(rows.filter(rows.account_id.isnull() & _is_among(rows, "object_id", keys)))


def _waiting(warehouse: Warehouse, people: People) -> list[Row]:
    """Rows among the rejects in which an id of theirs is a value."""
    keys = {key for each in (people.users, people.accounts) for key in each.to_pyarrow()["key"].to_pylist()}
    return [
        row
        for row in _listed(warehouse.history(REJECTS))
        if any(f"{row['source']}{APART}{value}" in keys for value in _values(row.get("row")))
    ]


def _values(text: str | None) -> Collection[Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return ()
    return [each for each in found.values() if isinstance(each, str | int)] if isinstance(found, dict) else ()


def _listed(rows: Any) -> list[Row]:
    found = rows.order_by("recorded_at").to_pyarrow().to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in found]
