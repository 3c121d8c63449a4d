"""The table `invoice_lines`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

INVOICE_LINES = Table(
    "invoice_lines",
    "The lines of invoices, in the invoice's currency.",
    columns=(
        Column("line_id", Kind.TEXT, "The line's id.", required=True),
        Column(
            "invoice_id",
            Kind.TEXT,
            "The invoice that the line stands on.",
            required=True,
            references="invoices",
        ),
        Column(
            "kind",
            Kind.TEXT,
            "What is billed; only recurring lines have to do with MRR (R10).",
            required=True,
            choices=("recurring", "one_off", "usage"),
        ),
        Column(
            "amount",
            Kind.MONEY,
            "The line's amount, before tax; negative for a credit.",
            required=True,
            unit="currency of the invoice",
        ),
        Column("service_start", Kind.INSTANT, "When the service billed begins."),
        Column(
            "service_end",
            Kind.INSTANT,
            "When the service billed ends, this instant no longer in it.",
            is_end=True,
        ),
        Column("quantity", Kind.NUMBER, "How many units are billed.", unit="units"),
        Column("description", Kind.TEXT, "The line's words on the invoice."),
        Column(
            "origin",
            Kind.TEXT,
            "Where a one-off sale came from; feeds one_off_revenue.",
            choices=("upgrade", "cross_sell", "loyalty", "extra"),
        ),
    ),
)
