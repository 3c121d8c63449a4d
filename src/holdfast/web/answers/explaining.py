"""One figure with what stands behind it: its sum, the rows that make it, those left out and by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flow import Workspace
from holdfast.metrics import Explanation, Figure
from holdfast.web.answers.readers import answer
from holdfast.web.answers.standpoint import Standpoint

FIRST_ROWS, MORE_ROWS = 25, 100
Row = Mapping[str, Any]
BY_SIZE = [("numerator", "descending"), ("account_id", "ascending")]


@dataclass(frozen=True)
class Part:
    """The rows of one figure, or of one part of a composed one, those that add most first.

    `count` are all that count, `left_out` how many each rule left out.
    """

    figure: Figure
    count: int
    columns: tuple[str, ...]
    rows: Sequence[Row]
    left_out: Mapping[str, int]
    left_out_rows: Sequence[Row]


@dataclass(frozen=True)
class Explained:
    """A figure and its parts; `names` are those of the accounts that are shown."""

    explanation: Explanation
    parts: Sequence[Part]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def figure(self) -> Figure:
        """The figure explained."""
        return self.explanation.figure


@answer
def explained(space: Workspace, at: Standpoint, name: str) -> Explained:
    """The figure of the standpoint's period with the rows that add most."""
    whole = _explanation(space, at, name)
    each = whole.by_part() if whole.figure.parts else [whole]
    parts = [_part(one, FIRST_ROWS) for one in each]
    shown = [row for part in parts for row in (*part.rows, *part.left_out_rows)]
    return Explained(whole, parts, names_of(space, shown, at.known_at))


@answer
def rows_of(space: Workspace, at: Standpoint, name: str) -> Explanation:
    """Every row behind a figure."""
    return _explanation(space, at, name)


def _explanation(space: Workspace, at: Standpoint, name: str) -> Explanation:
    return space.explain(name, at.grain, at.period, segment=at.segment, known_at=at.known_at)


def _part(one: Explanation, most: int) -> Part:
    rows = one.rows.sort_by(BY_SIZE) if one.rows.num_rows else one.rows
    left_out: Counter[str] = Counter()
    if one.left_out.num_rows:
        for each in pc.value_counts(one.left_out.column("excluded_because")).to_pylist():
            left_out[each["values"]] += each["counts"]
    return Part(
        figure=one.figure,
        count=one.rows.num_rows,
        columns=_telling(rows),
        rows=rows.slice(0, most).to_pylist(),
        left_out=dict(left_out.most_common()),
        left_out_rows=one.left_out.slice(0, most).to_pylist(),
    )


def _telling(rows: pa.Table) -> tuple[str, ...]:
    """The columns that say anything: not what is empty, nor the subject where it is the account."""
    if not rows.num_rows:
        return ()
    same = rows.column("subject_id").equals(rows.column("account_id"))
    return tuple(
        name
        for name in rows.column_names
        if rows.column(name).null_count < rows.num_rows and not (name == "subject_id" and same)
    )


def names_of(space: Workspace, rows: Sequence[Row], known_at: datetime | None = None) -> dict[str, str]:
    """The names of the accounts that rows are of, as known last."""
    ids = sorted({row["account_id"] for row in rows if row.get("account_id")})
    if not ids:
        return {}
    accounts = space.records("accounts", known_at)
    named = accounts.filter(accounts.account_id.isin(ids) & accounts.name.notnull())
    found = named.select("account_id", "name", "recorded_at").order_by("recorded_at").to_pyarrow().to_pylist()
    return {row["account_id"]: row["name"] for row in found}
