"""The table `targets`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

TARGETS = Table(
    "targets",
    "What a metric is to reach by when and who answers for it; a revision is a new version with its reason.",
    columns=(
        Column("target_id", Kind.TEXT, "The target's id.", required=True),
        Column(
            "metric",
            Kind.TEXT,
            "The metric or variant as it is asked for, such as customer_churn_rate or survival[months=12].",
            required=True,
        ),
        Column(
            "segment",
            Kind.JSON,
            "The segments it is kept to, by name or rule, as a JSON array; an empty one for all accounts.",
        ),
        Column("grain", Kind.TEXT, "The kind of period.", required=True),
        Column("period_label", Kind.TEXT, "The period whose figure is to reach it.", required=True),
        Column("due_at", Kind.INSTANT, "When that period ends.", required=True, is_end=True),
        Column(
            "value",
            Kind.TEXT,
            "The value to reach, as an exact decimal in text.",
            required=True,
            unit="see `unit`",
        ),
        Column("unit", Kind.TEXT, "The unit of the value; a currency's code for money.", required=True),
        Column(
            "direction",
            Kind.TEXT,
            "Which side of the value is reached: at or above it, or at or below.",
            required=True,
            choices=("higher", "lower"),
        ),
        Column("owner", Kind.TEXT, "Who answers for it.", required=True),
        Column("from_label", Kind.TEXT, "The last settled period when it was set; empty where none was."),
        Column(
            "from_value",
            Kind.TEXT,
            "The figure of that period, from where progress is counted, as an exact decimal in text.",
            unit="see `unit`",
        ),
        Column(
            "state",
            Kind.TEXT,
            "Whether it is still pursued.",
            required=True,
            choices=("open", "dropped"),
            default="open",
        ),
        Column("reason", Kind.TEXT, "Why it was set, revised or dropped."),
        Column("by", Kind.TEXT, "Who set, revised or dropped it."),
    ),
    owned=True,
)
