"""Reading a question in SQL before it is run: one SELECT over the views and nothing else.

DuckDB parses the text and gives its tree as JSON; every table and table function in it must be
one that is allowed. That comes before the connection is sealed (`sealed`), which alone would not
do: an extension that opens files of its own is not held by DuckDB's settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb

from holdfast.errors import UsageError, nearest

TABLE_FUNCTIONS = {"range", "generate_series", "unnest", "json_each", "json_tree"}
"""Table functions that read nothing but their arguments."""

READ_ONLY = "Ask with one SELECT: the surface is for reading alone."
KNOWN = "holdfast sql lists the views."
NOWHERE = 2**63


def views_in(con: duckdb.DuckDBPyConnection, text: str, views: Collection[str]) -> list[str]:
    """The views that a SELECT reads; raises UsageError for anything that is not one SELECT over them."""
    tree = _parsed(con, text)
    nodes = list(_nodes(tree))
    named = {name.lower() for name in _common_tables(nodes)}
    read = {name for node in nodes if (name := _view_of(node, named, views, text))}
    return [view for view in views if view in read]


def place(text: str, position: int | None) -> str:
    """`Line 2, column 7: ` for a position in bytes, or nothing where there is none."""
    if position is None or position >= NOWHERE:
        return ""
    before = text.encode()[:position].decode(errors="ignore")
    line = before.count("\n") + 1
    return f"Line {line}, column {len(before) - before.rfind(chr(10))}: "


def _parsed(con: duckdb.DuckDBPyConnection, text: str) -> Mapping[str, Any]:
    (told,) = con.execute("select json_serialize_sql(?::varchar)", [text]).fetchone() or ("{}",)
    tree: dict[str, Any] = json.loads(told)
    if tree["error"] and tree["error_type"] == "parser":
        raise UsageError(f"{place(text, int(tree.get('position', NOWHERE)))}{tree['error_message']}.")
    if tree["error"]:
        raise UsageError(f"{_verb(text)} is not allowed here.", hint=READ_ONLY)
    count = len(tree["statements"])
    if count != 1:
        raise UsageError(f"There are {count} statements." if count else "Nothing is asked.", hint=READ_ONLY)
    return tree


def _verb(text: str) -> str:
    """What is there instead of a SELECT, by its first word; DuckDB's own answer would open files."""
    word = re.match(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w+)", text, re.DOTALL)
    verb = word[1].upper() if word else ""
    return "This statement" if verb in {"", "SELECT", "WITH", "FROM"} else verb


def _nodes(tree: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, Mapping):
        yield tree
        for inner in tree.values():
            yield from _nodes(inner)
    elif isinstance(tree, list):
        for inner in tree:
            yield from _nodes(inner)


def _common_tables(nodes: Collection[Mapping[str, Any]]) -> Iterator[str]:
    for node in nodes:
        for each in (node.get("cte_map") or {}).get("map", ()):
            if not re.fullmatch(r"\w+", each["key"]):
                raise UsageError(f"{each['key']!r} cannot name a table of WITH.", hint="Letters and digits.")
            yield each["key"]


def _view_of(
    node: Mapping[str, Any], named: Collection[str], views: Collection[str], text: str
) -> str | None:
    """The view that a node of the tree reads, if it reads one; raises UsageError where it may not."""
    at = place(text, node.get("query_location"))
    match node.get("type"):
        case "BASE_TABLE":
            return _view(node, named, views, at)
        case "TABLE_FUNCTION" if node["function"]["function_name"].lower() not in TABLE_FUNCTIONS:
            name = node["function"]["function_name"]
            allowed = ", ".join(sorted(TABLE_FUNCTIONS))
            raise UsageError(f"{at}{name}() is not allowed here.", hint=f"{READ_ONLY} Allowed: {allowed}.")
        case "SHOW_REF" if node.get("query") is None:
            raise UsageError(f"{at}SHOW is not allowed here.", hint=KNOWN)
    return None


def _view(node: Mapping[str, Any], named: Collection[str], views: Collection[str], at: str) -> str | None:
    inside = ".".join(part for part in (node["catalog_name"], node["schema_name"]) if part)
    name = node["table_name"]
    if inside:
        raise UsageError(f"{at}{inside}.{name} is not a view.", hint=f"Views have one name. {KNOWN}")
    if node.get("at_clause"):
        raise UsageError(f"{at}AT is not allowed here.", hint="--known-at asks what was known then.")
    if name.lower() in named:
        return name.lower() if name.lower() in views else None
    if name.lower() not in views:
        near = nearest(name, views)
        hint = f"Did you mean {near}? {KNOWN}" if near else KNOWN
        raise UsageError(f"{at}There is no view called {name!r}.", hint=hint)
    return str(name).lower()
