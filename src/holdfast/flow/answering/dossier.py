"""One account seen whole: what happened to it, newest first, its users, and how much it was used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis

from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.timelines.identity import resolved
from holdfast.warehouse import Warehouse

HAPPENED = {
    "payments": "attempted_at",
    "refunds": "at",
    "tickets": "created_at",
    "survey_responses": "answered_at",
    "trials": "started_at",
    "notes": "at",
}
"""The tables of an account's timeline, and when each of their rows speaks of."""

MOST = 300
MOST_USERS = 100
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Happening:
    """One thing that happened to an account: `kind` is the table it stands in, or `mrr_changes`."""

    at: datetime
    kind: str
    row: Row


@dataclass(frozen=True)
class Dossier:
    """An account's timeline, the newest first, its users, and the events of its users by day."""

    happenings: Sequence[Happening]
    users: Sequence[Row]
    activity: Mapping[date, int]


def dossier(warehouse: Warehouse, account_id: str, known_at: datetime | None = None) -> Dossier:
    """What is known of the account seen under this id; empty where there is none."""
    return asked_of(warehouse, Question(known_at=known_at), lambda desk: _dossier(desk, account_id))


def _dossier(desk: Desk, account_id: str) -> Dossier:
    found = [each for table in HAPPENED for each in _happened(desk, table, account_id)]
    changes = desk.layout.changes
    mine = changes.filter(changes.account_id == account_id).order_by(ibis.desc("at")).limit(MOST)
    found += [Happening(row["at"], "mrr_changes", row) for row in mine.to_pyarrow().to_pylist()]
    newest = sorted(found, key=lambda each: (each.at, each.kind), reverse=True)
    return Dossier(newest[:MOST], _users(desk, account_id), _activity(desk, account_id))


def _happened(desk: Desk, table: str, account_id: str) -> list[Happening]:
    when = HAPPENED[table]
    rows = _of(desk, table, account_id)
    rows = rows.filter(rows[when].notnull()).order_by(ibis.desc(when)).limit(MOST)
    return [Happening(row[when], table, row) for row in rows.to_pyarrow().to_pylist()]


def _users(desk: Desk, account_id: str) -> list[Row]:
    rows = _of(desk, "users", account_id).order_by(ibis.desc("recorded_at"))
    newest = {row["user_id"]: row for row in reversed(rows.to_pyarrow().to_pylist())}
    ordered = sorted(newest.values(), key=lambda row: (row["created_at"] or datetime.max, row["user_id"]))
    return ordered[:MOST_USERS]


def _activity(desk: Desk, account_id: str) -> dict[date, int]:
    rows = resolved(desk.layout.activity, desk.known.names)
    by_day = rows.filter(rows.account_id == account_id).group_by("day").agg(events=rows.events.sum())
    return {row["day"]: row["events"] for row in by_day.order_by("day").to_pyarrow().to_pylist()}


def _of(desk: Desk, table: str, account_id: str) -> Any:
    rows = resolved(desk.known.records[table], desk.known.names)
    return rows.filter(rows.account_id == account_id)
