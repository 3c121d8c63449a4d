"""The table `fx_rates`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

FX_RATES = Table(
    "fx_rates",
    "Exchange rates, one row per day and pair (R14).",
    columns=(
        Column(
            "rate_id",
            Kind.TEXT,
            "The rate's id; where the source has none, join day, base and quote.",
            required=True,
        ),
        Column("day", Kind.DAY, "The day that the rate is of.", required=True),
        Column("base", Kind.CURRENCY, "The currency that is priced.", required=True),
        Column("quote", Kind.CURRENCY, "The currency it is priced in.", required=True),
        Column(
            "rate",
            Kind.RATE,
            "How much of the quote currency one unit of the base currency buys.",
            required=True,
            unit="`quote` per 1 `base`",
        ),
    ),
)
