"""The table `plans`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

PLANS = Table(
    "plans",
    "The price list: names and families of plans.",
    columns=(
        Column("plan", Kind.TEXT, "The plan's id, as phases name it.", required=True),
        Column("name", Kind.TEXT, "The plan's name, as people say it."),
        Column("family", Kind.TEXT, "The group of plans it belongs to."),
        Column(
            "list_amount",
            Kind.MONEY,
            "The list price of one unit for one interval.",
            unit="`currency` per unit and interval",
        ),
        Column("currency", Kind.CURRENCY, "The currency of the list price."),
        Column(
            "interval",
            Kind.TEXT,
            "The unit of the billing interval.",
            choices=("day", "week", "month", "year"),
        ),
        Column(
            "interval_count",
            Kind.INTEGER,
            "How many of that unit make one billing interval.",
            unit="intervals",
        ),
    ),
)
