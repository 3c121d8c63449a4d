"""The table `tickets`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

TICKETS = Table(
    "tickets",
    "Requests for support.",
    columns=(
        Column("ticket_id", Kind.TEXT, "The ticket's id.", required=True),
        Column("account_id", Kind.TEXT, "The account that asks.", references="accounts"),
        Column("user_id", Kind.TEXT, "The user who asks.", references="users"),
        Column("created_at", Kind.INSTANT, "When the ticket was opened.", required=True),
        Column("solved_at", Kind.INSTANT, "When it was last solved; empty while it is open."),
        Column("reopened_at", Kind.INSTANT, "When it was first opened again after having been solved."),
        Column("first_reply_at", Kind.INSTANT, "When the first reply of an agent was sent."),
        Column(
            "agent_replies",
            Kind.INTEGER,
            "How many replies agents sent; stands alone where replies are not imported.",
            unit="replies",
        ),
        Column(
            "requester_replies",
            Kind.INTEGER,
            "How many replies the requester sent after the first message.",
            unit="replies",
        ),
        Column("subject", Kind.TEXT, "The subject line."),
        Column("text", Kind.TEXT, "The first message."),
        Column("topic", Kind.TEXT, "What it is about, in your own words."),
        Column("channel", Kind.TEXT, "Where it came in, such as email, chat or phone."),
        Column("severity", Kind.TEXT, "How bad it is, in your own scale."),
        Column("agent", Kind.TEXT, "Who took care of it last."),
        Column("transfers", Kind.INTEGER, "How many times it changed hands.", unit="transfers"),
        Column("bot_solved", Kind.BOOLEAN, "True where a bot solved it without a person."),
        Column("level1_resolvable", Kind.BOOLEAN, "True where first-level support could have solved it."),
        Column("spam", Kind.BOOLEAN, "True for spam; it counts nowhere."),
        Column(
            "merged_into", Kind.TEXT, "The ticket that this duplicate was merged into.", references="tickets"
        ),
    ),
)
