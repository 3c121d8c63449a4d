"""The table `settings`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SETTINGS = Table(
    "settings",
    "What the workspace is set to: zone, currency, week and fiscal start, core events, order of sources.",
    columns=(
        Column("name", Kind.TEXT, "The setting's name.", required=True),
        Column("value", Kind.JSON, "Its value, as JSON.", required=True),
        Column("valid_from", Kind.INSTANT, "From when on it holds; empty means always."),
        Column("by", Kind.TEXT, "Who set it."),
    ),
    key=("name", "valid_from"),
    owned=True,
)
