"""The table `rejects`, written by Holdfast itself."""

from __future__ import annotations

from holdfast.tables.schema import Column, Kind, Table

REJECTS = Table(
    "rejects",
    "Rows of a file that could not be taken, with what would be right; the source is the import's own.",
    columns=(
        Column("reject_id", Kind.TEXT, "The reject's id.", required=True),
        Column("import_id", Kind.TEXT, "The import that met it.", required=True, references="imports"),
        Column("table", Kind.TEXT, "The table it was meant for.", required=True),
        Column("file", Kind.TEXT, "The file it stands in."),
        Column("row_number", Kind.INTEGER, "Its place in the file; the header is row 1.", unit="rows"),
        Column("column", Kind.TEXT, "The first column at fault, by our name."),
        Column("value", Kind.TEXT, "The value at fault, as read."),
        Column("problem", Kind.TEXT, "What is wrong.", required=True),
        Column("wanted", Kind.TEXT, "What would be right."),
        Column("row", Kind.JSON, "The whole row as read, as a JSON object under its own headers."),
        Column("mapping", Kind.JSON, "The mapping it was read with, so that it can be replayed."),
        Column(
            "state",
            Kind.TEXT,
            "Whether it still waits to be mended.",
            required=True,
            choices=("open", "replayed", "dropped"),
            default="open",
        ),
    ),
    owned=True,
)
