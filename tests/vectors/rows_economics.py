"""Rows of costs, bills and refunds, written short, and what is asked of a figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from tests.vectors.adapter import Figure
from tests.vectors.rows import Records, Row, at, company, phase

_numbers = count(1)


def cost(start: str, end: str, category: str, amount: str | int, currency: str = "USD") -> Row:
    """A cost for the days from `start` to before `end`."""
    return {
        "cost_id": f"cost-{next(_numbers):04}",
        "period_start": date.fromisoformat(start),
        "period_end": date.fromisoformat(end),
        "category": category,
        "amount": Decimal(amount),
        "currency": currency,
    }


def april(category: str, amount: str | int) -> Row:
    """A cost of April 2024."""
    return cost("2024-04-01", "2024-05-01", category, amount)


def bill(account: str, paid: str | None, total: str | int, **more: Any) -> Row:
    """An invoice in USD, issued the day it is paid or else on 10 April 2024."""
    return {
        "invoice_id": f"invoice-{next(_numbers):04}",
        "account_id": account,
        "issued_at": at(paid or "2024-04-10"),
        "paid_at": None if paid is None else at(paid),
        "currency": "USD",
        "total": Decimal(total),
        "status": "open" if paid is None else "paid",
    } | more


def line(invoice: Row, kind: str, amount: str | int) -> Row:
    """A line of an invoice."""
    return {
        "line_id": f"line-{next(_numbers):04}",
        "invoice_id": invoice["invoice_id"],
        "kind": kind,
        "amount": Decimal(amount),
    }


def refund(account: str, moment: str, amount: str | int) -> Row:
    """Money given back."""
    number = next(_numbers)
    return {
        "refund_id": f"refund-{number:04}",
        "payment_id": f"payment-{number:04}",
        "account_id": account,
        "at": at(moment),
        "amount": Decimal(amount),
        "currency": "USD",
        "kind": "refund",
    }


def churning(opening: int, lost: int, new: int = 0, amount: int = 80, **tables: list[Row]) -> Records:
    """Customers since March at one price, of whom some leave in April, and new ones of April."""
    return company(
        [
            *(
                phase(f"A{n:03}", "2024-03-10", "2024-04-12" if n < lost else None, amount)
                for n in range(opening)
            ),
            *(phase(f"N{n:03}", "2024-04-15", None, amount) for n in range(new)),
        ],
        **tables,
    )


def crc(*costs: Row) -> Records:
    """K16's April: paying 100 at the opening, 110 at the closing, 104 on average, 95 at both ends."""
    return company(
        [
            *(phase(f"S{n:03}", "2024-01-10", None, 50) for n in range(95)),
            *(phase(f"L{n:03}", "2024-01-10", "2024-04-24T12:00", 50) for n in range(5)),
            *(phase(f"N{n:03}", "2024-04-20T12:00", None, 50) for n in range(15)),
        ],
        costs=list(costs),
    )


def close(figure: Figure, wanted: float) -> bool:
    """Whether the figure is so much, unrounded."""
    return figure.value is not None and float(figure.value) == pytest.approx(wanted, abs=1e-6)


def undefined(figure: Figure, reason: str) -> bool:
    """Whether the figure has no value, for this reason."""
    return figure.value is None and figure.reason == reason
