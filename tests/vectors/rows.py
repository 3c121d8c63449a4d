"""Rows of small companies, written short: instants as ISO text, money as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

Row = dict[str, Any]
Records = dict[str, list[Row]]

_numbers = count(1)


def at(text: str) -> datetime:
    """A naive UTC instant."""
    return datetime.fromisoformat(text)


def account(name: str, created: str = "2020-01-01", **more: Any) -> Row:
    """An account."""
    return {"account_id": name, "created_at": at(created), **more}


def phase(account: str, start: str, end: str | None, amount: str | int, **more: Any) -> Row:
    """A monthly active phase in USD, unless `more` says otherwise."""
    return {
        "phase_id": f"phase-{next(_numbers):04}",
        "subscription_id": f"{account}-1",
        "account_id": account,
        "plan": "plan",
        "start_at": at(start),
        "end_at": None if end is None else at(end),
        "status": "active",
        "currency": "USD",
        "unit_amount": Decimal(amount),
        "quantity": Decimal(1),
        "interval": "month",
        "interval_count": 1,
    } | more


def rate(day: str, base: str, quote: str, value: str) -> Row:
    """The rate of a day: one `base` is `value` `quote`."""
    return {
        "rate_id": f"{day}-{base}-{quote}",
        "day": date.fromisoformat(day),
        "base": base,
        "quote": quote,
        "rate": Decimal(value),
    }


def company(phases: Iterable[Row], accounts: Sequence[Row] = (), **tables: list[Row]) -> Records:
    """Tables of a company; an account that only its phases name is added."""
    phases = list(phases)
    named = {row["account_id"] for row in accounts}
    others = sorted({row["account_id"] for row in phases} - named)
    known = [*accounts, *(account(name) for name in others)]
    return {"accounts": known, "subscription_phases": phases, **tables}


def fixture_l() -> Records:
    """K08's April: ten at the opening; C leaves and returns, A comes and goes, B goes, D comes."""
    stayers = [phase(f"S{n}", "2024-01-10T12:00", None, 10) for n in range(8)]
    movers = [
        phase("C", "2024-01-10T12:00", "2024-04-06T12:00", 10),
        phase("C", "2024-04-26T12:00", None, 10),
        phase("A", "2024-04-11T12:00", "2024-04-21T12:00", 10),
        phase("B", "2024-01-10T12:00", "2024-04-16T12:00", 10),
        phase("D", "2024-04-16T12:00", None, 10),
    ]
    return company([*stayers, *movers])


def fixture_m() -> Records:
    """K04's April: A grows and shrinks, B leaves and returns, C pauses, D is new."""
    return company(
        [
            phase("A", "2024-01-05T12:00", "2024-04-05T12:00", 100),
            phase("A", "2024-04-05T12:00", "2024-04-20T12:00", 150),
            phase("A", "2024-04-20T12:00", None, 120),
            phase("B", "2024-01-05T12:00", "2024-04-10T12:00", 100),
            phase("B", "2024-04-28T12:00", None, 80),
            phase("C", "2024-01-05T12:00", "2024-04-18T12:00", 100),
            phase("C", "2024-04-18T12:00", None, 100, status="paused"),
            phase("D", "2024-04-15T12:00", None, 70),
        ]
    )


def fixture_k12() -> Records:
    """K12's six customers, all seen until the end of June: months 1x, 2, 3x, 3, 4x, 6."""
    return company(
        [
            phase("one", "2024-01-01", "2024-02-01", 10),
            phase("two", "2024-05-01", None, 10),
            phase("three", "2024-01-01", "2024-04-01", 10),
            phase("three-on", "2024-04-01", None, 10),
            phase("four", "2024-01-01", "2024-05-01", 10),
            phase("six", "2024-01-01", None, 10),
        ]
    )
