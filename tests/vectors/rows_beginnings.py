"""Rows about accounts that begin, written short: what they do so long after signing up on 1 April."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.vectors.rows import Records, Row, account, at, company

SIGNED_UP = "2024-04-01"
_numbers = count(1)


def after(**time: float) -> datetime:
    """So long after sign-up."""
    return at(SIGNED_UP) + timedelta(**time)


def event(name: str, when: datetime, **more: Any) -> Row:
    """One event; `more` says of which account or user."""
    return {"event_id": f"event-{next(_numbers):05}", "name": name, "occurred_at": when} | more


def did(account: str, name: str, **time: float) -> Row:
    """What an account did so long after signing up."""
    return event(name, after(**time), account_id=account)


def user(name: str, account: str, created: str = SIGNED_UP, **more: Any) -> Row:
    """A user of an account."""
    return {"user_id": name, "account_id": account, "created_at": at(created)} | more


def signed_up(names: list[str], events: list[Row], users: list[Row] | None = None) -> Records:
    """Accounts that signed up on 1 April, and what happened."""
    return company([], [account(name, SIGNED_UP) for name in names], events=events, users=users or [])
