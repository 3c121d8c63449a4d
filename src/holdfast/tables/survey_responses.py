"""The table `survey_responses`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SURVEY_RESPONSES = Table(
    "survey_responses",
    "Answers to surveys.",
    columns=(
        Column("response_id", Kind.TEXT, "The answer's id.", required=True),
        Column("survey_id", Kind.TEXT, "The survey answered.", required=True),
        Column(
            "kind",
            Kind.TEXT,
            "What the survey measures; scales are never converted into each other.",
            required=True,
            choices=("nps", "csat", "ces1", "ces2", "custom"),
        ),
        Column("invitation_id", Kind.TEXT, "The invitation answered.", references="survey_invitations"),
        Column("user_id", Kind.TEXT, "The user who answered.", references="users"),
        Column("account_id", Kind.TEXT, "The account answered for.", references="accounts"),
        Column("answered_at", Kind.INSTANT, "When it was answered.", required=True),
        Column("score", Kind.NUMBER, "The score given.", unit="points"),
        Column("scale_min", Kind.NUMBER, "The lowest score that could be given.", unit="points"),
        Column("scale_max", Kind.NUMBER, "The highest score that could be given.", unit="points"),
        Column("comment", Kind.TEXT, "What was written besides."),
        Column("answer", Kind.JSON, "An answer other than a score, as JSON: a choice, a ranking, other."),
        Column("trigger_ref", Kind.TEXT, "What the survey followed, such as a ticket's id."),
        Column("subject", Kind.TEXT, "What was judged.", choices=("rep", "product", "brand")),
    ),
)
