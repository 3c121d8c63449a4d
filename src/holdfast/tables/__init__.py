"""Every table, each column with kind, unit and meaning: one declaration for all rooms.

`TABLES` are what a business brings (its columns are the contract that importers, files and
the command line share), `OWNED` what Holdfast itself writes, `DECIDED` those of it that timelines
read. Every stored row has the `SYSTEM_COLUMNS` besides. `VIEWS` are what SQL may ask.
"""

from __future__ import annotations

from holdfast.errors import unknown
from holdfast.tables.canonical import TABLES
from holdfast.tables.owned import OWNED
from holdfast.tables.owned.theming import DECIDED
from holdfast.tables.pages import page, template_of, views_page_of
from holdfast.tables.schema import (
    SYSTEM_COLUMNS,
    Column,
    Kind,
    Table,
    arrow_schema,
    arrow_type,
    sql_type,
)
from holdfast.tables.views import BROUGHT_VIEWS, COUNTED_VIEWS, LAID_OUT_VIEWS, OWNED_VIEWS, VIEWS

__all__ = [
    "DECIDED",
    "OWNED",
    "SYSTEM_COLUMNS",
    "TABLES",
    "VIEWS",
    "Column",
    "Kind",
    "Table",
    "arrow_schema",
    "arrow_type",
    "sql_type",
    "table",
    "tables_page",
    "template",
    "views_page",
]


def table(name: str) -> Table:
    """The table called `name`, brought or owned; raises UsageError with the nearest name."""
    found = TABLES.get(name) or OWNED.get(name)
    if found is None:
        raise unknown("table", name, [*TABLES, *OWNED])
    return found


def template(name: str | Table) -> str:
    """An empty CSV for a table: comment lines that explain each column, then the header.

    Raises UsageError where no table has that name.
    """
    return template_of(name if isinstance(name, Table) else table(name))


def tables_page() -> str:
    """The text of docs/tables.md, made from the declarations."""
    return page(TABLES, OWNED)


def views_page() -> str:
    """The text of docs/views.md, made from the declarations."""
    return views_page_of(LAID_OUT_VIEWS, COUNTED_VIEWS, BROUGHT_VIEWS, OWNED_VIEWS)
