"""The table `assignments`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

ASSIGNMENTS = Table(
    "assignments",
    "Which accounts an experiment put into which arm, holdouts included.",
    columns=(
        Column("assignment_id", Kind.TEXT, "The assignment's id.", required=True),
        Column("account_id", Kind.TEXT, "The account assigned.", required=True, references="accounts"),
        Column("experiment_id", Kind.TEXT, "The experiment.", required=True),
        Column("arm", Kind.TEXT, "The arm, such as control or treated.", required=True),
        Column("assigned_at", Kind.INSTANT, "When it was assigned.", required=True),
    ),
)
