"""The table `visitors`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

VISITORS = Table(
    "visitors",
    "Who a visitor, or an earlier id of a user, turned out to be, as live calls told.",
    columns=(
        Column("anonymous_id", Kind.TEXT, "The visitor's id, or the user's earlier one.", required=True),
        Column("user_id", Kind.TEXT, "The user it is.", required=True, references="users"),
        Column("told_at", Kind.INSTANT, "When that was told; of two users the first counts.", required=True),
    ),
    owned=True,
)
