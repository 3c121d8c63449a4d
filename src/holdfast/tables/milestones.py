"""The table `milestones`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

MILESTONES = Table(
    "milestones",
    "Steps of an account's success plan.",
    columns=(
        Column("milestone_id", Kind.TEXT, "The milestone's id.", required=True),
        Column(
            "account_id", Kind.TEXT, "The account it is planned for.", required=True, references="accounts"
        ),
        Column("name", Kind.TEXT, "What is to be reached.", required=True),
        Column("due_at", Kind.INSTANT, "When it should be reached."),
        Column("reached_at", Kind.INSTANT, "When it was reached."),
    ),
)
