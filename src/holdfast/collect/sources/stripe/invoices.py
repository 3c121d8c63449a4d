"""Invoices and their lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.collect.sources.source import Body, moment
from holdfast.collect.sources.stripe.lines import Line, subscription_of
from holdfast.collect.sources.stripe.money import amount, major

DRAFT = "draft"


def status_of(invoice: Body) -> str:
    """Where an invoice stands; before 2019 it was said in several fields."""
    if status := invoice.get("status"):
        return str(status)
    if invoice.get("paid"):
        return "paid"
    if invoice.get("forgiven"):
        return "void"
    return "uncollectible" if invoice.get("closed") else "open"


def issued_at(invoice: Body) -> datetime | None:
    """When an invoice was made final."""
    moments = invoice.get("status_transitions") or {}
    told = moments.get("finalized_at") or invoice.get("finalized_at") or invoice.get("effective_at")
    return moment(told or invoice.get("created") or invoice.get("date"))


def invoice_row(account_id: str, invoice: Body) -> dict[str, Any]:
    """The row of `invoices` of an invoice that is no draft."""
    code, moments = invoice["currency"].upper(), invoice.get("status_transitions") or {}
    status = status_of(invoice)
    return {
        "invoice_id": invoice["id"],
        "account_id": account_id,
        "subscription_id": subscription_of(invoice),
        "issued_at": issued_at(invoice),
        "due_at": moment(invoice.get("due_date")),
        "paid_at": moment(moments.get("paid_at")) if status == "paid" else None,
        "currency": code,
        "subtotal": major(invoice.get("subtotal"), code),
        "tax": _tax(invoice, code),
        "discount": _discount(invoice, code),
        "total": amount(invoice.get("total"), code),
        "status": status,
    }


def _tax(invoice: Body, code: str) -> Decimal:
    parts = invoice.get("total_taxes") or invoice.get("total_tax_amounts")
    if parts is None:
        return amount(invoice.get("tax"), code)
    return sum((amount(each.get("amount"), code) for each in parts), Decimal(0))


def _discount(invoice: Body, code: str) -> Decimal | None:
    parts = invoice.get("total_discount_amounts")
    return None if parts is None else sum((amount(each.get("amount"), code) for each in parts), Decimal(0))


def line_rows(invoice: Body, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The rows of `invoice_lines` of an invoice, amounts before discount and tax."""
    return [
        {
            "line_id": line.line_id,
            "invoice_id": invoice["id"],
            "kind": line.kind,
            "amount": line.amount,
            "service_start": line.start,
            "service_end": line.end,
            "quantity": None if line.quantity is None else Decimal(str(line.quantity)),
            "description": line.description,
        }
        for line in lines
    ]


def owed_since(invoices: Sequence[Body]) -> datetime | None:
    """When the oldest invoice that is still unpaid was issued."""
    unpaid = [invoice for invoice in invoices if status_of(invoice) in ("open", "uncollectible")]
    return min((found for each in unpaid if (found := issued_at(each))), default=None)
