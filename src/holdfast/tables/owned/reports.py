"""The table `reports`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

REPORTS = Table(
    "reports",
    "What was asked when figures were shown, closed or restated, so that it can be asked again (R19).",
    columns=(
        Column("report_id", Kind.TEXT, "The report's id.", required=True),
        Column(
            "kind",
            Kind.TEXT,
            "Why it was made.",
            required=True,
            choices=("shown", "closed", "restated"),
        ),
        Column("title", Kind.TEXT, "A name for it."),
        Column("question", Kind.JSON, "Metrics, grain, periods, segments and numbers given, as JSON."),
        Column("as_of", Kind.INSTANT, "The instant it was asked as of; empty for the data's own end."),
        Column("known_at", Kind.INSTANT, "The greatest recorded_at that it saw.", required=True),
        Column("rulebook", Kind.TEXT, "The version of the rulebook it was counted by.", required=True),
        Column("reason", Kind.TEXT, "Why figures were restated."),
        Column("by", Kind.TEXT, "Who made it."),
    ),
    owned=True,
)
