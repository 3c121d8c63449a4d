"""The views that SQL may ask: stable names, every column with kind, unit and meaning.

A view shows rows as they are known, without tombstones and without versions. A column once
declared keeps its name, kind and meaning; a view only gains columns.
"""

from __future__ import annotations

from dataclasses import replace

from holdfast.tables.canonical import TABLES
from holdfast.tables.owned import OWNED
from holdfast.tables.schema import SYSTEM_COLUMNS, Table
from holdfast.tables.views.counted import FIGURES, METRICS
from holdfast.tables.views.of_accounts import ACCOUNT_HISTORY, ACCOUNT_IDS, ACCOUNTS_SEEN, ACTIVITY_DAYS
from holdfast.tables.views.of_money import (
    ACCOUNT_MONTHS,
    CUSTOMER_SPANS,
    MRR_CHANGES,
    MRR_MOVEMENTS,
    PAID_SPANS,
    PRICED_PHASES,
    REPEAT_SALES,
)

NOT_SHOWN = {"erasures", "rejects", "published_figures", "source_messages", "source_cursors"}
"""Owned tables without a view: what was erased or refused, what `figures` and the records show better."""


def _told(table: Table) -> Table:
    shown = tuple(column for column in SYSTEM_COLUMNS if column.name != "deleted")
    return replace(table, columns=(*table.columns, *shown))


BROUGHT_VIEWS: dict[str, Table] = {name: _told(table) for name, table in TABLES.items()}
OWNED_VIEWS: dict[str, Table] = {name: _told(table) for name, table in OWNED.items() if name not in NOT_SHOWN}
LAID_OUT_VIEWS: dict[str, Table] = {
    view.name: view
    for view in (
        ACCOUNTS_SEEN,
        ACCOUNT_HISTORY,
        ACCOUNT_IDS,
        ACCOUNT_MONTHS,
        MRR_MOVEMENTS,
        MRR_CHANGES,
        PRICED_PHASES,
        CUSTOMER_SPANS,
        PAID_SPANS,
        REPEAT_SALES,
        ACTIVITY_DAYS,
    )
}
COUNTED_VIEWS: dict[str, Table] = {view.name: view for view in (FIGURES, METRICS)}
VIEWS: dict[str, Table] = LAID_OUT_VIEWS | COUNTED_VIEWS | BROUGHT_VIEWS | OWNED_VIEWS
"""Every view by name: what is laid out, what was counted, what was brought, what Holdfast wrote."""
