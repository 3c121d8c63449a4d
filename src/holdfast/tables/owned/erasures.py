"""The table `erasures`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

ERASURES = Table(
    "erasures",
    "Who was erased on request: keyed hashes that keep an erased person from coming back.",
    columns=(
        Column("erasure_id", Kind.TEXT, "The erasure's id.", required=True),
        Column("hashed_id", Kind.TEXT, "The keyed hash of the id erased.", required=True),
        Column("kind", Kind.TEXT, "What was erased.", required=True, choices=("user", "account")),
        Column("at", Kind.INSTANT, "When it was erased.", required=True),
    ),
    owned=True,
)
