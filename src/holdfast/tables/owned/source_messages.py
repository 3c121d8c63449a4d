"""The table `source_messages`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

SOURCE_MESSAGES = Table(
    "source_messages",
    "What a service said of its objects, each message once; rows of accounts are made from these.",
    columns=(
        Column("message_id", Kind.TEXT, "The message's id, as the service gives it.", required=True),
        Column("object", Kind.TEXT, "The kind of object, in the service's own word.", required=True),
        Column("object_id", Kind.TEXT, "The object's id at the service.", required=True),
        Column(
            "at", Kind.INSTANT, "The time that the service gives it; state is settled by it.", required=True
        ),
        Column("account_id", Kind.TEXT, "Whose the object is, where it says so.", references="accounts"),
        Column("parent_id", Kind.TEXT, "The object that knows whose this one is, where it does not."),
        Column(
            "body", Kind.JSON, "The fields of the object that are read; empty once its account is erased."
        ),
    ),
    owned=True,
)
