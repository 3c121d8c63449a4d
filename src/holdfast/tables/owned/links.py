"""The table `links`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

LINKS = Table(
    "links",
    "Which rows of which sources are one account or one user; merging and unmerging are rows here.",
    columns=(
        Column("link_id", Kind.TEXT, "The link's id.", required=True),
        Column("link_source", Kind.TEXT, "The source of the row linked.", required=True),
        Column(
            "table", Kind.TEXT, "The table of the row linked.", required=True, choices=("accounts", "users")
        ),
        Column("id", Kind.TEXT, "The id of the row linked, at its source.", required=True),
        Column("canonical_id", Kind.TEXT, "The id under which all linked rows count as one.", required=True),
        Column("by", Kind.TEXT, "Who or what linked them."),
        Column("rule", Kind.TEXT, "The rule that linked them, such as same_verified_email."),
    ),
    owned=True,
)
