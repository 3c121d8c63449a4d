"""The table `payment_methods`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

PAYMENT_METHODS = Table(
    "payment_methods",
    "Ways to pay: a reference to a card or mandate, never a card number.",
    columns=(
        Column("method_id", Kind.TEXT, "The token the processor knows the method by.", required=True),
        Column("account_id", Kind.TEXT, "The account it belongs to.", required=True, references="accounts"),
        Column("kind", Kind.TEXT, "The kind, such as card, sepa_debit or upi."),
        Column("brand", Kind.TEXT, "The card's brand."),
        Column(
            "exp_month",
            Kind.INTEGER,
            "The month in which the card expires, 1 to 12.",
            unit="month of the year",
        ),
        Column("exp_year", Kind.INTEGER, "The year in which the card expires, in four digits.", unit="year"),
        Column("updated_at", Kind.INSTANT, "When the method was last changed."),
        Column("updated_by", Kind.TEXT, "Who changed it, such as customer or updater."),
    ),
)
