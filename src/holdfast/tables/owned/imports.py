"""The table `imports`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

IMPORTS = Table(
    "imports",
    "One row per import that was committed; the source is the import's own.",
    columns=(
        Column("import_id", Kind.TEXT, "The import's id.", required=True),
        Column("table", Kind.TEXT, "The table imported into.", required=True),
        Column("files", Kind.JSON, "The files read, as a JSON array.", required=True),
        Column("rows", Kind.INTEGER, "How many rows were read.", required=True, unit="rows"),
        Column("new", Kind.INTEGER, "How many rows had a key not seen before.", required=True, unit="rows"),
        Column(
            "changed",
            Kind.INTEGER,
            "How many rows are a new version of their key.",
            required=True,
            unit="rows",
        ),
        Column("unchanged", Kind.INTEGER, "How many rows said nothing new.", required=True, unit="rows"),
        Column(
            "buried",
            Kind.INTEGER,
            "How many keys were buried because a complete file no longer holds them.",
            required=True,
            unit="rows",
        ),
        Column("rejected", Kind.INTEGER, "How many rows could not be taken.", required=True, unit="rows"),
        Column("through", Kind.INSTANT, "Up to when the records are taken to be whole (R19)."),
        Column(
            "told",
            Kind.BOOLEAN,
            "True where `through` was stated, false where it is the last instant in the files.",
        ),
        Column(
            "complete",
            Kind.BOOLEAN,
            "True where the files hold all there is, so that what is missing is gone.",
        ),
        Column("by", Kind.TEXT, "Who imported."),
    ),
    owned=True,
)
