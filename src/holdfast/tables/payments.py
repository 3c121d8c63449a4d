"""The table `payments`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

PAYMENTS = Table(
    "payments",
    "Attempts to collect an invoice. The unit of failure is the invoice, not the attempt.",
    columns=(
        Column("payment_id", Kind.TEXT, "The attempt's id.", required=True),
        Column("invoice_id", Kind.TEXT, "The invoice it should pay.", required=True, references="invoices"),
        Column("account_id", Kind.TEXT, "The account charged.", required=True, references="accounts"),
        Column("attempted_at", Kind.INSTANT, "When the attempt was made.", required=True),
        Column(
            "attempt_no",
            Kind.INTEGER,
            "The place of the attempt among those for its invoice, from 1.",
            unit="attempts",
        ),
        Column("amount", Kind.MONEY, "What was to be collected.", required=True, unit="`currency`"),
        Column("currency", Kind.CURRENCY, "The currency of the amount.", required=True),
        Column(
            "status",
            Kind.TEXT,
            "What came of it.",
            required=True,
            choices=("succeeded", "failed", "refunded"),
        ),
        Column("decline_code", Kind.TEXT, "The code the bank or processor gave for a failure."),
        Column(
            "decline_class",
            Kind.TEXT,
            "Whether trying again can help (soft) or not (hard).",
            choices=("soft", "hard"),
        ),
        Column("method_id", Kind.TEXT, "The payment method charged.", references="payment_methods"),
        Column(
            "via",
            Kind.TEXT,
            "What led to the attempt: the first charge, a retry, a card updater, a message, or a person.",
            choices=("first", "retry", "updater", "dunning", "manual"),
        ),
    ),
)
