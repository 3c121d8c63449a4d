"""The table `actions`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

ACTIONS = Table(
    "actions",
    "What is done about a cause of loss, by whom and until when; what became of it is a new version.",
    columns=(
        Column("action_id", Kind.TEXT, "The action's id.", required=True),
        Column("title", Kind.TEXT, "What is done.", required=True),
        Column("cause", Kind.TEXT, "The cause of loss that it is for, such as price.", required=True),
        Column("owner", Kind.TEXT, "Who answers for it: a name or a member's e-mail address.", required=True),
        Column("begun_at", Kind.INSTANT, "When it begins: what was before is compared with.", required=True),
        Column("due_on", Kind.DAY, "The day by which it is to be done.", required=True),
        Column(
            "metric",
            Kind.TEXT,
            "The metric or variant that it is to move, such as customer_churn_rate or survival[months=12].",
            required=True,
        ),
        Column(
            "segment",
            Kind.JSON,
            "The segments its figures are kept to, by name or rule, as a JSON array; an empty one for all.",
        ),
        Column("grain", Kind.TEXT, "The kind of period whose figures are compared.", required=True),
        Column(
            "state",
            Kind.TEXT,
            "Whether it is still to be done.",
            required=True,
            choices=("open", "done", "dropped"),
            default="open",
        ),
        Column("word", Kind.TEXT, "What was said when it was done or dropped."),
        Column("by", Kind.TEXT, "Who added it, or said that it is done or dropped."),
    ),
    owned=True,
)
