"""The program's figures straight from rows in memory: metrics over timelines, no warehouse."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr import operations as ops

from holdfast.criterion import criterion, onboarding_steps
from holdfast.metrics import Asked, Explanation, Figure, explain, find, measure
from holdfast.periods import Calendar
from holdfast.rulebook import Rulebook
from holdfast.tables import DECIDED, TABLES
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


class Remembering(Backend):  # type: ignore[misc]
    """DuckDB that compiles an expression once for all desks, whose tables differ in their rows alone.

    Two in memory are equal to Ibis, and so are expressions over tables of theirs with one name.
    """

    remembered = 200
    _sql: ClassVar[dict[Any, str]] = {}
    _schemas: ClassVar[dict[str, Any]] = {}

    def compile(self, expr: Any, /, *, limit: Any = None, params: Any = None, pretty: bool = False) -> str:
        """The SQL of an expression, as Ibis gives it; the ones asked for last are remembered."""
        if params:
            return str(super().compile(expr, limit=limit, params=params, pretty=pretty))
        asked = (expr.op(), limit, pretty)
        sql = self._sql.pop(asked, None) or str(super().compile(expr, limit=limit, pretty=pretty))
        self._sql[asked] = sql
        if len(self._sql) > self.remembered:
            del self._sql[next(iter(self._sql))]
        return sql

    def compiled(self, table: Any) -> str:
        """The SQL of a table to be kept, the in-memory tables in it made known."""
        self._run_pre_execute_hooks(table)
        return self.compile(table)

    def made(self, statement: str, name: str) -> Any:
        """The table that a statement makes; the same statement makes the same columns."""
        self.con.execute(statement)
        if statement not in self._schemas:
            self._schemas[statement] = self.get_schema(name)
        schema, here = self._schemas[statement], ops.Namespace(catalog=None, database=None)
        return ops.DatabaseTable(name, schema=schema, source=self, namespace=here).to_expr()


class Desk:
    """Rows in memory as Ibis tables on a DuckDB of their own, laid out once per rulebook."""

    def __init__(
        self, records: Mapping[str, Iterable[Row]], settings: Mapping[str, Any], rules: Mapping[str, Any]
    ) -> None:
        self.connection = duckdb.connect()
        weakref.finalize(self, self.connection.close)
        self.connection.execute("set TimeZone='UTC'")
        self.backend = Remembering.from_connection(self.connection)
        self.basis = _basis(settings, rules)
        for statement in (*DUCKDB, *duckdb_clock(self.basis.calendar)):
            self.connection.execute(statement)
        tables = (TABLES | DECIDED).items()
        self.records = {name: self._table(table, records.get(name, [])) for name, table in tables}
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
        return self.backend.made(f'create table "{kept}" as {self.backend.compiled(table)}', kept)

    def _table(self, table: Table, rows: Iterable[Row]) -> Any:
        schema = _schema(table)
        system = {"source": "own", "recorded_at": RECORDED, "deleted": False}
        filled = [{name: {**system, **row}.get(name) for name in schema.names} for row in rows]
        self.connection.register("given", pa.Table.from_pylist(filled, schema=schema))
        return self.backend.made(f'create table "{table.name}" as select * from given', table.name)


@cache
def _schema(table: Table) -> pa.Schema:
    return pa.schema([(c.name, arrow_type(c.kind)) for c in (*table.columns, *SYSTEM_COLUMNS)])


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
