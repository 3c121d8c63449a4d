"""The table `source_cursors`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SOURCE_CURSORS = Table(
    "source_cursors",
    "How far each service has been read, and up to which message its rows are settled.",
    columns=(
        Column("cursor", Kind.TEXT, "What is read, such as a list of objects.", required=True),
        Column("value", Kind.JSON, "How far, as JSON.", required=True),
    ),
    owned=True,
)
