"""Charges as payments of invoices, what went back of them, and the cards they were made with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from holdfast.collect.sources.source import Body, moment
from holdfast.collect.sources.stripe.history import State
from holdfast.collect.sources.stripe.kept import reference
from holdfast.collect.sources.stripe.money import amount

HARD = frozenset(
    (
        "authentication_required",
        "do_not_try_again",
        "expired_card",
        "highest_risk_level",
        "incorrect_number",
        "invalid_account",
        "lost_card",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "stolen_card",
        "stop_payment_order",
        "transaction_not_allowed",
    )
)
"""Decline codes after which charging the same card again does not help."""

OPEN = "pending"


def invoice_by_payment(
    invoices: Iterable[Body], payments: Iterable[Body], intents: Iterable[Body]
) -> dict[str, str]:
    """Which invoice a charge or a payment intent pays, by its id.

    Until March 2025 each names the other; since then an invoice payment stands between them.
    """
    found: dict[str, str] = {}
    for invoice in invoices:
        for name in ("payment_intent", "charge"):
            if one := reference(invoice.get(name)):
                found[one] = invoice["id"]
    for intent in intents:
        if invoice_id := reference(intent.get("invoice")):
            found[intent["id"]] = invoice_id
    for payment in payments:
        means, invoice_id = payment.get("payment") or {}, reference(payment.get("invoice"))
        for name in ("payment_intent", "charge"):
            if invoice_id and (one := reference(means.get(name))):
                found[one] = invoice_id
    return found


def invoice_of(charge: Body, paid: Mapping[str, str]) -> str | None:
    """The invoice that a charge is for, if any."""
    intent = reference(charge.get("payment_intent"))
    return reference(charge.get("invoice")) or paid.get(charge["id"]) or paid.get(intent or "")


def payment_rows(account_id: str, invoice_id: str, charges: Sequence[Body]) -> list[dict[str, Any]]:
    """The rows of `payments` of one invoice: its charges in turn."""
    ordered = sorted(charges, key=lambda charge: (charge["created"], charge["id"]))
    rows: list[dict[str, Any]] = []
    for number, charge in enumerate(ordered, start=1):
        method, before = method_of(charge), method_of(ordered[number - 2]) if number > 1 else None
        rows.append(
            {
                "payment_id": charge["id"],
                "invoice_id": invoice_id,
                "account_id": account_id,
                "attempted_at": moment(charge["created"]),
                "attempt_no": number,
                "amount": amount(charge["amount"], charge["currency"]),
                "currency": charge["currency"].upper(),
                "status": "refunded" if charge.get("refunded") else charge["status"],
                **_decline(charge),
                "method_id": method,
                # Another card may have come from the customer or from the bank: nothing says which.
                "via": "first" if number == 1 else "retry" if method == before else None,
            }
        )
    return rows


def _decline(charge: Body) -> dict[str, str | None]:
    if charge["status"] != "failed":
        return {"decline_code": None, "decline_class": None}
    outcome = charge.get("outcome") or {}
    code = outcome.get("reason") or charge.get("failure_code")
    hard = code in HARD or outcome.get("advice_code") == "do_not_try_again"
    return {"decline_code": code, "decline_class": "hard" if hard else "soft"}


def method_of(charge: Body) -> str | None:
    """The id of the card or account that was charged."""
    return charge.get("payment_method") or reference(charge.get("source"))


def refund_row(account_id: str, refund: Body, charge_id: str) -> dict[str, Any]:
    """The row of `refunds` of a refund that was made."""
    return _gone_back(account_id, refund, charge_id, "refund")


def dispute_row(account_id: str, dispute: Body, charge_id: str) -> dict[str, Any]:
    """The row of `refunds` of a dispute that was lost: the money was taken when it was opened."""
    return _gone_back(account_id, dispute, charge_id, "dispute")


def _gone_back(account_id: str, body: Body, charge_id: str, kind: str) -> dict[str, Any]:
    return {
        "refund_id": body["id"],
        "payment_id": charge_id,
        "account_id": account_id,
        "at": moment(body["created"]),
        "amount": amount(body["amount"], body["currency"]),
        "currency": body["currency"].upper(),
        "kind": kind,
    }


def method_rows(
    account_id: str, methods: Mapping[str, Sequence[State]], charges: Iterable[Body]
) -> list[dict[str, Any]]:
    """The rows of `payment_methods`: those told of, and those only seen in charges."""
    rows: dict[str, dict[str, Any]] = {}
    for charge in sorted(charges, key=lambda each: (each["created"], each["id"])):
        if method := method_of(charge):
            details = charge.get("payment_method_details") or {}
            card = details.get("card") or charge.get("source") or {}
            kind = details.get("type") or "card"
            rows[method] = _method(account_id, method, kind, card, moment(charge["created"]), None)
    for method, states in methods.items():
        body, at = states[-1].body, states[-1].at
        updated = (states[-1].event or "").endswith("automatically_updated")
        card = body.get("card") or body
        if len(states) == 1:
            at = moment(body.get("created")) or at
        by = "updater" if updated else None
        rows[method] = _method(account_id, method, body.get("type") or "card", card, at, by)
    return list(rows.values())


def _method(
    account_id: str, method: str, kind: str, card: Body, at: datetime | None, by: str | None
) -> dict[str, Any]:
    return {
        "method_id": method,
        "account_id": account_id,
        "kind": kind,
        "brand": (card.get("brand") or "").lower() or None,
        "exp_month": card.get("exp_month"),
        "exp_year": card.get("exp_year"),
        "updated_at": at,
        "updated_by": by,
    }
