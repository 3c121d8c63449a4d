"""Rows of users and what they did, written short."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from tests.vectors.rows import Records, Row, account, at

DAY = timedelta(days=1)
_numbers = count(1)


def user(name: str, account: str = "A", created: str | None = "2020-01-01", **more: object) -> Row:
    """A user of an account."""
    born = None if created is None else at(created)
    return {"user_id": name, "account_id": account, "created_at": born, **more}


def event(user: str | None, moment: str | datetime, name: str = "page_viewed", **more: object) -> Row:
    """Something a user did in the product."""
    moment = at(moment) if isinstance(moment, str) else moment
    row = {"event_id": f"event-{next(_numbers):05}", "user_id": user, "name": name, "origin": "client"}
    return row | {"occurred_at": moment} | more


def used(events: list[Row], users: list[Row] | None = None, **tables: list[Row]) -> Records:
    """A company in which this was done, by the users that the events name where none are given."""
    names = sorted({str(row["user_id"]) for row in events if row["user_id"] is not None})
    known = [user(name) for name in names] if users is None else users
    accounts = {str(row["account_id"]) for row in known}
    shown = {"accounts": [account(name) for name in sorted(accounts)], "subscription_phases": []}
    return shown | {"users": known, "events": events} | tables
