"""The table `ticket_replies`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

TICKET_REPLIES = Table(
    "ticket_replies",
    "Messages on tickets after the first one.",
    columns=(
        Column("reply_id", Kind.TEXT, "The reply's id.", required=True),
        Column("ticket_id", Kind.TEXT, "The ticket replied to.", required=True, references="tickets"),
        Column("at", Kind.INSTANT, "When the reply was sent.", required=True),
        Column("by", Kind.TEXT, "Who wrote it.", required=True, choices=("agent", "requester", "bot")),
        Column("agent", Kind.TEXT, "Which agent wrote it."),
        Column("text", Kind.TEXT, "What it says."),
    ),
)
