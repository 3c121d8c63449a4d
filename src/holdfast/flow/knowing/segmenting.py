"""Segments of a workspace: rules kept under names, and who is in them when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.datatypes as dt

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.flow.knowing.owned import write_rows
from holdfast.flow.knowing.unseen import refuse_unseen, refuse_unseen_events, values_of
from holdfast.segments import PREFIX, Rule, Segments, facts_read, rule, values_named
from holdfast.warehouse import Warehouse

NAME = re.compile(r"[^\W\d][\w-]*")
_names_of = ibis.udf.scalar.builtin(
    lambda text: ..., name="json_keys", signature=((dt.string,), dt.Array(dt.string))
)


@dataclass(frozen=True)
class Segment:
    """A named rule as it was kept: by whom and when."""

    name: str
    rule: Rule
    by: str | None = None
    defined_at: datetime | None = None


def kept_segments(warehouse: Warehouse, known_at: datetime | None = None) -> dict[str, Segment]:
    """The segments known now or at an instant, by name, in the order of their names."""
    rows = sorted(warehouse.rows("segments", known_at), key=lambda row: str(row["name"]))
    return {
        row["name"]: Segment(row["name"], rule(row["rule"]), row["by"], row["recorded_at"]) for row in rows
    }


def resolve(
    warehouse: Warehouse, within: Sequence[str], by: Sequence[str], known_at: datetime | None
) -> Segments:
    """The rules that a question speaks of, by name or as they read, as known at an instant.

    Raises UsageError for a name that no segment has, a rule that cannot be read, and one that
    names what never occurred.
    """
    if not within and not any(name.startswith(PREFIX) for name in by):
        return Segments()
    kept = kept_segments(warehouse, known_at)
    return Segments(
        named={name: each.rule for name, each in kept.items()},
        within=dict(_resolved(warehouse, text, kept, known_at) for text in within),
    )


def _resolved(
    warehouse: Warehouse, text: str, kept: Mapping[str, Segment], known_at: datetime | None
) -> tuple[str, Rule]:
    name = text.strip().removeprefix(PREFIX)
    if name in kept:
        return name, kept[name].rule
    if NAME.fullmatch(name):
        raise unknown("segment", name, kept) if kept else _none_yet(name)
    found = rule(text)
    _refuse_unseen(warehouse, found, known_at)
    return str(found), found


def _none_yet(name: str) -> UsageError:
    hint = Sentence(
        'Define it: holdfast segments define {name} "mrr >= 500", or give the rule itself.', name=name
    )
    return UsageError(Sentence("No segment is called {name!r}; there is none yet.", name=name), hint=hint)


def define(warehouse: Warehouse, name: str, text: str, by: str | None = None) -> Segment:
    """Keep a rule under a name; the same name again is a new version, the old one stays known."""
    if not NAME.fullmatch(name):
        hint = Sentence("Letters, digits, - and _, beginning with a letter, such as big_asia.")
        raise UsageError(Sentence("A segment cannot be called {name!r}.", name=name), hint=hint)
    found = rule(text)
    _refuse_unseen(warehouse, found)
    with warehouse.write() as writing:
        write_rows(writing, "segments", [{"name": name, "rule": str(found), "by": by}])
    return Segment(name, found, by, writing.recorded_at)


def drop(warehouse: Warehouse, name: str) -> None:
    """Let a segment go from now on; what it was stays known."""
    with warehouse.write() as writing:
        kept = kept_segments(warehouse)
        if name not in kept:
            raise unknown("segment", name, kept) if kept else _none_yet(name)
        rest = [
            {"name": each.name, "rule": str(each.rule), "by": each.by}
            for each in kept.values()
            if each.name != name
        ]
        write_rows(writing, "segments", rest, complete=True)


def _refuse_unseen(warehouse: Warehouse, found: Rule, known_at: datetime | None = None) -> None:
    """Refuse a rule that names an event, an attribute or a plan that no record has."""
    reads = facts_read(found)
    refuse_unseen_events(warehouse, [str(read.of) for read in reads if read.fact == "count"], known_at)
    if attributes := [str(read.of) for read in reads if read.fact == "attributes"]:
        told = warehouse.history("accounts")
        names = told.filter(told.attributes.notnull()).select("attributes").distinct()
        named = names.select(name=_names_of(names.attributes).unnest())
        refuse_unseen("attribute", attributes, values_of(named, "name"))
    if plans := values_named(found, "plan"):
        phases = warehouse.records("subscription_phases", known_at)
        refuse_unseen("plan", list(map(str, plans)), values_of(phases, "plan"))
