"""The table `costs`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

COSTS = Table(
    "costs",
    "What the business spent, spread evenly over the days of its period.",
    columns=(
        Column("cost_id", Kind.TEXT, "The cost's id.", required=True),
        Column("period_start", Kind.DAY, "The first day that the cost is for.", required=True),
        Column(
            "period_end",
            Kind.DAY,
            "The day after the last day that the cost is for.",
            required=True,
            is_end=True,
        ),
        Column(
            "category",
            Kind.TEXT,
            "What the money was spent on.",
            required=True,
            choices=(
                "cs_wages",
                "adoption",
                "services_training",
                "customer_marketing",
                "sales_marketing",
                "cogs",
            ),
        ),
        Column("amount", Kind.MONEY, "How much was spent.", required=True, unit="`currency`"),
        Column("currency", Kind.CURRENCY, "The currency of the amount.", required=True),
        Column("note", Kind.TEXT, "A word of explanation."),
    ),
)
