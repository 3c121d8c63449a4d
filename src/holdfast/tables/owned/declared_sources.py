"""The table `declared_sources`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

DECLARED_SOURCES = Table(
    "declared_sources",
    "Sources that the business declared itself; the same name again is a new version.",
    columns=(
        Column("name", Kind.TEXT, "The source's name, under which its rows are kept.", required=True),
        Column(
            "kind",
            Kind.TEXT,
            "How it tells: webhook (it posts to us) or database (it is asked).",
            required=True,
            choices=("webhook", "database"),
        ),
        Column("declaration", Kind.TEXT, "What was declared, as TOML; never a secret.", required=True),
        Column("by", Kind.TEXT, "Who declared it."),
    ),
    owned=True,
)
