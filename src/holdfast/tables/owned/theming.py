"""The tables of what people decided about themes, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

THEME_NAMES = Table(
    "theme_names",
    "What themes are called now: renamed ones, and those that were merged into another.",
    columns=(
        Column(
            "theme",
            Kind.TEXT,
            "The theme as tags and topics have it, in small letters.",
            required=True,
        ),
        Column("called", Kind.TEXT, "What it is called now.", required=True),
        Column("by", Kind.TEXT, "Who said so."),
    ),
    owned=True,
)
THEME_CORRECTIONS = Table(
    "theme_corrections",
    "That a record is not about a theme, whatever a tag or a program says, or that it is after all.",
    columns=(
        Column("source_ref", Kind.TEXT, "The record, as table and id, such as tickets/T-1.", required=True),
        Column("theme", Kind.TEXT, "The theme, in small letters.", required=True),
        Column("about", Kind.BOOLEAN, "False where the record is not about it.", required=True),
        Column("by", Kind.TEXT, "Who said so."),
    ),
    key=("source_ref", "theme"),
    owned=True,
)
DECIDED: dict[str, Table] = {table.name: table for table in (THEME_NAMES, THEME_CORRECTIONS)}
"""What people decided that timelines read beside the records."""
