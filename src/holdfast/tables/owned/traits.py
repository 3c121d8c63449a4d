"""The tables `user_traits` and `account_traits`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table


def _traits(kind: str) -> Table:
    return Table(
        f"{kind}_traits",
        f"What live calls told of each {kind}: of every trait the latest.",
        columns=(
            Column(f"{kind}_id", Kind.TEXT, "Whom it was told of.", required=True, references=f"{kind}s"),
            Column(
                "name",
                Kind.TEXT,
                "The trait; of those that begin with $first_ the earliest is kept.",
                required=True,
            ),
            Column("value", Kind.JSON, "Its value, as JSON.", required=True),
            Column("told_at", Kind.INSTANT, "When it was told, by the time of the call.", required=True),
        ),
        key=(f"{kind}_id", "name"),
        owned=True,
    )


USER_TRAITS = _traits("user")
ACCOUNT_TRAITS = _traits("account")
