"""The table `refunds`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

REFUNDS = Table(
    "refunds",
    "Money given back. Cash only: a refund never changes MRR (R13).",
    columns=(
        Column("refund_id", Kind.TEXT, "The refund's id.", required=True),
        Column("payment_id", Kind.TEXT, "The payment given back.", required=True, references="payments"),
        Column("account_id", Kind.TEXT, "The account that gets it.", required=True, references="accounts"),
        Column("at", Kind.INSTANT, "When it was given back.", required=True),
        Column(
            "amount",
            Kind.MONEY,
            "How much was given back, as a positive amount.",
            required=True,
            unit="`currency`",
        ),
        Column("currency", Kind.CURRENCY, "The currency of the amount.", required=True),
        Column(
            "kind",
            Kind.TEXT,
            "Whether it was a refund, a credit note or a dispute lost.",
            required=True,
            choices=("refund", "credit", "dispute"),
        ),
    ),
)
