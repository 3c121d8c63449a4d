"""The table `notes`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

NOTES = Table(
    "notes",
    "What was learnt about an account and written down.",
    columns=(
        Column("note_id", Kind.TEXT, "The note's id.", required=True),
        Column("account_id", Kind.TEXT, "The account it is about.", required=True, references="accounts"),
        Column("at", Kind.INSTANT, "When it was learnt.", required=True),
        Column(
            "kind",
            Kind.TEXT,
            "Where it was learnt.",
            required=True,
            choices=("crm", "interview", "focus_group", "customer_day"),
        ),
        Column("text", Kind.TEXT, "What was learnt.", required=True),
        Column("member", Kind.TEXT, "Who of the team wrote it."),
    ),
)
