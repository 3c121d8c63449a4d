"""Live events: whose they are, which are repeats, and which older ones turn out to be someone's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa

from holdfast.collect.sources.told import Act, Told
from holdfast.flow.arrivals.live_rows import append, append_acts
from holdfast.tables import table as declared
from holdfast.timelines.identity import OWN
from holdfast.warehouse import Warehouse, Writing

LOOKED_BACK = timedelta(days=90)
"""How long before a visitor is told to be a user its events still become that user's."""

A_DAY = timedelta(days=1)
Row = dict[str, Any]


@dataclass(frozen=True)
class Came:
    """What came of live events: new, repeated, of people erased, and older ones that are someone's now."""

    new: int
    repeated: int
    erased: int
    restated: int


def keep_events(warehouse: Warehouse, writing: Writing, told: Told) -> Came:
    """Append the events told that are not kept yet, each with its user, and older ones of visitors known now.

    Who is who is put into `told`, so that traits are told of the same users.
    """
    known = _known_visitors(warehouse, _ids_in(told))
    fresh = {visitor: said for visitor, said in told.visitors.items() if visitor not in known}
    users = followed(known | {visitor: user for visitor, (user, _) in fresh.items()})
    told.resolve(users)
    older = _older_of(warehouse, {visitor: users[visitor] for visitor in fresh})
    rows, repeats = _not_kept(warehouse, told.events)
    restated = append(writing, "events", older)
    done = append_acts(writing, rows)
    append(
        writing,
        "visitors",
        [
            {"anonymous_id": visitor, "user_id": users[visitor], "told_at": at}
            for visitor, (_, at) in sorted(fresh.items())
        ],
    )
    return Came(done.new, repeats, done.erased + restated.erased, restated.changed)


def followed(became: Mapping[str, str]) -> dict[str, str]:
    """Each id with the one that it is in the end; a circle ends at its least id."""
    found = {}
    for first in became:
        path = [first]
        while (after := became.get(path[-1])) is not None and after not in path:
            path.append(after)
        found[first] = path[-1] if after is None else min(path[path.index(after) :])
    return found


def _ids_in(told: Told) -> set[str]:
    """Every id that may stand for a user: visitors, users, and those that they are told to be."""
    ids = {event.anonymous_id for event in told.events} | {event.user_id for event in told.events}
    ids |= {user for user, _ in told.user_traits}
    ids |= set(told.visitors) | {user for user, _ in told.visitors.values()}
    return {told for told in ids if told is not None}


def _known_visitors(warehouse: Warehouse, ids: Collection[str]) -> dict[str, str]:
    """Who visitors are known to be, and who those are in turn."""
    known: dict[str, str] = {}
    rows = warehouse.records("visitors")
    while ids:
        met = rows.filter(rows.source == OWN).semi_join(listed("anonymous_id", ids), "anonymous_id")
        found = met.select("anonymous_id", "user_id").to_pyarrow().to_pydict()
        known |= dict(zip(found["anonymous_id"], found["user_id"], strict=True))
        ids = set(found["user_id"]) - set(known) - set(ids)
    return known


def listed(column: str, values: Collection[str]) -> Any:
    """Texts as a table of one column."""
    return ibis.memtable(pa.table({column: pa.array(values, pa.string())}))


def _older_of(warehouse: Warehouse, users: Mapping[str, str]) -> list[Row]:
    """The kept events of visitors, with the users that they are now known to be.

    An earlier id of a user gives up its events as well.
    """
    if not users:
        return []
    events, ids = warehouse.records("events"), listed("id", users)
    since = ibis.today() - ibis.interval(days=LOOKED_BACK.days)
    events = events.filter((events.source == OWN) & (events.stamped_on >= since))
    mine = events.mutate(id=ibis.coalesce(events.user_id, events.anonymous_id)).semi_join(ids, "id")
    rows: list[Row] = mine.select("id", *declared("events").column_names).to_pyarrow().to_pylist()
    return [row | {"user_id": users[row.pop("id")]} for row in rows]


def _not_kept(warehouse: Warehouse, events: Sequence[Act]) -> tuple[list[Act], int]:
    """The events that are not kept yet, each once, and how many are repeats of one that is.

    A repeat bears the same id, and the day that its client stamped on it or one beside it.
    """
    if not events:
        return [], 0
    ids = {event.event_id for event in events}
    seen = _kept_days(warehouse, ids, {event.stamped_on for event in events})
    if len(ids) == len(events) and not seen:
        return list(events), 0
    times = Counter(event.event_id for event in events)
    seen |= {told: [] for told, count in times.items() if count > 1 and told not in seen}
    fresh = []
    for event in events:
        days = seen.get(event.event_id)
        if days is None:
            fresh.append(event)
        elif all(abs(event.stamped_on - day) > A_DAY for day in days):
            days.append(event.stamped_on)
            fresh.append(event)
    return fresh, len(events) - len(fresh)


def _kept_days(warehouse: Warehouse, told: Collection[str], stamped: set[date]) -> dict[str, list[date]]:
    """The days stamped on the kept events that bear these ids, among the days on which a repeat may lie."""
    days = {day + off * A_DAY for day in stamped for off in (-1, 0, 1)}
    rows, ids = warehouse.history("events"), listed("event_id", told)
    near = rows.filter(
        (rows.source == OWN) & rows.stamped_on.between(min(days), max(days)) & rows.stamped_on.isin(days)
    )
    kept = near.semi_join(ids, "event_id").select("event_id", "stamped_on").to_pyarrow().to_pydict()
    found: dict[str, list[date]] = {}
    for name, day in zip(kept["event_id"], kept["stamped_on"], strict=True):
        found.setdefault(name, []).append(day)
    return found
