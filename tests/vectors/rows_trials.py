"""Rows about trials and first payments, written short."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tests.vectors.rows import Records, Row, account, at, company

_numbers = count(1)


def trial(account: str, started: str = "2024-04-10", days: int | None = 14, **more: Any) -> Row:
    """A trial of so many days; without them nobody said when it ends."""
    return {
        "trial_id": f"trial-{next(_numbers):04}",
        "account_id": account,
        "started_at": at(started),
        "ends_at": None if days is None else at(started) + timedelta(days=days),
    } | more


def payment(account: str, when: str, amount: str | int = 20, **more: Any) -> Row:
    """A successful payment in USD, unless `more` says otherwise."""
    return {
        "payment_id": f"payment-{next(_numbers):04}",
        "invoice_id": f"bill-{account}",
        "account_id": account,
        "attempted_at": at(when),
        "amount": Decimal(amount),
        "currency": "USD",
        "status": "succeeded",
    } | more


def tried(trials: list[Row], payments: list[Row], phases: list[Row] | None = None) -> Records:
    """A company with trials and payments."""
    accounts = [account(name) for name in sorted({row["account_id"] for row in [*trials, *payments]})]
    return company(phases or [], accounts, trials=trials, payments=payments)
