"""The table `rulebooks`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

RULEBOOKS = Table(
    "rulebooks",
    "The rulebooks a workspace has counted by, each under the digest of its rules.",
    columns=(
        Column("version", Kind.TEXT, "The digest that stands for exactly these rules.", required=True),
        Column("rules", Kind.JSON, "The rules, as a JSON object of rule to value.", required=True),
        Column("name", Kind.TEXT, "A name for it."),
        Column("by", Kind.TEXT, "Who wrote it."),
    ),
    owned=True,
)
