"""Which columns tell of a person, and where the ids of users and accounts stand.

Erasure blanks the personal columns and makes the ids random. Columns that are counted (plan,
country, role, score, amounts, instants) stay, so that figures stand.
"""

from __future__ import annotations

from holdfast.tables import Table

PERSONAL: dict[str, tuple[str, ...]] = {
    "accounts": ("name", "attributes"),
    "users": ("person_key", "email", "name", "consent", "attributes"),
    "subscription_phases": ("end_cause",),
    "invoice_lines": ("description",),
    "events": ("properties",),
    "tickets": ("subject", "text"),
    "ticket_replies": ("text",),
    "survey_responses": ("comment", "answer"),
    "touchpoints": ("outcome",),
    "notes": ("text",),
    "user_traits": ("value",),
    "account_traits": ("value",),
    "health_overrides": ("reason",),
}
"""Per table the columns that are blanked in the rows of an erased person."""

COUNTED_PROPERTY = "engagement_ms"
"""The one property of an event that figures are counted from; it is kept."""

PARENTS = {"ticket_replies": ("ticket_id", "tickets"), "invoice_lines": ("invoice_id", "invoices")}
"""Tables whose rows belong to whom the row they point at belongs to."""

MAIN_COLUMN = {"users": "user_id", "accounts": "account_id"}
"""The column that says whose a row is, by the table of the person."""

TOKEN = "erased-"  # noqa: S105 - the beginning of a random id, no secret
"""How the random id begins that stands for an erased one."""


def id_columns(table: Table) -> dict[str, str]:
    """The columns that hold ids of people: column to `users`, `accounts` or `anonymous`."""
    found = {c.name: c.references for c in table.columns if c.references in MAIN_COLUMN}
    if table.name in MAIN_COLUMN:
        found[table.key[0]] = table.name
    if "anonymous_id" in table.column_names:
        found["anonymous_id"] = "anonymous"
    return {column: kind for column, kind in found.items() if kind}


def owner_columns(table: Table) -> dict[str, str]:
    """Of the id columns those that say whose the row is."""
    return {
        column: kind
        for column, kind in id_columns(table).items()
        if column in MAIN_COLUMN.values() or kind == "anonymous"
    }


def blank(table: Table, column: str) -> str:
    """SQL for what stands in a personal column after erasure."""
    if (table.name, column) == ("events", "properties"):
        kept = f"try_cast(json_extract_string(t.properties, '$.{COUNTED_PROPERTY}') as bigint)"
        return (
            f"case when json_valid(t.properties) and {kept} is not null"
            f" then '{{\"{COUNTED_PROPERTY}\": ' || {kept} || '}}' end"
        )
    return "''" if table.column(column).required else "null"
