"""The table `segments`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SEGMENTS = Table(
    "segments",
    "Named rules that group accounts; the same name again is a new version of it.",
    columns=(
        Column("name", Kind.TEXT, "The name that people ask for it by.", required=True),
        Column(
            "rule",
            Kind.TEXT,
            "The rule over attributes, money, usage and answers, as it reads.",
            required=True,
        ),
        Column("by", Kind.TEXT, "Who wrote it."),
    ),
    owned=True,
)
