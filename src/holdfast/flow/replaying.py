"""Rows that were not taken, and figures that were shown: listed, mended, kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from holdfast import collect
from holdfast.collect import Mended
from holdfast.flow.held import Held
from holdfast.flow.importing import Import, ImportReport, Progress, run
from holdfast.flow.known import Knowledge
from holdfast.flow.owned import fresh_id, write_rows
from holdfast.metrics import Figure, find
from holdfast.metrics.figure import Number
from holdfast.periods import Calendar
from holdfast.warehouse import Warehouse, Writing


def rejects(warehouse: Warehouse, open_only: bool) -> pa.Table:
    """Rejected rows by file and place; only those that still wait where `open_only`."""
    rows = warehouse.records("rejects")
    if open_only:
        rows = rows.filter(rows.state == "open")
    return rows.drop("recorded_at").order_by(["file", "row_number", "reject_id"]).to_pyarrow()


def write_rejects(warehouse: Warehouse, to: Path) -> int:
    """Write the rows that still wait as a CSV to mend, under their original headers; gives how many."""
    with Held(warehouse) as held:
        return collect.write_rejects(warehouse.con, _waiting(warehouse, held), to)


def replay(
    warehouse: Warehouse, calendar: Calendar, file: Path, progress: Progress | None
) -> list[ImportReport]:
    """Take the rows of a mended file by the mapping they were first read with, one import a table.

    Rows taken are marked as replayed with their import; those that still do not fit wait anew.
    """
    with TemporaryDirectory() as folder, Held(warehouse) as held:
        waiting = _waiting(warehouse, held)
        groups = collect.mended(warehouse.con, file, waiting, Path(folder))
        return [_replayed(warehouse, calendar, group, waiting, progress) for group in groups]


def _replayed(
    warehouse: Warehouse, calendar: Calendar, group: Mended, waiting: str, progress: Progress | None
) -> ImportReport:
    asked = Import(group.table.name, [group.file], group.mapping)

    def mark(writing: Writing) -> None:
        writing.con.execute(
            "create or replace temp table answered as select unnest(?) as reject_id", [list(group.ids)]
        )
        writing.con.execute(
            f"""create or replace temp view replayed as
            select * replace ('replayed' as state) from {waiting} semi join answered using (reject_id)"""
        )
        writing.append("rejects", "replayed", source=group.mapping.source)
        writing.con.execute("drop view replayed")
        writing.con.execute("drop table answered")

    return run(warehouse, calendar, asked, progress, besides=mark)


def _waiting(warehouse: Warehouse, held: Held) -> str:
    rows = warehouse.records("rejects")
    name: str = held("rejects", rows.filter(rows.state == "open")).get_name()
    return name


def store_figures(
    warehouse: Warehouse,
    figures: Sequence[Figure],
    by: str,
    as_of: datetime | None,
    known_at: datetime | None,
) -> int:
    """Keep figures as shown, each with its watermark, what was known and the rulebook."""
    known = Knowledge(warehouse, known_at)
    seen = min(known_at or datetime.max, warehouse.known_at() or datetime.max)
    marks = known.watermarks()
    rows = [
        _figure_row(figure, known, marks, as_of) | {"known_at": seen, "by": by or None} for figure in figures
    ]
    with warehouse.write() as writing:
        write_rows(writing, "published_figures", rows)
    return len(rows)


def _figure_row(
    figure: Figure, known: Knowledge, marks: dict[str, datetime], asked: datetime | None
) -> dict[str, Any]:
    metric = find(figure.name)
    read = (*metric.reads, *metric.also_reads)
    reached = [marks[table] for table in read if table in marks] + ([asked] if asked else [])
    return {
        "figure_id": fresh_id(),
        "metric": figure.metric,
        "variant": figure.variant,
        "grain": figure.grain,
        "period_label": figure.period_label,
        "period_start": figure.period_start,
        "period_end": figure.period_end,
        "segment": json.dumps(dict(figure.segment), sort_keys=True),
        "of": json.dumps(dict(figure.of), sort_keys=True),
        "value": _text(figure.value),
        "unit": figure.unit,
        "numerator": _text(figure.numerator),
        "denominator": _text(figure.denominator),
        "n": figure.n,
        "low": _nine_places(figure.low),
        "high": _nine_places(figure.high),
        "status": figure.status,
        "reason": figure.reason,
        "as_of": min(reached, default=figure.period_start),
        "rulebook": metric.rulebook(known.basis.rules).version,
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _nine_places(bound: Number | None) -> Decimal | None:
    return None if bound is None else Decimal(str(bound)).quantize(Decimal("1e-9"))
