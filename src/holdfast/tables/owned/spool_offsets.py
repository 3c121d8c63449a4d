"""The table `spool_offsets`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SPOOL_OFFSETS = Table(
    "spool_offsets",
    "How far each segment of the spool is loaded; kept in one transaction with the rows it gave.",
    columns=(
        Column("segment", Kind.TEXT, "The segment's name.", required=True),
        Column("loaded", Kind.INTEGER, "Its bytes that are loaded.", required=True, unit="bytes"),
    ),
    owned=True,
)
