"""What a business says of a database: for each table of ours a query, its cursor, and what is what."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from holdfast.collect.mapping import KEYS as MAPPING_KEYS
from holdfast.collect.mapping import Mapping
from holdfast.collect.recipes import refuse_unknown
from holdfast.errors import BadInput
from holdfast.periods import duration

NOT_OF_FILES = {"files", "delimiter", "quote", "escape", "encoding", "sheet", "table"}
OURS = ("name", "query", "cursor", "overlap")
KEYS = (*OURS, *(key for key in MAPPING_KEYS if key not in NOT_OF_FILES))

OVERLAP = timedelta(minutes=10)
"""How far before the newest cursor rows are read again, where the cursor is a time."""


@dataclass(frozen=True)
class Pulled:
    """One table that is pulled: the query, the column by which its newest rows are found, its mapping.

    Without a cursor the query gives all there is each time. `overlap` is a stretch of time, or a number
    where the cursor is one: so far back rows are read again, since they may be committed late.
    """

    table: str
    query: str
    mapping: Mapping
    cursor: str | None = None
    overlap: timedelta | float | None = None


@dataclass(frozen=True)
class Database:
    """A database as it was declared; its address is a credential and stands elsewhere."""

    name: str
    tables: tuple[Pulled, ...]


def database(name: str, text: str) -> Database:
    """The database that a TOML text declares; raises BadInput with the place and what would be right."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = "Texts stand in quotes: key = 'value'."
        raise BadInput(f"{name} is not TOML: {error}.", hint=hint) from None
    sections = given.pop("table", None)
    for key in given:
        refuse_unknown(name, key, ("table", "source"))
    if not isinstance(sections, list) or not sections:
        hint = '[[table]] and below it name = "accounts" and query = "select ..."'
        raise BadInput(f"{name} pulls no table.", hint=hint)
    found = tuple(_pulled(name, given.get("source", name), section) for section in sections)
    names = [each.table for each in found]
    if twice := {each for each in names if names.count(each) > 1}:
        raise BadInput(f"{name} pulls {min(twice)} twice.", hint="Join the queries by union all.")
    return Database(name, found)


def _pulled(name: str, source: Any, section: Any) -> Pulled:
    if not isinstance(section, dict) or not isinstance(section.get("name"), str):
        raise BadInput(f"{name}: each [[table]] must say its name.", hint='name = "accounts"')
    place = f"{name}: {section['name']}"
    for key in section:
        refuse_unknown(place, key, KEYS)
    query, cursor = section.get("query"), section.get("cursor")
    if not isinstance(query, str) or not query.strip():
        raise BadInput(f"{place} has no query.", hint='query = "select * from customers"')
    if cursor is not None and not (isinstance(cursor, str) and cursor):
        raise BadInput(f"{place}: cursor must name a column.", hint='cursor = "updated_at"')
    told = {key: value for key, value in section.items() if key not in OURS}
    mapping = Mapping.from_dict({"source": source, **told, "table": section["name"]}, place)
    plain = query.strip().rstrip(";").strip()
    return Pulled(section["name"], plain, _spared(mapping, cursor), cursor, _overlap(place, section))


def _spared(mapping: Mapping, cursor: str | None) -> Mapping:
    """The mapping, in which a cursor that gives no column of ours is left out."""
    needless = cursor is None or cursor in mapping.understood or "*" in mapping.ignore
    if needless:
        return mapping
    ignore = [*mapping.ignore, cursor]
    return Mapping.from_dict(mapping.given | {"ignore": ignore}, mapping.name)


def _overlap(place: str, section: dict[str, Any]) -> timedelta | float | None:
    if (given := section.get("overlap")) is None:
        return None
    if isinstance(given, int | float) and not isinstance(given, bool) and given >= 0:
        return given
    found = duration(given) if isinstance(given, str) else None
    if found is None:
        hint = 'overlap = "10 minutes", or a number where the cursor is one'
        raise BadInput(f"{place}: overlap cannot be {given!r}.", hint=hint)
    return found
