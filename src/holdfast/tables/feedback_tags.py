"""The table `feedback_tags`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

FEEDBACK_TAGS = Table(
    "feedback_tags",
    "Themes found in what customers wrote, each with who found it.",
    columns=(
        Column("tag_id", Kind.TEXT, "The tag's id.", required=True),
        Column(
            "source_ref", Kind.TEXT, "The row tagged, as table and id, such as tickets/T-1.", required=True
        ),
        Column("theme", Kind.TEXT, "The theme.", required=True),
        Column("sentiment", Kind.TEXT, "How it sounds, such as negative, neutral or positive."),
        Column("coder", Kind.TEXT, "Who tagged it: a person or a program with its version."),
        Column("coded_at", Kind.INSTANT, "When it was tagged.", required=True),
    ),
)
