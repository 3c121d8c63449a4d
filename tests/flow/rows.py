"""Rows of a small company of twelve accounts, and steps made of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.flow.courses import Step, Telling

Row = dict[str, Any]
THROUGH = datetime(2025, 4, 10)
MONTHS = ("2024-12", "2025-01", "2025-02", "2025-03", "2025-04")
ACCOUNTS = tuple(f"a{number:02}" for number in range(1, 13))
EUROPEAN = ("a01", "a02")


def account(name: str, **more: Any) -> Row:
    return {"account_id": name, "created_at": datetime(2024, 12, 20), "country": "DE", **more}


def phase(name: str, amount: str = "100", **more: Any) -> Row:
    """The one subscription of an account, from January on, with no end."""
    return {
        "phase_id": f"p-{name}",
        "subscription_id": f"s-{name}",
        "account_id": name,
        "plan": "pro",
        "start_at": datetime(2025, 1, 10),
        "status": "active",
        "currency": "EUR" if name in EUROPEAN else "USD",
        "unit_amount": Decimal(amount),
        "interval": "month",
        **more,
    }


def rate(day: date, value: str = "1.1") -> Row:
    return {"rate_id": f"EUR{day}", "day": day, "base": "EUR", "quote": "USD", "rate": Decimal(value)}


def event(name: str, at: datetime, **more: Any) -> Row:
    return {"event_id": name, "name": "login", "occurred_at": at, "stamped_on": at.date(), **more}


def month_ends() -> list[Row]:
    """A rate of the euro for the last day of each month."""
    days = ((2024, 12, 31), (2025, 1, 31), (2025, 2, 28), (2025, 3, 31))
    return [rate(date(*day)) for day in days]


def step(table: str, *rows: Row, complete: bool = False, through: datetime = THROUGH) -> Step:
    """One table's rows, told at once."""
    return Step([Telling(table, list(rows), complete=complete)], through)


def beginning() -> Step:
    """Twelve paying accounts, two of them in euros, with a user and a day of use each."""
    users = [{"user_id": f"u-{name}", "account_id": name} for name in ACCOUNTS]
    used = [
        event(f"e-{name}", datetime(2025, 2, number, 9), user_id=f"u-{name}")
        for number, name in enumerate(ACCOUNTS, start=1)
    ]
    tellings = [
        Telling("accounts", [account(name) for name in ACCOUNTS]),
        Telling("users", users),
        Telling("subscription_phases", [phase(name) for name in ACCOUNTS]),
        Telling("events", used),
        Telling("fx_rates", month_ends()),
    ]
    return Step(tellings, THROUGH)
