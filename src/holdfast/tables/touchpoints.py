"""The table `touchpoints`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

TOUCHPOINTS = Table(
    "touchpoints",
    "Contacts between the team and an account: outreach, silence, closing the loop.",
    columns=(
        Column("touchpoint_id", Kind.TEXT, "The contact's id.", required=True),
        Column("account_id", Kind.TEXT, "The account in contact.", required=True, references="accounts"),
        Column("user_id", Kind.TEXT, "The user in contact.", references="users"),
        Column("at", Kind.INSTANT, "When it happened.", required=True),
        Column(
            "direction",
            Kind.TEXT,
            "Who began: the customer (in) or the team (out).",
            required=True,
            choices=("in", "out"),
        ),
        Column("channel", Kind.TEXT, "How, such as email, phone or meeting.", required=True),
        Column("kind", Kind.TEXT, "What for, such as onboarding or check_in."),
        Column("member", Kind.TEXT, "Who of the team."),
        Column("playbook_id", Kind.TEXT, "The playbook it was part of."),
        Column("outcome", Kind.TEXT, "What came of it."),
    ),
)
