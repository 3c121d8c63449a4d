"""The program's figures straight from rows in memory: metrics over timelines, no warehouse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from holdfast.criterion import criterion, onboarding_steps
from holdfast.metrics import Asked, Explanation, Figure, explain, find, measure
from holdfast.periods import Calendar
from holdfast.rulebook import Rulebook
from holdfast.tables import TABLES
from holdfast.tables.schema import SYSTEM_COLUMNS, Table, arrow_type
from holdfast.timelines import Basis
from holdfast.timelines.identity import Link, aliases
from holdfast.timelines.layout import Layout, lay_out
from holdfast.timelines.localtime import duckdb_clock
from holdfast.timelines.money import DUCKDB

Row = Mapping[str, Any]
RECORDED = datetime(2020, 1, 1)


def figures(
    names: Sequence[str],
    records: Mapping[str, Iterable[Row]],
    grain: str,
    first: str,
    last: str,
    *,
    by: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    as_of: datetime | None = None,
) -> list[Figure]:
    """Figures of the metrics named, over the periods from `first` to `last`."""
    desk = Desk(records, settings or {}, rules or {})
    periods = desk.basis.calendar.periods(grain, first, last)
    asked = Asked([find(name) for name in names], periods, by, as_of)
    return measure(asked, desk.layout, desk.basis.rules)


def explanation(
    name: str,
    records: Mapping[str, Iterable[Row]],
    grain: str,
    label: str,
    *,
    settings: Mapping[str, Any] | None = None,
    rules: Mapping[str, Any] | None = None,
    as_of: datetime | None = None,
) -> Explanation:
    """The evidence of one figure."""
    desk = Desk(records, settings or {}, rules or {})
    period = desk.basis.calendar.period(grain, label)
    return explain(find(name), period, Asked([], [], (), as_of), desk.layout, desk.basis.rules)


class Desk:
    """Rows in memory as Ibis tables on a DuckDB of their own, laid out once per rulebook."""

    def __init__(
        self, records: Mapping[str, Iterable[Row]], settings: Mapping[str, Any], rules: Mapping[str, Any]
    ) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone='UTC'")
        self.backend = ibis.duckdb.from_connection(self.connection)
        self.basis = _basis(settings, rules)
        for statement in (*DUCKDB, *duckdb_clock(self.basis.calendar)):
            self.connection.execute(statement)
        self.records = {name: self._table(table, records.get(name, [])) for name, table in TABLES.items()}
        self.records["accounts_versions"] = self.records["accounts"]
        self.names = aliases(_links(records.get("links", [])), _merges(records.get("accounts", [])))
        self._layouts: dict[Rulebook, Layout] = {}
        self._kept = 0

    def layout(self, rules: Rulebook) -> Layout:
        """The layout under `rules`."""
        if rules not in self._layouts:
            basis = replace(self.basis, rules=rules)
            self._layouts[rules] = lay_out(self.records, basis, names=self.names, keep=self._keep)
        return self._layouts[rules]

    def _keep(self, name: str, table: Any) -> Any:
        self._kept += 1
        kept = f"kept_{name}_{self._kept}"
        return self.backend.create_table(kept, table)

    def _table(self, table: Table, rows: Iterable[Row]) -> Any:
        columns = (*table.columns, *SYSTEM_COLUMNS)
        schema = pa.schema([(c.name, arrow_type(c.kind)) for c in columns])
        system = {"source": "own", "recorded_at": RECORDED, "deleted": False}
        filled = [{name: {**system, **row}.get(name) for name in schema.names} for row in rows]
        self.connection.register("given", pa.Table.from_pylist(filled, schema=schema))
        self.connection.execute(f'create table "{table.name}" as select * from given')
        return self.backend.table(table.name)


def _basis(settings: Mapping[str, Any], rules: Mapping[str, Any]) -> Basis:
    calendar = Calendar(
        settings.get("zone", "UTC"), settings.get("week_start", 0), settings.get("fiscal_start", 1)
    )
    return Basis(
        rules=Rulebook.from_mapping(dict(rules)),
        calendar=calendar,
        currency=settings.get("currency", "USD"),
        core_events=tuple(settings.get("core_events", ())),
        qualifying_events=tuple(settings.get("qualifying_events", ())),
        ideal_use_days=settings.get("ideal_use_days", 3),
        gross_margin=settings.get("gross_margin"),
        observed_from=settings.get("observed_from"),
        activation=tuple(
            (since, criterion(text) if text else None) for since, text in _dated(settings.get("activation"))
        ),
        onboarding=tuple(
            (since, onboarding_steps(steps)) for since, steps in _dated(settings.get("onboarding"))
        ),
    )


def _dated(value: Any) -> list[tuple[datetime, Any]]:
    """A setting that always held, or (since, value) pairs, oldest first."""
    if not value or isinstance(value, str):
        return [(datetime.min, value)] if value else []
    return list(value)


def _links(rows: Iterable[Row]) -> list[Link]:
    return [Link(r["link_source"], r["id"], r["canonical_id"]) for r in rows if r["table"] == "accounts"]


def _merges(rows: Iterable[Row]) -> list[Link]:
    return [
        Link(r.get("source", "own"), r["account_id"], r["merged_into"]) for r in rows if r.get("merged_into")
    ]
