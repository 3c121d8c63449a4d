"""The table `segments`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SEGMENTS = Table(
    "segments",
    "Named rules that group accounts.",
    columns=(
        Column("segment_id", Kind.TEXT, "The segment's id.", required=True),
        Column("name", Kind.TEXT, "The name people see.", required=True),
        Column(
            "rule", Kind.JSON, "The rule over attributes, money, usage and answers, as JSON.", required=True
        ),
        Column("by", Kind.TEXT, "Who wrote it."),
    ),
    owned=True,
)
