"""The table `events`."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

EVENTS = Table(
    "events",
    "What users did in the product, and what servers say about an account.",
    columns=(
        Column(
            "event_id",
            Kind.TEXT,
            "The event's id, given by the sender; a second live delivery of it is dropped as a repeat.",
            required=True,
        ),
        Column(
            "stamped_on",
            Kind.DAY,
            "The UTC day that the client stamped the event, before any correction of its clock.",
            default_from="occurred_at",
        ),
        Column("user_id", Kind.TEXT, "The user who did it.", references="users"),
        Column("anonymous_id", Kind.TEXT, "The id of a visitor not yet known as a user."),
        Column(
            "account_id",
            Kind.TEXT,
            "The account it happened at; else found through the user or a group call.",
            references="accounts",
        ),
        Column("name", Kind.TEXT, "What happened, such as report_created.", required=True),
        Column("occurred_at", Kind.INSTANT, "When it happened.", required=True),
        Column("received_at", Kind.INSTANT, "When it reached us."),
        Column(
            "origin",
            Kind.TEXT,
            "Where the event was made; events from servers do not make a user active.",
            choices=("client", "server"),
        ),
        Column(
            "properties",
            Kind.JSON,
            "Details, as a JSON object; engagement_ms holds milliseconds in the foreground.",
        ),
    ),
    key=("event_id", "stamped_on"),
)
