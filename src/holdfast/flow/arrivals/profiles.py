"""Users and accounts as live calls tell of them: traits kept, and their rows in `users` and `accounts`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis

from holdfast.collect.sources.attributes import Row, Traits, account_row, user_row
from holdfast.collect.sources.told import FIRST, Telling, Told, later
from holdfast.flow.arrivals.live_rows import append
from holdfast.flow.arrivals.visiting import listed
from holdfast.timelines.identity import OWN
from holdfast.warehouse import Warehouse, Writing

Tellings = Mapping[tuple[str, str], Telling]


@dataclass(frozen=True)
class Kind:
    """One kind of subject: where its traits and its rows are kept, and how a row is made."""

    table: str
    traits: str
    key: str
    row: Callable[[str, Traits, Row | None], dict[str, Any] | None]


ACCOUNTS = Kind("accounts", "account_traits", "account_id", account_row)
USERS = Kind("users", "user_traits", "user_id", user_row)


def keep_profiles(warehouse: Warehouse, writing: Writing, told: Told) -> None:
    """Append the traits that say something new, and the rows of the accounts and users they are of."""
    _keep(warehouse, writing, ACCOUNTS, told.account_traits)
    _keep(warehouse, writing, USERS, told.user_traits)


def told_of(warehouse: Warehouse, told: Told) -> list[str]:
    """The tables that live calls told traits of, now or before, and not only events that name their rows."""
    return [
        kind.table
        for kind, now in ((ACCOUNTS, told.account_traits), (USERS, told.user_traits))
        if any(not name.startswith(FIRST) for _, name in now) or _ever_told(warehouse, kind)
    ]


def _ever_told(warehouse: Warehouse, kind: Kind) -> bool:
    rows = warehouse.records(kind.traits)
    return bool(rows.filter(~rows.name.startswith(FIRST)).limit(1).count().to_pyarrow().as_py())


def _keep(warehouse: Warehouse, writing: Writing, kind: Kind, told: Tellings) -> None:
    if not told:
        return
    stored = _stored(warehouse, kind, {subject for subject, _ in told})
    changed = news(told, stored)
    rows = [
        {kind.key: subject, "name": name, "value": value, "told_at": at}
        for (subject, name), (value, at) in sorted(changed.items())
    ]
    append(writing, kind.traits, rows)
    append(writing, kind.table, _rows(warehouse, kind, changed, stored))


def news(told: Tellings, stored: Tellings) -> dict[tuple[str, str], Telling]:
    """The tellings that count and say another value than is kept."""
    return {
        trait: telling
        for trait, telling in told.items()
        if (kept := stored.get(trait)) is None or (telling[0] != kept[0] and later(trait[1], telling, kept))
    }


def _stored(warehouse: Warehouse, kind: Kind, subjects: Collection[str]) -> dict[tuple[str, str], Telling]:
    rows = warehouse.records(kind.traits)
    rows = rows.filter(rows.source == OWN).semi_join(listed(kind.key, subjects), kind.key)
    found = rows.select(kind.key, "name", "value", "told_at").to_pyarrow().to_pylist()
    return {(row[kind.key], row["name"]): (row["value"], row["told_at"]) for row in found}


def _rows(warehouse: Warehouse, kind: Kind, changed: Tellings, stored: Tellings) -> list[dict[str, Any]]:
    """The rows that follow: what is new over the row in force; all that is known where there is none.

    Where a file gave dated rows, so is this one.
    """
    subjects = {subject for subject, _ in changed}
    known = _known(warehouse, kind, subjects)
    made = []
    for subject in sorted(subjects):
        row = known.get(subject)
        traits = _of(changed, subject) if row else _of(stored, subject) | _of(changed, subject)
        fresh = kind.row(subject, traits, row)
        if fresh is not None:
            made.append(fresh | {"valid_from": _since(row, traits)})
    return made


def _since(known: Row | None, traits: Traits) -> datetime | None:
    dated: datetime | None = known["valid_from"] if known else None
    return max(dated, *(at for _, at in traits.values())) if dated else None


def _of(tellings: Tellings, subject: str) -> dict[str, Telling]:
    return {name: telling for (of, name), telling in tellings.items() if of == subject}


def _known(warehouse: Warehouse, kind: Kind, subjects: Collection[str]) -> dict[str, Row]:
    """The newest row in force of each subject."""
    rows = warehouse.records(kind.table)
    rows = rows.filter(rows.source == OWN).semi_join(listed(kind.key, subjects), kind.key)
    ordered = rows.order_by([ibis.asc(rows.valid_from, nulls_first=True), "recorded_at"]).to_pyarrow()
    return {row[kind.key]: row for row in ordered.to_pylist()}
