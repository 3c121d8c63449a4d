"""Views of accounts as they are seen, and of what their users did."""

from __future__ import annotations

from holdfast.tables.accounts import ACCOUNTS
from holdfast.tables.schema import Column, Kind, Table

SEEN = Column(
    "account_id", Kind.TEXT, "The account as seen: merges and links of sources resolved.", required=True
)
_DATED = {"account_id", "valid_from", "created_at", "is_internal", "merged_into"}
_ATTRIBUTES = tuple(column for column in ACCOUNTS.columns if column.name not in _DATED)
_INTERNAL = Column(
    "is_internal", Kind.BOOLEAN, "True for your own, test and spam accounts; figures leave them out."
)

ACCOUNTS_SEEN = Table(
    "accounts_seen",
    "Every account once, as it is now: its sources merged column by column in the workspace's order.",
    columns=(
        SEEN,
        Column("created_at", Kind.INSTANT, "When the account first signed up at any source."),
        *_ATTRIBUTES,
        _INTERNAL,
    ),
)

ACCOUNT_HISTORY = Table(
    "account_history",
    "What was true of each account and when: one row per stretch in which nothing of it changed (R20).",
    columns=(
        SEEN,
        Column("valid_from", Kind.INSTANT, "From when on it holds; empty: from the beginning."),
        Column(
            "valid_to", Kind.INSTANT, "Until when, this instant no longer in it; empty: still.", is_end=True
        ),
        Column("created_at", Kind.INSTANT, "When the account signed up, as these sources say."),
        *_ATTRIBUTES,
        _INTERNAL,
    ),
    key=("account_id", "valid_from"),
)

ACCOUNT_IDS = Table(
    "account_ids",
    "Which account an id of a source stands for: join other tables to timelines through it.",
    columns=(
        Column("source", Kind.TEXT, "The source that gave the id.", required=True),
        Column("source_id", Kind.TEXT, "The account's id as the source gives it.", required=True),
        SEEN,
    ),
    key=("source", "source_id"),
)

ACTIVITY_DAYS = Table(
    "activity_days",
    "What users did, by local day: how often each event of a user; events of servers are not in it.",
    columns=(
        Column("day", Kind.DAY, "The day in the workspace's time zone.", required=True),
        Column("source", Kind.TEXT, "The source of the events.", required=True),
        Column("account_id", Kind.TEXT, "The account as seen, where the event names one."),
        Column("user_id", Kind.TEXT, "The user as the source names them, where the event names one."),
        Column("name", Kind.TEXT, "The event's name.", required=True),
        Column("events", Kind.INTEGER, "How often.", required=True, unit="events"),
    ),
    key=("day", "source", "account_id", "user_id", "name"),
)
