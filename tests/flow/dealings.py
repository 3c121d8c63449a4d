"""What a company's accounts sign, what they are charged, and what it spends: contracts, payments, costs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.histories import DAY, FIRST_KNOWN, HOUR, MONTHS, NONE

Row = dict[str, Any]
CATEGORIES = ("cs_wages", "adoption", "sales_marketing", "cogs")


def dealings_of(records: dict[str, list[Row]], chance: Random) -> dict[str, list[Row]]:
    """Contracts of some accounts one after another, attempts to collect invoices, costs by the month."""
    accounts = [row["account_id"] for row in records["accounts"] if "deleted" not in row]
    signed = [row for name in sorted(set(accounts)) for row in _contracts(name, chance)]
    bills = [_bill(name, number, chance) for number, name in enumerate(sorted(set(accounts)))]
    tried = [row for bill in (*records["invoices"], *bills) for row in _attempts(bill, chance)]
    return {
        "invoices": [*records["invoices"], *bills],
        "contracts": signed,
        "payments": tried,
        "costs": list(_costs(chance)),
    }


def _moment(chance: Random) -> datetime:
    day = datetime.fromisoformat(f"{chance.choice(MONTHS)}-01") + chance.choice((0, 0, 14, 27)) * DAY
    return day + chance.choice((NONE, NONE, HOUR, -HOUR, 12 * HOUR))


def _contracts(account: str, chance: Random) -> list[Row]:
    found: list[Row] = []
    start = _moment(chance)
    for number in range(chance.choice((0, 0, 1, 2, 3))):
        end = start + chance.choice((30, 61, 90)) * DAY
        outcome = chance.choice((None, None, "renewed", "lost", "pending"))
        row = {
            "contract_id": f"{account}-{number}",
            "account_id": account,
            "term_start": start,
            "term_end": end,
            "mrr": chance.choice((Decimal(10), Decimal("49.50"))),
            "currency": chance.choice(("USD", "EUR")),
            "auto_renew": chance.choice((None, True, False)),
            "outcome": outcome,
            "decided_at": end + chance.choice((-3, 0, 10, 40)) * DAY if outcome else None,
            "renewed_by": f"{account}-{number + 1}" if chance.random() < 0.2 else None,
            "renewed_mrr": chance.choice((None, None, Decimal(60))) if outcome == "renewed" else None,
        }
        found.append({"recorded_at": FIRST_KNOWN} | row)
        start = end + chance.choice((0, 0, -1, 5, 29, 30, 31)) * DAY
    return found


def _bill(account: str, number: int, chance: Random) -> Row:
    issued = _moment(chance)
    return {
        "recorded_at": FIRST_KNOWN,
        "invoice_id": f"bill{number}",
        "account_id": account,
        "subscription_id": chance.choice(("s", None)),
        "issued_at": issued,
        "paid_at": chance.choice((None, issued + 2 * DAY, issued + 40 * DAY)),
        "currency": chance.choice(("USD", "EUR")),
        "total": Decimal(30),
        "status": "open",
    }


def _attempts(bill: Row, chance: Random) -> list[Row]:
    at = bill["issued_at"]
    found = []
    for number in range(chance.choice((0, 1, 1, 2, 3))):
        row = {
            "payment_id": f"{bill['invoice_id']}-{number}",
            "invoice_id": bill["invoice_id"],
            "account_id": bill["account_id"],
            "attempted_at": at,
            "attempt_no": number + 1,
            "amount": bill["total"],
            "currency": bill["currency"],
            "status": chance.choice(("failed", "failed", "succeeded", "refunded")),
            "via": chance.choice(("first", "retry")),
        }
        found.append({"recorded_at": FIRST_KNOWN} | row)
        at += chance.choice((1, 7, 29, 30)) * DAY
    return found


def _costs(chance: Random) -> Any:
    for number, month in enumerate(MONTHS):
        for category in CATEGORIES:
            first = date.fromisoformat(f"{month}-01")
            if chance.random() < 0.8:
                yield {
                    "recorded_at": FIRST_KNOWN,
                    "cost_id": f"{category}-{number}",
                    "period_start": first,
                    "period_end": first + timedelta(days=chance.choice((28, 31, 62))),
                    "category": category,
                    "amount": Decimal(chance.choice((100, 250))),
                    "currency": chance.choice(("USD", "EUR")),
                }
