"""The table `invoices`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

INVOICES = Table(
    "invoices",
    "What was billed. Revenue KPIs read phases, cash reports and recovery read invoices.",
    columns=(
        Column("invoice_id", Kind.TEXT, "The invoice's id.", required=True),
        Column("account_id", Kind.TEXT, "The account billed.", required=True, references="accounts"),
        Column("subscription_id", Kind.TEXT, "The subscription billed, where the invoice is for one."),
        Column("issued_at", Kind.INSTANT, "When the invoice was issued.", required=True),
        Column(
            "due_at", Kind.INSTANT, "When payment is due; the grace of a past-due customer starts here (R5)."
        ),
        Column("paid_at", Kind.INSTANT, "When the invoice was paid in full."),
        Column("currency", Kind.CURRENCY, "The currency of the invoice, its lines included.", required=True),
        Column("subtotal", Kind.MONEY, "The sum of the lines, before discount and tax.", unit="`currency`"),
        Column("tax", Kind.MONEY, "The tax; never part of a revenue KPI (R12).", unit="`currency`"),
        Column("discount", Kind.MONEY, "The discount taken off the whole invoice.", unit="`currency`"),
        Column("total", Kind.MONEY, "What the customer is asked to pay.", required=True, unit="`currency`"),
        Column(
            "status",
            Kind.TEXT,
            "Where the invoice stands.",
            required=True,
            choices=("open", "paid", "uncollectible", "void"),
        ),
    ),
)
