"""The table `survey_invitations`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SURVEY_INVITATIONS = Table(
    "survey_invitations",
    "Questions sent, answered or not: the denominator of the response rate.",
    columns=(
        Column("invitation_id", Kind.TEXT, "The invitation's id.", required=True),
        Column("survey_id", Kind.TEXT, "The survey asked; surveys are never pooled unasked.", required=True),
        Column("wave", Kind.TEXT, "The round of the survey, such as 2025-Q2."),
        Column("channel", Kind.TEXT, "How it was asked, such as email or in_app."),
        Column("user_id", Kind.TEXT, "The user asked.", references="users"),
        Column("account_id", Kind.TEXT, "The account asked.", references="accounts"),
        Column("sent_at", Kind.INSTANT, "When it was sent.", required=True),
        Column("delivered", Kind.BOOLEAN, "False where it bounced."),
        Column("incentive", Kind.TEXT, "What was offered for answering."),
    ),
)
