"""Sources that a business declares itself: kept with their versions, found by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from holdfast.collect.sources import POSTED, SOURCES, Source
from holdfast.collect.sources.webhook import source_of_webhook, webhook
from holdfast.errors import UsageError, unknown
from holdfast.flow.knowing.owned import SOURCE, write_rows
from holdfast.timelines.identity import OWN
from holdfast.warehouse import Warehouse, Writing

TABLE = "declared_sources"
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
WEBHOOK, DATABASE = "webhook", "database"
TAKEN_NAMES = {*SOURCES, *POSTED, OWN, SOURCE}


@dataclass(frozen=True)
class Declared:
    """A source as it was declared: by whom and when."""

    name: str
    kind: str
    declaration: str
    by: str | None = None
    declared_at: datetime | None = None


def declared_sources(
    warehouse: Warehouse, kind: str | None = None, known_at: datetime | None = None
) -> dict[str, Declared]:
    """The sources declared by now, or by an instant, by name; only those of one kind where it is named."""
    found = sorted(warehouse.rows(TABLE, known_at), key=lambda row: str(row["name"]))
    return {
        row["name"]: Declared(row["name"], row["kind"], row["declaration"], row["by"], row["recorded_at"])
        for row in found
        if kind in {None, row["kind"]}
    }


def declared_called(warehouse: Warehouse, kind: str, name: str) -> Declared:
    """The declared source of this kind and name; raises UsageError with the nearest right one."""
    found = declared_sources(warehouse, kind)
    if not found:
        hint = f"holdfast {kind} declare {name}.toml"
        raise UsageError(f"No {kind} is called {name!r}; none is declared yet.", hint=hint)
    if name not in found:
        raise unknown(kind, name, found)
    return found[name]


def messaging(warehouse: Warehouse) -> Mapping[str, Source]:
    """Every source that tells by messages: those that we know, and the webhooks declared."""
    hooks = declared_sources(warehouse, WEBHOOK).values()
    return SOURCES | {each.name: source_of_webhook(webhook(each.name, each.declaration)) for each in hooks}


def refuse_name(name: str) -> None:
    """Refuse a name that cannot stand in an address and in the name of a variable, or is taken."""
    if not NAME.fullmatch(name):
        hint = "Small letters, digits, - and _, beginning with a letter, such as crm."
        raise UsageError(f"A source cannot be called {name!r}.", hint=hint)
    if name in TAKEN_NAMES:
        raise UsageError(f"{name!r} is the name of a source already.", hint="Name the file otherwise.")


def write_declared(writing: Writing, declared: Declared) -> None:
    """Keep a declaration within the caller's transaction; what it was stays known."""
    row = {name: getattr(declared, name) for name in ("name", "kind", "declaration", "by")}
    write_rows(writing, TABLE, [row])


def drop(warehouse: Warehouse, kind: str, name: str) -> None:
    """Let a declared source go from now on; its records stay."""
    declared_called(warehouse, kind, name)
    with warehouse.write() as writing:
        rest = [vars(each) for each in declared_sources(warehouse).values() if each.name != name]
        kept = [{key: row[key] for key in ("name", "kind", "declaration", "by")} for row in rest]
        write_rows(writing, TABLE, kept, complete=True)
