"""The declarations as text: the page of the documentation and the CSV templates."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from holdfast.tables.schema import KIND_HELP, SYSTEM_COLUMNS, Column, Table

_INTRODUCTION = """\
# Tables

Made by `python -m holdfast.tables` from the declarations in `src/holdfast/tables`; do not
edit it by hand. A test keeps it current.

Columns marked `*` are required. A file may leave out every other column. Every stored row
has three columns more:

{system}

The key of a table is `source` and the columns named as its key. A row replaces only rows of
its own source. Tables are append-only: a correction is a new row for the same key, a
deletion is a row that says so.

## Kinds

{kinds}

A column marked *end* is the exclusive end of a span: what happens at that instant is no
longer in it. Where a file gives a date alone there, the mapping says how to read it
(`ends = "inclusive"`: to the end of that day, or `"exclusive"`: to its beginning).
"""


_VIEWS_INTRODUCTION = """\
# Views

Made by `python -m holdfast.tables` from the declarations in `src/holdfast/tables/views`; do not
edit it by hand. A test keeps it current, and another that every view has exactly these columns.

What `holdfast sql` and [other tools](sql.md) ask. A view shows rows as they are known, without
tombstones and without versions. Names and meanings stay; a view only gains columns. Columns marked
`*` are never empty. An `instant` is a TIMESTAMP in UTC, `money` and `number` are DECIMAL(38, 9),
`json` is text.
"""


def template_of(table: Table) -> str:
    """An empty CSV for `table`: one `#` line per column, then the header line."""
    lines = [f"# {table.name}: {table.meaning}", "# Required columns are marked *."]
    for column in table.columns:
        mark = "*" if column.required else ""
        lines.append(f"# {column.name}{mark} ({column.kind}): {explained(column)}")
    lines.append(",".join(table.column_names))
    return "\n".join(lines) + "\n"


def explained(column: Column) -> str:
    """The meaning of `column` with its unit, choices, default and reference, in one line."""
    parts = [column.meaning]
    if column.unit:
        parts.append(f"Unit: {column.unit}.")
    if column.choices:
        parts.append(f"One of: {', '.join(column.choices)}.")
    if column.default is not None:
        parts.append(f"Default: {column.default}.")
    if column.default_from:
        parts.append(f"Default: from {column.default_from}.")
    if column.references:
        parts.append(f"Points at {column.references}.")
    return " ".join(parts)


def page(brought: Mapping[str, Table], owned: Mapping[str, Table]) -> str:
    """The page of all tables as Markdown."""
    kinds = [f"- `{kind}` - {textwrap.shorten(help_text, 200)}" for kind, help_text in KIND_HELP.items()]
    parts = [
        _INTRODUCTION.format(system=_bullets(SYSTEM_COLUMNS), kinds="\n".join(kinds)),
        "## What a business brings\n",
        *(_section(table) for table in brought.values()),
        "## What Holdfast writes\n",
        *(_section(table) for table in owned.values()),
    ]
    return "\n".join(parts)


def views_page_of(
    laid_out: Mapping[str, Table],
    counted: Mapping[str, Table],
    brought: Mapping[str, Table],
    owned: Mapping[str, Table],
) -> str:
    """The page of all views as Markdown."""
    parts = [
        _VIEWS_INTRODUCTION,
        "## What records become\n",
        *(_view_section(view) for view in laid_out.values()),
        "## What was counted\n",
        *(_view_section(view) for view in counted.values()),
        "## What a business brings\n",
        *(_told_section(view) for view in brought.values()),
        "## What Holdfast writes\n",
        *(_told_section(view) for view in owned.values()),
    ]
    return "\n".join(parts)


def _view_section(view: Table) -> str:
    lines = [
        f"### {view.name}\n",
        f"{view.meaning}\n",
        f"One row for each {', '.join(f'`{name}`' for name in view.key)}.\n",
        *_columns(view),
    ]
    return "\n".join(lines) + "\n"


def _told_section(view: Table) -> str:
    """A table that stands in tables.md: its name and columns, with a way there for the rest."""
    names = ", ".join(f"`{name}`" for name in view.column_names)
    return f"### {view.name}\n\n{view.meaning} See [tables](tables.md#{view.name}).\n\n{names}\n"


def _bullets(columns: Iterable[Column]) -> str:
    return "\n".join(f"- `{column.name}` ({column.kind}) - {column.meaning}" for column in columns)


def _section(table: Table) -> str:
    lines = [
        f"### {table.name}\n",
        f"{table.meaning}\n",
        f"Key: `source`, {', '.join(f'`{name}`' for name in table.key)}.\n",
        *_columns(table),
    ]
    return "\n".join(lines) + "\n"


def _columns(table: Table) -> list[str]:
    return [
        "| Column | Kind | Meaning | Unit | Values |",
        "|---|---|---|---|---|",
        *(_row(column) for column in table.columns),
    ]


def _row(column: Column) -> str:
    name = f"`{column.name}`" + (r" \*" if column.required else "")
    kind = f"{column.kind}, *end*" if column.is_end else str(column.kind)
    values = [f"`{choice}`" for choice in column.choices]
    if column.default is not None:
        values.append(f"default `{column.default}`")
    if column.default_from:
        values.append(f"default from `{column.default_from}`")
    if column.references:
        values.append(f"a key of [{column.references}](#{column.references})")
    return f"| {name} | {kind} | {column.meaning} | {column.unit} | {', '.join(values)} |"
