"""Rows about money owed and terms agreed, written short."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tests.vectors.rows import Records, Row, account, at

_numbers = count(1)


def bill(account: str, issued: str, total: str | int = 100, **more: Any) -> Row:
    """An invoice of a subscription, in USD, not paid unless `more` says so."""
    return {
        "invoice_id": f"bill-{next(_numbers):04}",
        "account_id": account,
        "subscription_id": f"{account}-1",
        "issued_at": at(issued),
        "currency": "USD",
        "total": Decimal(total),
        "status": "open",
    } | more


def paid(bill: Row, when: str) -> Row:
    """The invoice, paid at an instant."""
    return bill | {"paid_at": at(when), "status": "paid"}


def attempt(bill: Row, when: str | datetime, status: str = "failed", **more: Any) -> Row:
    """An attempt to collect an invoice; it fails unless told otherwise."""
    return {
        "payment_id": f"payment-{next(_numbers):04}",
        "invoice_id": bill["invoice_id"],
        "account_id": bill["account_id"],
        "attempted_at": at(when) if isinstance(when, str) else when,
        "amount": bill["total"],
        "currency": bill["currency"],
        "status": status,
    } | more


def line(bill: Row, kind: str = "recurring") -> Row:
    """A line of an invoice over the whole of it."""
    named = {"line_id": f"line-{next(_numbers):04}", "invoice_id": bill["invoice_id"]}
    return named | {"kind": kind, "amount": bill["total"]}


def collected(
    bills: list[Row], attempts: list[Row], lines: list[Row] | None = None, **tables: Any
) -> Records:
    """A company that has invoices and attempts to collect them."""
    accounts = [account(name) for name in sorted({row["account_id"] for row in bills})]
    told = {"accounts": accounts, "subscription_phases": [], "invoices": bills, "payments": attempts}
    return told | {"invoice_lines": lines or []} | tables


def contract(account: str, end: str, mrr: str | int = 100, **more: Any) -> Row:
    """A year's contract in USD that ends at an instant; nothing is decided unless `more` says so."""
    return {
        "contract_id": f"contract-{next(_numbers):04}",
        "account_id": account,
        "term_start": at(end) - timedelta(days=365),
        "term_end": at(end),
        "mrr": Decimal(mrr),
        "currency": "USD",
    } | more


def renewed(contract: Row, when: str | datetime, mrr: str | int | None = None) -> Row:
    """The contract, renewed at an instant."""
    agreed = at(when) if isinstance(when, str) else when
    worth = contract["mrr"] if mrr is None else Decimal(mrr)
    return contract | {"outcome": "renewed", "decided_at": agreed, "renewed_mrr": worth}


def lost(contract: Row, when: str) -> Row:
    """The contract, given notice of at an instant."""
    return contract | {"outcome": "lost", "decided_at": at(when)}


def agreed(contracts: list[Row], phases: list[Row] | None = None, **tables: Any) -> Records:
    """A company that has contracts, and perhaps phases."""
    named = {row["account_id"] for row in (*contracts, *(phases or []))}
    accounts = [account(name) for name in sorted(named)]
    return {"accounts": accounts, "subscription_phases": phases or [], "contracts": contracts} | tables
